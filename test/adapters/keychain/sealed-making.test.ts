import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok, type Result } from '../../../src-contract/result.ts'
import { openSealedStore, type SealedStore } from '../../../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../../../src-main/core/secret.ts'

const kdf = { memoryKib: 1024, passes: 1, parallelism: 1 }
const source = join(import.meta.dirname, '../../../src-main')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-making-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (file: string, create: boolean): Promise<Result<SealedStore>> =>
  openSealedStore({ file, create, kdf, passphrase: async () => ok(Secret.of('correct horse')) })

/** What a crash or a full disk leaves of a first start: the file, its journal mode set, no table yet. */
function cutShort(file: string): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL')
  database.close()
  expect(statSync(file).size).toBeGreaterThan(0)
}

describe('making a sealed store', () => {
  it('that was cut short begins again where a store may be made', async () => {
    const file = join(folder, 'cut.db')
    cutShort(file)
    const store = await open(file, true)
    expect(store.ok && (await store.value.prove())).toEqual(ok(undefined))
    if (store.ok) await store.value.close()
  })

  it('that was cut short is no store where none may be made', async () => {
    const file = join(folder, 'cut-and-missed.db')
    cutShort(file)
    expect(await open(file, false)).toMatchObject({ ok: false, failure: { code: 'store-damaged' } })
  })

  it('never takes over somebody else’s database', async () => {
    const file = join(folder, 'other.db')
    const database = new DatabaseSync(file)
    database.exec('CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES (1)')
    database.close()
    const store = await open(file, true)
    expect(store.ok && (await store.value.prove())).toMatchObject({ ok: false, failure: { code: 'store-damaged' } })
    const again = new DatabaseSync(file)
    expect(again.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 1 })
    again.close()
  })

  it('by several processes at once makes one store, which all of them use', { timeout: 20_000 }, async () => {
    const script = `
      const [{ openSealedStore }, { Secret }] = await Promise.all(
        ['adapters/keychain/sealed-store.ts', 'core/secret.ts'].map((path) => import(${JSON.stringify(`${source}/`)} + path)))
      const kdf = ${JSON.stringify(kdf)}
      process.stdout.write('ready')
      await new Promise((resolve) => process.stdin.once('data', resolve))
      for (const [at, file] of JSON.parse(process.argv[1]).entries()) {
        const made = await openSealedStore({ file, create: true, kdf, passphrase: async () => ({ ok: true, value: Secret.of('p') }) })
        const account = process.argv[2] + at
        const written = await made.value.write({ service: 'rekey', account }, Secret.of(account))
        if (written.kind !== 'written') process.exit(console.error(JSON.stringify(written)) ?? 1)
        await made.value.close()
      }
      process.exit(0)`
    const files = Array.from({ length: 15 }, (_, at) => join(folder, `shared-${at}.db`))
    const runs = ['a', 'b', 'c'].map((name) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(files), name])
      let told = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
      const ready = new Promise((resolve) => child.stdout.once('data', resolve))
      const end = new Promise((resolve) => child.on('close', (code) => resolve(code === 0 ? 'well' : told)))
      return { child, ready, end }
    })
    await Promise.all(runs.map(({ ready }) => ready))
    for (const { child } of runs) child.stdin.end('go')
    expect(await Promise.all(runs.map(({ end }) => end))).toEqual(['well', 'well', 'well'])
    for (const [at, file] of files.entries()) {
      const store = await openSealedStore({ file, create: false, passphrase: async () => ok(Secret.of('p')) })
      if (!store.ok) throw new Error(store.failure.code)
      for (const name of ['a', 'b', 'c']) {
        const seen = await store.value.read({ service: 'rekey', account: `${name}${at}` })
        expect(seen.ok && seen.value?.use((value) => value)).toBe(`${name}${at}`)
      }
      await store.value.close()
    }
  })
})
