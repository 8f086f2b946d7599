import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { digestOf, type Lock } from '../../../src-main/adapters/keychain/sealed-key.ts'
import { openSealedStore, type SealedStore } from '../../../src-main/adapters/keychain/sealed-store.ts'
import type { Item } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { describeSecretStore } from '../../contract/secret-store.ts'

const kdf = { memoryKib: 19 * 1024, passes: 2, parallelism: 1 }
const ITEM: Item = { service: 'rekey', account: 'prod/key' }
const RIGHT = 'correct horse battery staple'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-sealed-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const newFile = (): string => join(mkdtempSync(join(folder, 'home-')), 'sealed.db')

async function open(file: string, passphrase = RIGHT, create = true): Promise<SealedStore> {
  const opened = await openSealedStore({ file, create, kdf, passphrase: async () => ok(Secret.of(passphrase)) })
  if (!opened.ok) throw new Error(opened.failure.code)
  return opened.value
}

async function filled(value = 'a-key-to-keep'): Promise<string> {
  const file = newFile()
  const store = await open(file)
  await store.write(ITEM, Secret.of(value))
  await store.close()
  return file
}

function lockIn(database: DatabaseSync): Omit<Lock, 'digest'> {
  const row = database.prepare('SELECT * FROM lock').get() ?? {}
  const bytes = (name: string): Uint8Array => row[name] as Uint8Array
  return {
    storeId: String(row['store_id']),
    memoryKib: Number(row['memory_kib']),
    passes: Number(row['passes']),
    parallelism: Number(row['parallelism']),
    salt: bytes('salt'),
    sealedKey: bytes('sealed_key'),
    check: bytes('check_value'),
  }
}

const shown = async (store: SealedStore): Promise<string | null> => {
  const read = await store.read(ITEM)
  if (!read.ok) throw new Error(read.failure.code)
  return read.value?.use((text) => text) ?? null
}

describeSecretStore('the sealed store', async () => {
  const store = await open(newFile())
  return { store, close: () => store.close() }
})

describe('the sealed store', () => {
  it('opens again with its passphrase, and for nobody else', async () => {
    const file = await filled()
    const right = await open(file)
    expect(await shown(right)).toBe('a-key-to-keep')
    await right.close()
    const before = readFileSync(file)
    const wrong = await open(file, 'correct horse battery stable')
    expect(await wrong.read(ITEM)).toMatchObject({ ok: false, failure: { code: 'wrong-passphrase' } })
    expect(await wrong.write(ITEM, Secret.of('x'))).toMatchObject({
      kind: 'not-written',
      failure: { code: 'wrong-passphrase' },
    })
    expect(await wrong.prove()).toMatchObject({ ok: false, failure: { code: 'wrong-passphrase' } })
    await wrong.close()
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('holds neither values nor passphrase in clear, and is closed to others', async () => {
    const file = await filled('value-in-clear')
    const bytes = readFileSync(file).toString('latin1')
    expect(bytes).not.toContain('value-in-clear')
    expect(bytes).not.toContain(RIGHT)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('derives its key by Argon2id with the parameters it was made with', async () => {
    const store = await open(await filled())
    expect(await store.describe()).toMatchObject({
      ok: true,
      value: expect.stringContaining('Argon2id 19 MiB, 2 passes'),
    })
    await store.close()
  })

  it('refuses parameters that would eat the machine, or guard nothing', async () => {
    for (const [field, value] of [
      ['memoryKib', 8 * 1024 * 1024],
      ['passes', 1000],
      ['parallelism', 1000],
      ['memoryKib', 512],
    ] as const) {
      const file = await filled()
      // by somebody who knows the file: its digest fits again
      const database = new DatabaseSync(file)
      const lock = { ...lockIn(database), [field]: value }
      const column = { memoryKib: 'memory_kib', passes: 'passes', parallelism: 'parallelism' }[field]
      database.prepare(`UPDATE lock SET ${column} = ?, digest = ?`).run(value, digestOf(lock))
      database.close()
      const store = await open(file)
      expect(await store.read(ITEM)).toMatchObject({
        ok: false,
        failure: { code: 'store-damaged', fields: { why: 'its key parameters are out of bounds' } },
      })
      await store.close()
    }
  })

  it('reports a row that was put in another’s place, and deletes nothing', async () => {
    const file = await filled('first')
    const store = await open(file)
    await store.write({ service: 'rekey', account: 'other' }, Secret.of('second'))
    await store.close()
    const database = new DatabaseSync(file)
    const [table] = database
      .prepare("select name from sqlite_master where type = 'table' and sql like '%account%'")
      .all() as { name: string }[]
    const columns = database.prepare(`pragma table_info(${table?.name})`).all() as { name: string; type: string }[]
    const sealed = columns.find((column) => column.type === 'BLOB')?.name
    database.exec(
      `update ${table?.name} set ${sealed} = (select ${sealed} from ${table?.name} where account = 'other') where account = 'prod/key'`,
    )
    database.close()
    const tampered = await open(file)
    expect(await tampered.read(ITEM)).toMatchObject({ ok: false, failure: { code: 'store-damaged' } })
    expect((await tampered.read({ service: 'rekey', account: 'other' })).ok).toBe(true)
    await tampered.close()
  })

  it('changes its passphrase: the old one opens nothing any more, and nothing else changes', async () => {
    const file = await filled()
    const store = await open(file)
    expect(await shown(store)).toBe('a-key-to-keep')
    expect(await store.changePassphrase(Secret.of('wrong'), Secret.of('new passphrase'))).toMatchObject({
      ok: false,
      failure: { code: 'wrong-passphrase' },
    })
    expect(await store.changePassphrase(Secret.of(RIGHT), Secret.of('new passphrase'))).toEqual(ok(undefined))
    expect(await shown(store)).toBe('a-key-to-keep')
    await store.close()
    const old = await open(file)
    expect(await old.read(ITEM)).toMatchObject({ ok: false, failure: { code: 'wrong-passphrase' } })
    await old.close()
    const fresh = await open(file, 'new passphrase')
    expect(await shown(fresh)).toBe('a-key-to-keep')
    await fresh.close()
  })

  it('is never made anew where it should be', async () => {
    const file = newFile()
    expect(
      await openSealedStore({ file, create: false, kdf, passphrase: async () => ok(Secret.of(RIGHT)) }),
    ).toMatchObject({
      ok: false,
      failure: { code: 'store-damaged' },
    })
  })

  it.each([
    ['no database', Buffer.from('this is no database at all, whatever its name says')],
    ['cut short', null],
  ])('that is %s is reported and left as it is', async (_, bytes) => {
    const file = await filled()
    const damaged = bytes ?? readFileSync(file).subarray(0, 5000)
    writeFileSync(file, damaged)
    const store = await open(file)
    expect(await store.read(ITEM)).toMatchObject({ ok: false, failure: { code: 'store-damaged' } })
    await store.close()
    expect(readFileSync(file).equals(damaged)).toBe(true)
  })

  it('asks for the passphrase once, and only at the first need', async () => {
    const file = await filled()
    let asked = 0
    const opened = await openSealedStore({
      file,
      create: false,
      kdf,
      passphrase: async () => {
        asked += 1
        return ok(Secret.of(RIGHT))
      },
    })
    if (!opened.ok) throw new Error(opened.failure.code)
    expect(asked).toBe(0)
    await opened.value.describe()
    expect(asked).toBe(0)
    await Promise.all([opened.value.read(ITEM), opened.value.prove(), opened.value.read(ITEM)])
    expect(asked).toBe(1)
    await opened.value.close()
  })
})
