import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InputOf } from '../../../src-contract/operations.ts'
import type { BackupReceipt } from '../../../src-contract/vault-views.ts'
import { ok } from '../../../src-contract/result.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import type { Item } from '../../../src-main/core/ports.ts'
import type { Secret } from '../../../src-main/core/secret.ts'
import { fakeWindow } from '../../fakes/window-services.ts'
import { failed, openWorld, valueOf, type World } from '../operations/world.ts'

let world: World
let folder: string
let identity: string
let recipients: string[]
beforeEach(async () => {
  world = await openWorld()
  folder = mkdtempSync(join(tmpdir(), 'rekey-backup-'))
  identity = await generateX25519Identity()
  recipients = [await identityToRecipient(identity)]
})
afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (more: Partial<InputOf<'vault.backup'>> = {}) =>
  world.app.call('vault.backup', { folder, recipients, ...more })
const backUp = async (more?: Partial<InputOf<'vault.backup'>>): Promise<BackupReceipt> => valueOf(await ask(more))
const there = (): readonly string[] => readdirSync(folder).toSorted()
const other = async (name: string, secret: string) =>
  valueOf(await world.app.call('credential.add', { vendor: 'other', name, secret }))
/** A start at another time. */
const at = (time: string, change: (ports: AppPorts) => AppPorts = (same) => same) =>
  world.reopen((ports) => change({ ...ports, clock: { ...ports.clock, now: () => new Date(time) } }))

type Document = {
  readonly rekey: number
  readonly entries: readonly {
    readonly name: string
    readonly secret: string
    readonly fields: readonly { readonly name: string; readonly value: string; readonly isSecret: boolean }[]
  }[]
}
async function opened(path: string): Promise<Document> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  return JSON.parse(await decrypter.decrypt(readFileSync(path), 'text')) as Document
}

