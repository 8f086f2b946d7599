import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { openSealedStore, type SealedStore } from '../../../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../../../src-main/core/secret.ts'

/** A passphrase that is changed: at any moment one of the two opens everything, and what the old one opened goes. */
const derived: Buffer[] = []
vi.mock(import('@node-rs/argon2'), async (original) => {
  const real = await original()
  const hashRaw: typeof real.hashRaw = async (...args) => {
    const bytes = await real.hashRaw(...args)
    derived.push(bytes)
    return bytes
  }
  return { ...real, hashRaw }
})

const kdf = { memoryKib: 1024, passes: 1, parallelism: 1 }
const words = ['the first passphrase', 'the second passphrase'] as const
const source = join(import.meta.dirname, '../../../src-main')
const item = { service: 'rekey', account: 'prod/key' } as const
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-passphrase-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(file: string, passphrase: string, create = false): Promise<SealedStore> {
  const opened = await openSealedStore({ file, create, kdf, passphrase: async () => ok(Secret.of(passphrase)) })
  if (!opened.ok) throw new Error(opened.failure.code)
  return opened.value
}

async function filled(name: string): Promise<string> {
  const file = join(mkdtempSync(join(folder, 'home-')), name)
  const store = await open(file, words[0], true)
  await store.write(item, Secret.of('a-key-to-keep'))
  await store.close()
  return file
}

/** What the store says to a passphrase. */
async function said(file: string, passphrase: string): Promise<string> {
  const store = await open(file, passphrase)
  const read = await store.read(item)
  await store.close()
  return read.ok ? (read.value?.use((value) => value) ?? 'nothing') : read.failure.code
}

const lockOf = (file: string): { readonly sealedKey: Buffer; readonly salt: Buffer } => {
  const database = new DatabaseSync(file, { readOnly: true })
  const row = database.prepare('SELECT sealed_key, salt FROM lock').get() ?? {}
  database.close()
  return { sealedKey: Buffer.from(row['sealed_key'] as Uint8Array), salt: Buffer.from(row['salt'] as Uint8Array) }
}

describe('changing a passphrase', () => {
  it('by a process that is killed at any moment leaves one that opens everything', { timeout: 60_000 }, async () => {
    const file = await filled('killed.db')
    const script = `
      const [{ openSealedStore }, { Secret }] = await Promise.all(
        ['adapters/keychain/sealed-store.ts', 'core/secret.ts'].map((path) => import(${JSON.stringify(`${source}/`)} + path)))
      const [file, first, second] = process.argv.slice(1)
      const passphrase = async () => ({ ok: true, value: Secret.of(first) })
      const { value: store } = await openSealedStore({ file, create: false, kdf: ${JSON.stringify(kdf)}, passphrase })
      process.stdout.write('begins')
      for (let [from, to] = [first, second]; ; [from, to] = [to, from]) {
        const done = await store.changePassphrase(Secret.of(from), Secret.of(to))
        if (!done.ok) process.exit(console.error(JSON.stringify(done)) ?? 1)
      }`
    let [now, other] = [...words] as [string, string]
    const swapped = { yes: 0, no: 0 }
    for (let kill = 0; kill < 14; kill += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, file, now, other])
      let told = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
      await new Promise((resolve) => child.stdout.once('data', resolve))
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)))
      // a change takes some ten milliseconds: the kills fall everywhere in the first few
      setTimeout(() => child.kill('SIGKILL'), (kill * 41) % 37)
      expect(await ended, told).toBe('SIGKILL')
      const answers = [await said(file, now), await said(file, other)]
      expect(answers.toSorted(), `kill ${kill}`).toEqual(['a-key-to-keep', 'wrong-passphrase'])
      swapped[answers[0] === 'a-key-to-keep' ? 'no' : 'yes'] += 1
      if (answers[0] !== 'a-key-to-keep') [now, other] = [other, now]
    }
    // a run in which no change was ever caught says nothing
    expect(swapped.yes).toBeGreaterThan(0)
    expect(swapped.no).toBeGreaterThan(0)
  })

  it('takes what the old one opened off the disk at once, while the store stays open', async () => {
    const file = await filled('changed.db')
    const before = lockOf(file)
    const store = await open(file, words[0])
    await store.read(item)
    expect(await store.changePassphrase(Secret.of(words[0]), Secret.of(words[1]))).toEqual(ok(undefined))
    for (const name of readdirSync(join(file, '..'))) {
      const bytes = readFileSync(join(file, '..', name))
      expect(bytes.includes(before.sealedKey), name).toBe(false)
      expect(bytes.includes(before.salt), name).toBe(false)
    }
    await store.close()
    expect(lockOf(file).salt.equals(before.salt)).toBe(false)
  })

  it('does not change the key of the items: an older copy opens with the older passphrase, as is said', async () => {
    const file = await filled('copied.db')
    const copy = join(file, '../copy.db')
    copyFileSync(file, copy)
    const store = await open(file, words[0])
    await store.changePassphrase(Secret.of(words[0]), Secret.of(words[1]))
    await store.close()
    expect(await said(copy, words[0])).toBe('a-key-to-keep')
    expect(await said(copy, words[1])).toBe('wrong-passphrase')
  })
})

describe('what Argon2id gave', () => {
  it('is wiped, both halves, once it was used', async () => {
    derived.length = 0
    const file = await filled('wiped.db')
    await said(file, 'a wrong passphrase')
    await said(file, words[0])
    expect(derived.length).toBeGreaterThanOrEqual(3)
    for (const bytes of derived) expect(bytes.equals(Buffer.alloc(64))).toBe(true)
  })
})
