import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { openSealedStore, type SealedStore } from '../../../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../../../src-main/core/secret.ts'

/** Every buffer that a key or a value is in while it is sealed or opened, as the store itself had it. */
const seen = { keys: new Set<Uint8Array>(), values: [] as Uint8Array[] }
vi.mock(import('../../../src-main/adapters/crypto/sealed-box.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    sealBytes: (key, context, plain) => {
      seen.keys.add(key)
      seen.values.push(plain)
      return real.sealBytes(key, context, plain)
    },
    openBytes: (key, context, sealed) => {
      const plain = real.openBytes(key, context, sealed)
      seen.keys.add(key)
      if (plain) seen.values.push(plain)
      return plain
    },
  }
})

const kdf = { memoryKib: 1024, passes: 1, parallelism: 1 }
const item = { service: 'rekey', account: 'prod/key' } as const
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-wiping-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  seen.keys.clear()
  seen.values.length = 0
})

async function open(name: string, passphrase = 'the first passphrase'): Promise<SealedStore> {
  const file = join(folder, name)
  const opened = await openSealedStore({ file, create: true, kdf, passphrase: async () => ok(Secret.of(passphrase)) })
  if (!opened.ok) throw new Error(opened.failure.code)
  return opened.value
}
const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)
/** The data key is the one thing that an open store keeps; it is a value where it is sealed, and a key from then on. */
const kept = (): readonly Uint8Array[] => [...seen.keys, ...seen.values].filter((bytes) => !isWiped(bytes))

it('an open store keeps its data key and nothing else', async () => {
  const store = await open('kept.db')
  await store.write(item, Secret.of('a-key-to-keep'))
  await store.writeAll?.([[item, Secret.of('another-key-to-keep')]])
  expect((await store.read(item)).ok).toBe(true)
  expect((await store.readAll?.([item]))?.ok).toBe(true)
  expect((await store.prove()).ok).toBe(true)
  expect(seen.values.length).toBeGreaterThanOrEqual(6)
  expect(new Set(kept()).size).toBe(1)
  expect(kept()[0]).toHaveLength(32)
  await store.close()
})

it('a store that is closed, or locked, keeps nothing', async () => {
  const store = await open('closed.db')
  await store.write(item, Secret.of('a-key-to-keep'))
  await store.close()
  expect(seen.keys.size).toBeGreaterThanOrEqual(2)
  expect(kept()).toEqual([])
})

it('a new passphrase, and a wrong one, leave nothing behind', async () => {
  const store = await open('changed.db')
  await store.read(item)
  expect((await store.changePassphrase(Secret.of('not it'), Secret.of('x'))).ok).toBe(false)
  expect((await store.changePassphrase(Secret.of('the first passphrase'), Secret.of('the second passphrase'))).ok).toBe(
    true,
  )
  await store.close()
  const wrong = await open('changed.db', 'the first passphrase')
  expect((await wrong.read(item)).ok).toBe(false)
  await wrong.close()
  expect(seen.values.length).toBeGreaterThanOrEqual(3)
  expect(kept()).toEqual([])
})
