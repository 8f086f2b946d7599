import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { emptyEntry } from '../../../src-main/formats/define-format.ts'
import { fakeWindow } from '../../fakes/window-services.ts'
import { failed, openWorld, valueOf, type World } from '../operations/world.ts'
import { fileOf, keys } from './vault-world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const many = keys(...Array.from({ length: 3500 }, (_, n) => [`k${n}`, `made-up-key-${n}`] as const))
const contentOf = (text: string) => ({ fileName: 'keys.csv', content: Buffer.from(text).toString('base64') })

describe('a file of thousands, while it is read and compared with what is kept', () => {
  it('lets others have their turn, and says how far it is', async () => {
    const seen: { readonly done: number; readonly turns: number }[] = []
    let turns = 0
    world.app.listen((event) => {
      if (event.type !== 'vault.progressed' || event.step !== 'reading') return
      seen.push({ done: event.done, turns })
      setImmediate(() => (turns += 1))
    })
    const source = { path: fileOf(many) }
    expect(valueOf(await world.app.call('vault.preview', { source })).entries).toHaveLength(3500)
    expect(seen.map(({ done }) => done)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000, 3500])
    // each had its turn before the next five hundred
    expect(seen.at(-1)?.turns).toBeGreaterThanOrEqual(6)
  })

  it('is not kept past a lock that falls meanwhile', async () => {
    await world.reopen((ports) => ({ ...ports, window: fakeWindow().services }))
    world.app.listen((event) => {
      if (event.type === 'vault.progressed' && event.step === 'reading' && event.done === 2000) world.app.session.lock()
    })
    expect(await world.app.call('vault.preview', { source: contentOf(many) })).toMatchObject(failed('locked'))
  })

  it('ends with its file where that fails: no keychain is still being opened for it', async () => {
    valueOf(await world.app.call('credential.add', { vendor: 'other', name: 'a', secret: 'key-one' }))
    const { store } = world
    const seen: string[] = []
    const openStore: AppPorts['openStore'] = async () => {
      seen.push('opening')
      await sleep(50)
      seen.push('open')
      return ok(store)
    }
    const read: AppPorts['vaultFormats']['read'] = async (_part, _format, { found }) => {
      found?.([{ ...emptyEntry, name: 'b', secret: 'key-two' }])
      await sleep(5)
      found?.([{ ...emptyEntry, name: 'c', secret: 'key-three' }])
      return err(fail('bad-vault', { file: 'keys.csv', where: 'its end', what: 'it is cut short' }))
    }
    await world.reopen((ports) => ({ ...ports, openStore, vaultFormats: { ...ports.vaultFormats, read } }))
    const source = { path: fileOf(keys(['b', 'key-two'])) }
    expect(await world.app.call('vault.preview', { source })).toMatchObject(failed('bad-vault'))
    expect(seen).toEqual(['opening', 'open'])
  })
})
