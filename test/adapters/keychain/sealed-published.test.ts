import { createDecipheriv } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hashRaw } from '@node-rs/argon2'
import { argon2id } from '@noble/hashes/argon2.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { openBytes } from '../../../src-main/adapters/crypto/sealed-box.ts'
import { calibratedKdf, leastKdf } from '../../../src-main/adapters/keychain/sealed-key.ts'
import { openSealedStore } from '../../../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../../../src-main/core/secret.ts'

/** What the sealed store is made of, against what others published; and its file, read by other code than ours. */
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-published-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('Argon2id', () => {
  // src/test.c of the reference implementation, version 0x13: passes, KiB, lanes, password, salt, tag
  it.each([
    [2, 65_536, 1, 'password', 'somesalt', '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7'],
    [2, 256, 1, 'password', 'somesalt', '9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe'],
    [2, 256, 2, 'password', 'somesalt', '6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037'],
    [1, 65_536, 1, 'password', 'somesalt', 'f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98'],
    [4, 65_536, 1, 'password', 'somesalt', '9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c'],
    [2, 65_536, 1, 'differentpassword', 'somesalt', '0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde'],
    [2, 65_536, 1, 'password', 'diffsalt', 'bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c'],
  ])('of %i passes, %i KiB, %i lanes, “%s”, “%s” is what the reference gives', async (t, m, p, text, salt, tag) => {
    const options = { algorithm: 2, memoryCost: m, timeCost: t, parallelism: p, outputLen: 32 } as const
    expect((await hashRaw(text, { ...options, salt: Buffer.from(salt) })).toString('hex')).toBe(tag)
  })

  it('by the second implementation is that of RFC 9106, section 5.3', () => {
    const [secret, more] = [Buffer.alloc(8, 3), Buffer.alloc(12, 4)]
    const options = { t: 3, m: 32, p: 4, dkLen: 32, key: secret, personalization: more }
    expect(Buffer.from(argon2id(Buffer.alloc(32, 1), Buffer.alloc(16, 2), options)).toString('hex')).toBe(
      '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659',
    )
  })
})

describe('AES-256-GCM', () => {
  // test cases 14 and 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega), as NIST took them over
  const key = bytes('feffe9928665731c6d6a8f9467308308'.repeat(2))
  const nonce = bytes('cafebabefacedbaddecaf888')
  const bound = bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2')
  const sealed = bytes(
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
  )
  const tag = bytes('76fc6ece0f4e1768cddf8853bb2d551b')
  const plain =
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39'

  it('opens what was published', () => {
    const zero = Buffer.concat([
      Buffer.alloc(12),
      bytes('cea7403d4d606b6e074ec5d3baf39d18'),
      bytes('d0d1c8a799996bf0265b98b5d48ab919'),
    ])
    expect(openBytes(Buffer.alloc(32), Buffer.alloc(0), zero)?.toString('hex')).toBe('00'.repeat(16))
    expect(openBytes(key, bound, Buffer.concat([nonce, sealed, tag]))?.toString('hex')).toBe(plain)
  })

  it('opens nothing of which one bit is another, in nonce, text, tag or what it is bound to', () => {
    const whole = Buffer.concat([nonce, sealed, tag])
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(openBytes(key, bound, changed), `byte ${at}`).toBeNull()
    }
    expect(openBytes(key, bound.subarray(1), whole)).toBeNull()
    for (let cut = 1; cut <= whole.length; cut += 1)
      expect(openBytes(key, bound, whole.subarray(0, whole.length - cut)), `${cut} bytes less`).toBeNull()
  })
})

describe('a store’s file', () => {
  const kdf = { memoryKib: 1024, passes: 2, parallelism: 2 }
  const passphrase = 'correct horse battery staple'
  const values = ['a key that others can read', 'a key that others can read']

  /** From the text of docs/sealed-store.md alone. */
  function readElsewhere(file: string): readonly string[] {
    const database = new DatabaseSync(file, { readOnly: true })
    const lock = database.prepare('SELECT * FROM lock').get() ?? {}
    const items = database.prepare('SELECT * FROM item ORDER BY account').all()
    database.close()
    const blob = (value: unknown): Buffer => Buffer.from(value as Uint8Array)
    const open = (key: Uint8Array, bound: readonly unknown[], sealed: Buffer): Buffer => {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
      decipher.setAAD(Buffer.from(JSON.stringify(bound)))
      decipher.setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
    }
    const [t, m, p] = [Number(lock['passes']), Number(lock['memory_kib']), Number(lock['parallelism'])]
    const derived = argon2id(passphrase, blob(lock['salt']), { t, m, p, dkLen: 64 })
    const id = lock['store_id']
    const key = open(derived.slice(0, 32), ['rekey sealed store', '1', 'data key', id], blob(lock['sealed_key']))
    return items.map(({ service, account, sealed }) =>
      open(key, ['rekey sealed store', '1', 'item', id, service, account], blob(sealed)).toString(),
    )
  }

  async function made(name: string): Promise<string> {
    const file = join(folder, name)
    const store = await openSealedStore({ file, create: true, kdf, passphrase: async () => ok(Secret.of(passphrase)) })
    if (!store.ok) throw new Error(store.failure.code)
    for (const [at, value] of values.entries())
      await store.value.write({ service: 'rekey', account: `item-${at}` }, Secret.of(value))
    await store.value.close()
    return file
  }

  it('is what the document says it is, to another implementation of everything', async () => {
    expect(readElsewhere(await made('elsewhere.db'))).toEqual(values)
  })

  it('never has a nonce twice, nor one value sealed to the same bytes', async () => {
    const nonces = new Set<string>()
    const texts = new Set<string>()
    const file = await made('nonces.db')
    const store = await openSealedStore({ file, create: false, passphrase: async () => ok(Secret.of(passphrase)) })
    if (!store.ok) throw new Error(store.failure.code)
    const look = new DatabaseSync(file, { readOnly: true })
    const row = look.prepare('SELECT sealed FROM item WHERE account = ?')
    for (let round = 0; round < 300; round += 1) {
      await store.value.write({ service: 'rekey', account: 'item-0' }, Secret.of('always the same'))
      const sealed = Buffer.from(row.get('item-0')?.['sealed'] as Uint8Array)
      nonces.add(sealed.subarray(0, 12).toString('hex'))
      texts.add(sealed.subarray(12).toString('hex'))
    }
    look.close()
    await store.value.close()
    expect([nonces.size, texts.size]).toEqual([300, 300])
  })

  it('costs what this machine can afford, and never less than the least or than it did', async () => {
    const measured = (ms: number) => async (): Promise<number> => ms
    expect(await calibratedKdf(leastKdf, measured(2000))).toEqual(leastKdf)
    expect(await calibratedKdf(leastKdf, measured(125))).toEqual({ ...leastKdf, passes: 6 })
    expect((await calibratedKdf(leastKdf, measured(0))).passes).toBe(12)
    const dear = { memoryKib: 128 * 1024, passes: 9, parallelism: 2 }
    expect(await calibratedKdf(dear, measured(2000))).toEqual(dear)
    expect(await calibratedKdf({ memoryKib: 1024, passes: 1, parallelism: 1 }, measured(2000))).toEqual(leastKdf)
    expect((await calibratedKdf()).passes).toBeGreaterThanOrEqual(3)
  })
})
