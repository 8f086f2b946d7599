import { afterAll, beforeAll, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { crashes } from '../../fakes/crashing.ts'
import { openWorld, valueOf, type World } from './world.ts'

/** The app dies at every write of a rename, a set and a remove: the same call again ends it, and no key was in no place. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const NAME = 'crash/old'
const TO = 'crash/new'

it.each(['rename', 'set', 'remove'] as const)('%s leaves no gap, wherever the app dies', async (what) => {
  for (const when of ['before', 'after'] as const) {
    for (let call = 1, died = true; died; call += 1) {
      const who = world.sandbox.addPrincipal('userplane')
      valueOf(await world.add('userplane', NAME, who))
      const secret = what === 'set' ? (world.sandbox.dashboardCreate('userplane', who.principal) ?? '') : who.key
      const act = () =>
        what === 'rename'
          ? world.app.call('credential.rename', { name: NAME, to: TO })
          : what === 'set'
            ? world.app.call('credential.set', { name: NAME, secret })
            : world.app.call('credential.remove', { names: [NAME] })
      const crash = crashes({ call, when })
      await world.reopen((ports) => ({
        ...ports,
        openStore: async () => ok(crash.wrap('store', world.store, ['write', 'remove'])),
        ledger: crash.wrap('ledger', ports.ledger, ['updateCredential', 'appendHistory', 'removeCredential']),
      }))
      await act()
      died = crash.hasDied()
      await world.reopen()
      const where = `${what}, ${when} call ${call}: ${crash.trace.at(-1)}`
      const names = valueOf(await world.app.call('credential.list', {})).map((credential) => credential.name)
      const name = names[0]
      if (what !== 'remove')
        expect(world.sandbox.keyState('userplane', world.keyIn(name ?? '') ?? ''), where).toBe('works')
      if (name === NAME) expect(await act(), where).toMatchObject({ ok: true })
      const at = what === 'rename' ? TO : NAME
      expect(world.keyIn(at), where).toBe(what === 'remove' ? null : secret)
      if (what === 'remove') expect(valueOf(await world.app.call('credential.list', {})), where).toEqual([])
      else valueOf(await world.app.call('credential.remove', { names: [at] }))
      world.store.items.delete(`rekey ${NAME}`)
    }
  }
})