describe('a backup', () => {
  it('is a file of Rekey’s own format, for its owner alone, and is in the history', async () => {
    await at('2026-11-21T10:00:00.400Z')
    await other('a', 'the-key-of-a')
    const receipt = await backUp()
    expect(receipt).toMatchObject({ stored: 1, dropped: [], open: [], pruned: [], warnings: [] })
    expect(there()).toEqual(['rekey-20261121T100000Z.age'])
    expect(statSync(receipt.path).mode & 0o777).toBe(0o600)
    expect(readFileSync(receipt.path, 'latin1')).not.toContain('the-key-of-a')
    expect(await opened(receipt.path)).toMatchObject({ rekey: 1, entries: [{ name: 'a', secret: 'the-key-of-a' }] })
    expect(valueOf(await world.app.call('history.list', { limit: 1 }))).toMatchObject([
      { name: '*', event: 'backed-up', detail: { folder, file: 'rekey-20261121T100000Z.age', keys: 1 } },
    ])
    const { checks } = valueOf(await world.app.call('doctor.run', {}))
    expect(checks.find(({ id }) => id === 'backup')).toMatchObject({
      ok: true,
      detail: expect.stringContaining(receipt.path),
    })
  })

  it('goes into the data folder where no other is named', async () => {
    await other('a', 'the-key-of-a')
    const { path } = await backUp({ folder: null })
    const home = world.ports.home.folder
    expect(path.startsWith(join(home, 'backups/rekey-'))).toBe(true)
    expect(statSync(join(home, 'backups')).mode & 0o777).toBe(0o700)
  })

  it('is made of something, and sealed with something', async () => {
    expect(await ask()).toMatchObject(failed('bad-input'))
    await other('a', 'the-key-of-a')
    expect(await ask({ recipients: [] })).toMatchObject(failed('vault-needs'))
    expect(await ask({ recipients: ['age1nonsense'] })).toMatchObject(failed('bad-vault'))
    expect(there()).toEqual([])
  })

  it('is not a window’s to place', async () => {
    await world.reopen((ports) => ({ ...ports, window: fakeWindow({ exports: folder }).services }))
    await other('a', 'the-key-of-a')
    expect(await ask()).toMatchObject(failed('not-here'))
    expect(there()).toEqual([])
  })

  it('keeps the newest few of those this data folder wrote there, and nobody else’s files', async () => {
    await other('a', 'the-key-of-a')
    const foreign = ['rekey-20200101T000000Z.age', 'rekey-20261121T100003Z.age.old', 'notes.txt', 'rekey-now.age']
    for (const name of foreign) writeFileSync(join(folder, name), 'mine')
    mkdirSync(join(folder, 'rekey-20200102T000000Z.age'))
    for (const second of [1, 2, 3]) {
      await at(`2026-11-21T10:00:0${second}Z`)
      await backUp({ keep: 2 })
    }
    await at('2026-11-21T10:00:04Z')
    expect((await backUp({ keep: 2 })).pruned).toEqual(['rekey-20261121T100002Z.age'])
    const ours = ['rekey-20261121T100003Z.age', 'rekey-20261121T100004Z.age']
    expect(there()).toEqual([...foreign, 'rekey-20200102T000000Z.age', ...ours].toSorted())
    // by another data folder, into the same place
    const elsewhere = await openWorld()
    try {
      valueOf(await elsewhere.app.call('credential.add', { vendor: 'other', name: 'b', secret: 'the-key-of-b' }))
      valueOf(await elsewhere.app.call('vault.backup', { folder, recipients, keep: 1 }))
      expect(there()).toEqual(expect.arrayContaining(ours))
    } finally {
      await elsewhere.close()
    }
  })

  it('sorts after the newest there although the clock went back, and stays', async () => {
    await other('a', 'the-key-of-a')
    await at('2030-01-01T00:00:00Z')
    await backUp()
    for (const day of [1, 2, 3]) {
      await at(`2026-11-0${day}T00:00:00Z`)
      const receipt = await backUp({ keep: 2 })
      expect(receipt.warnings).toEqual([expect.stringContaining('clock')])
      expect(there()).toContain(receipt.path.slice(folder.length + 1))
    }
    expect(there()).toEqual(['rekey-20300101T000002Z.age', 'rekey-20300101T000003Z.age'])
  })

  it('prunes nothing before the new one was read again and compared', async () => {
    await other('a', 'the-key-of-a')
    await at('2026-11-21T10:00:00Z')
    await backUp()
    await at('2026-11-21T10:00:01Z', (ports) => ({
      ...ports,
      vaultFiles: {
        ...ports.vaultFiles,
        write: (path, bytes, options) =>
          ports.vaultFiles.write(path, bytes, { ...options, look: (seen) => options.look(seen.subarray(1)) }),
      },
    }))
    expect(await ask({ keep: 1 })).toMatchObject(failed('vault-changed'))
    expect(there()).toEqual(['rekey-20261121T100000Z.age'])
  })

  it('is not there, and prunes nothing, where a person stops it', async () => {
    await other('a', 'key-of-a')
    const { path } = await backUp()
    world.app.listen((event) => {
      if (event.type === 'vault.progressed' && event.step === 'checking') world.app.stop()
    })
    expect(await ask({ keep: 1 })).toMatchObject(failed('cancelled'))
    expect(there().map((name) => join(folder, name))).toEqual([path])
  })

  it('goes nowhere that others could change', async () => {
    await other('a', 'the-key-of-a')
    const real = join(folder, 'real')
    mkdirSync(real, { mode: 0o700 })
    symlinkSync(real, join(folder, 'link'))
    mkdirSync(join(folder, 'shared'), { mode: 0o700 })
    const place = (name: string) => ask({ folder: join(folder, name) })
    expect(await place('link')).toMatchObject(failed('vault-unsafe'))
    expect(await place('missing')).toMatchObject(failed('vault-unsafe'))
    if (process.platform === 'win32') return
    const { chmodSync, chownSync } = await import('node:fs')
    for (const mode of [0o770, 0o777, 0o1777]) {
      chmodSync(join(folder, 'shared'), mode)
      expect(await place('shared')).toMatchObject(failed('vault-unsafe'))
    }
    if (process.getuid?.() === 0) {
      chmodSync(join(folder, 'shared'), 0o700)
      chownSync(join(folder, 'shared'), 12345, 12345)
      expect(await place('shared')).toMatchObject(failed('vault-unsafe'))
    }
    expect(readdirSync(real)).toEqual([])
  })

  it('asks for many keys at once, and anew for one that changed after it was asked', async () => {
    for (let n = 10; n < 40; n += 1) await other(`k${n}`, `the-key-of-k${n}`)
    const asked = { one: 0, all: 0 }
    await world.reopen((ports) => ({
      ...ports,
      openStore: async (kind) => {
        const store = valueOf(await ports.openStore(kind))
        const read = async (item: Item) => {
          if (/^k\d+$/.test(item.account)) asked.one += 1
          return store.read(item)
        }
        const readAll = async (items: readonly Item[]) => {
          asked.all += 1
          const before: (Secret | null)[] = []
          for (const item of items) before.push(valueOf(await store.read(item)))
          valueOf(await world.app.call('credential.set', { name: 'k20', secret: 'another-key-of-k20' }))
          asked.one = 0
          return ok(before)
        }
        return ok({ ...store, read, readAll })
      },
    }))
    const { entries } = await opened((await backUp()).path)
    expect(entries.find(({ name }) => name === 'k20')?.secret).toBe('another-key-of-k20')
    expect(entries.find(({ name }) => name === 'k21')?.secret).toBe('the-key-of-k21')
    expect([asked, entries.length]).toEqual([{ one: 1, all: 1 }, 30])
  })

  it('is made by one at a time, and not while an import writes', async () => {
    await other('a', 'the-key-of-a')
    const both = await Promise.all([ask(), ask()])
    expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true])
    expect(both.find(({ ok }) => !ok)).toMatchObject(failed('backup-running'))
    const lock = world.ports.locks.exclusive('import')
    expect(await ask()).toMatchObject(failed('import-running'))
    lock?.release()
    expect(await ask()).toMatchObject({ ok: true })
  })

  it('ends where a key cannot be read, or is not the one that the ledger knows', async () => {
    await other('a', 'the-key-of-a')
    await other('b', 'the-key-of-b')
    world.putItem('b', 'of another program')
    expect(await ask()).toMatchObject(failed('superseded-before'))
    world.store.items.delete('rekey b')
    expect(await ask()).toMatchObject(failed('keychain-locked-or-item-missing'))
    expect(there()).toEqual([])
  })
})

