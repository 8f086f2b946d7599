import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import type { Item } from '../../../src-main/core/ports.ts'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** A rename that somebody's death, or a keychain that was locked in the middle, cut in two. */
let world: World
let key: string
beforeEach(async () => {
  world = await openWorld()
  const who = world.sandbox.addPrincipal('projectdiscovery')
  key = who.key
  valueOf(await world.add('projectdiscovery', 'one', who))
})
afterEach(() => world.close())

const rename = (name: string, to: string) => world.app.call('credential.rename', { name, to })
const recover = async () => valueOf(await world.app.call('rotation.recover', {}))
const keys = (): readonly (string | null)[] => ['one', 'two'].map((name) => world.keyIn(name))
/** A keychain that no longer lets go of the old item. */
const keeping = (ports: AppPorts): AppPorts => ({
  ...ports,
  openStore: async () =>
    ok({
      ...world.store,
      remove: async (item: Item) =>
        item.service === 'rekey' ? err(fail('keychain-locked')) : world.store.remove(item),
    }),
})
/** Dies right after the copy was made: nothing behind it happens. */
const dyingBeforeCommit = (ports: AppPorts): AppPorts => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    ledgerId: ports.ledger.ledgerId,
    transaction: () => {
      throw new Error('dead')
    },
  },
})

describe('a rename that was cut', () => {
  it('behind its commit leaves the old item to the next recovery', async () => {
    await world.reopen(keeping)
    valueOf(await rename('one', 'two'))
    expect(keys()).toEqual([key, key])
    await world.reopen()
    await recover()
    expect(keys()).toEqual([null, key])
    await recover()
    expect(valueOf(await rename('two', 'one')).name).toBe('one')
    expect(keys()).toEqual([key, null])
    expect(world.ports.ledger.openImports()).toEqual([])
  })

  it('before its commit leaves the new one', async () => {
    await world.reopen(dyingBeforeCommit)
    await rename('one', 'two').catch(() => undefined)
    expect(keys()).toEqual([key, key])
    await world.reopen()
    await recover()
    expect(keys()).toEqual([key, null])
    expect(world.ports.ledger.openImports()).toEqual([])
  })

  it('and goes back to its old name keeps its key, whoever recovers then', async () => {
    await world.reopen(keeping)
    valueOf(await rename('one', 'two'))
    // what cannot be put right stands in the way of what would build on it
    expect(await rename('two', 'one')).toMatchObject(failed('keychain-locked'))
    await world.reopen()
    valueOf(await rename('two', 'one'))
    await recover()
    expect(keys()).toEqual([key, null])
  })

  it('leaves alone what was put under the name since', async () => {
    await world.reopen(keeping)
    valueOf(await rename('one', 'two'))
    world.putItem('one', 'somebody-elses')
    await world.reopen()
    await recover()
    expect(keys()).toEqual(['somebody-elses', key])
    expect(world.ports.ledger.openImports()).toEqual([])
  })

  it('that meets somebody else’s item changes nothing', async () => {
    world.putItem('two', 'somebody-elses')
    expect(await rename('one', 'two')).toMatchObject(failed('item-exists'))
    expect(keys()).toEqual([key, 'somebody-elses'])
    expect(world.ports.ledger.openImports()).toEqual([])
  })

  it('is not taken for put right by a keychain that is locked and shows nothing', async () => {
    await world.reopen(keeping)
    valueOf(await rename('one', 'two'))
    let isLocked = false
    await world.reopen((ports) => ({
      ...ports,
      openStore: async () =>
        ok({
          ...world.store,
          read: async (item: Item) => (isLocked ? ok(null) : world.store.read(item)),
          prove: async () => (isLocked ? err(fail('keychain-locked')) : world.store.prove()),
        }),
    }))
    // opens the keychain, which is locked behind its back then
    valueOf(await world.app.call('credential.reveal', { name: 'two' }))
    isLocked = true
    expect(await world.app.call('rotation.recover', {})).toMatchObject(failed('keychain-locked'))
    isLocked = false
    await recover()
    expect(keys()).toEqual([null, key])
  })
})