describe('a backup while a rotation is open', () => {
  const rotatedUnder = async (fault: Readonly<Record<string, unknown>>) => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    world.sandbox.inject({ vendor: 'projectdiscovery', principal: who.principal, ...fault } as never)
    const [result] = await world.rotate('pd')
    return { ...who, result, fresh: world.sandbox.currentKey('projectdiscovery', who.principal) ?? '' }
  }

  it.each([
    ['a lost one', { kind: 'reject-new' }],
    ['one that nobody answered for', { kind: 'verify-down', afterMint: true, times: 'all' }],
  ])('holds both keys of %s, and where it is read says so', async (_what, fault) => {
    const { key, result } = await rotatedUnder(fault)
    const { reply } = valueOf(await world.app.call('rotation.sealedReply', { name: 'pd' }))
    const receipt = await backUp()
    expect(receipt.open).toEqual([{ name: 'pd', rotationId: result?.rotationId, outcome: result?.outcome }])
    const [entry] = (await opened(receipt.path)).entries
    const values = [entry?.secret, ...(entry?.fields.map(({ value }) => value) ?? [])]
    expect(values).toContain(reply)
    expect(values).toContain(key)
    expect(entry?.fields.every(({ isSecret }) => isSecret)).toBe(true)

    const elsewhere = await openWorld()
    try {
      const source = { path: receipt.path }
      const seen = valueOf(await elsewhere.app.call('vault.preview', { source, identities: identity }))
      const field = `sealed reply of ${result?.rotationId}`
      expect(seen.notes).toEqual([expect.stringContaining(`rekey get pd --field "${field}"`)])
      valueOf(await elsewhere.app.call('vault.import', { id: seen.id }))
      expect(valueOf(await elsewhere.app.call('rotation.open', {}))).toEqual([])
      expect(await elsewhere.app.call('credential.reveal', { name: 'pd', field })).toMatchObject({
        value: { secret: reply },
      })
      expect(valueOf(await elsewhere.app.call('credential.show', { name: 'pd' }))).toMatchObject({
        state: 'unverified',
      })
    } finally {
      await elsewhere.close()
    }
  })

  it('holds a key that was put in and refused', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'plane', who))
    valueOf(await world.app.call('guided.begin', { name: 'plane' }))
    await world.app.call('guided.paste', { name: 'plane', secret: 'a-key-that-was-put-in-and-refused' })
    const receipt = await backUp()
    const [entry] = (await opened(receipt.path)).entries
    expect(entry?.secret).toBe(who.key)
    expect(entry?.fields).toMatchObject([{ value: 'a-key-that-was-put-in-and-refused' }])
  })

  it('waits for nobody: a key in the air ends it', async () => {
    await rotatedUnder({ kind: 'reject-new' })
    const { id } = world.ports.ledger.credentialByName('pd') ?? { id: '' }
    const lease = world.ports.locks.exclusive(id)
    expect(await ask()).toMatchObject(failed('busy'))
    lease?.release()
    expect(await ask()).toMatchObject({ ok: true })
  })

  it('holds what a person has not dismissed, and not what they have', async () => {
    const { result } = await rotatedUnder({ kind: 'reject-new' })
    valueOf(await world.app.call('credential.set', { name: 'pd', secret: 'a-key-from-elsewhere-1234', unproven: true }))
    expect((await backUp()).open).toMatchObject([{ rotationId: result?.rotationId }])
    valueOf(await world.app.call('rotation.recover', { names: ['pd'], settle: 'neither' }))
    expect((await backUp()).open).toEqual([])
  })
})
