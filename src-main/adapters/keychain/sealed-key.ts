/**
 * The keys of a sealed store. A random data key seals the items; it is itself sealed under a key that Argon2id derives
 * from the passphrase, so that a new passphrase rewrites one row and no item. The other half of what Argon2id gives is a
 * check value: a wrong passphrase is told from a damaged file. Parameters read from a file are bounded before use.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { Secret } from '../../core/secret.ts'
import { contextOf, openBytes, sealBytes } from '../crypto/sealed-box.ts'

export type Kdf = { readonly memoryKib: number; readonly passes: number; readonly parallelism: number }

/** What every store costs at least: about 0.15 s and 64 MiB on a desktop of 2026. */
export const leastKdf: Kdf = { memoryKib: 64 * 1024, passes: 3, parallelism: 1 }

/** Every command pays for it once; four times the least is as much as a slower machine with the same store may pay. */
const calibration = { targetMs: 250, mostPasses: 4 * leastKdf.passes }

/** The one row that says how the store is opened. */
export type Lock = Kdf & {
  readonly storeId: string
  readonly salt: Uint8Array
  readonly sealedKey: Uint8Array
  readonly check: Uint8Array
  /** SHA-256 over all of the above: says damaged before anybody is told that their passphrase is wrong. */
  readonly digest: Uint8Array
}

const bounds: readonly (readonly [keyof Kdf, min: number, max: number])[] = [
  ['memoryKib', 1024, 1024 * 1024],
  ['passes', 1, 20],
  ['parallelism', 1, 16],
]

export const isWithinBounds = (kdf: Kdf): boolean =>
  bounds.every(([name, min, max]) => Number.isInteger(kdf[name]) && kdf[name] >= min && kdf[name] <= max)

/**
 * As many passes as take a quarter of a second on this machine, never fewer than `least` (a store that was made on a
 * faster one keeps its own). Measured once, when a store is made or gets a new passphrase.
 */
export async function calibratedKdf(least: Kdf = leastKdf, measure = timeOf): Promise<Kdf> {
  const ms = await measure(leastKdf)
  const { targetMs, mostPasses } = calibration
  const affordable = Math.min(mostPasses, Math.floor((leastKdf.passes * targetMs) / Math.max(ms, 1)))
  return {
    memoryKib: Math.max(leastKdf.memoryKib, least.memoryKib),
    passes: Math.max(leastKdf.passes, least.passes, affordable),
    parallelism: Math.max(leastKdf.parallelism, least.parallelism),
  }
}

async function timeOf(kdf: Kdf): Promise<number> {
  const start = performance.now()
  await derive(Secret.of('how fast is this machine'), Buffer.alloc(saltBytes), kdf)
  return performance.now() - start
}

const argon2id = 2
const saltBytes = 16
const keyContext = (storeId: string): Buffer => contextOf('rekey sealed store', '1', 'data key', storeId)

/** Runs on a thread of its own: 32 bytes that seal the data key, 32 that make the check value. */
async function derive(passphrase: Secret, salt: Uint8Array, kdf: Kdf): Promise<{ wrap: Buffer; check: Buffer }> {
  const text = passphrase.use((value) => value.normalize('NFC'))
  const { memoryKib: memoryCost, passes: timeCost, parallelism } = kdf
  const options = { algorithm: argon2id, salt, memoryCost, timeCost, parallelism, outputLen: 64 } as const
  const derived = await hashRaw(text, options)
  const check = createHmac('sha256', derived.subarray(32)).update('rekey sealed store check').digest()
  derived.fill(0, 32)
  return { wrap: derived.subarray(0, 32), check }
}

export function digestOf(lock: Omit<Lock, 'digest'>): Buffer {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const { storeId, memoryKib, passes, parallelism, salt, sealedKey, check } = lock
  const text = JSON.stringify([storeId, memoryKib, passes, parallelism, hex(salt), hex(sealedKey), hex(check)])
  return createHash('sha256').update(text).digest()
}

/** A lock for a store and its data key under a passphrase, with a fresh salt. */
export async function makeLock(storeId: string, dataKey: Uint8Array, passphrase: Secret, kdf: Kdf): Promise<Lock> {
  if (!isWithinBounds(kdf)) throw new Error('these Argon2id parameters are out of bounds')
  const salt = randomBytes(saltBytes)
  const { wrap, check } = await derive(passphrase, salt, kdf)
  const { memoryKib, passes, parallelism } = kdf
  const sealedKey = sealBytes(wrap, keyContext(storeId), dataKey)
  wrap.fill(0)
  const lock = { storeId, memoryKib, passes, parallelism, salt, sealedKey, check }
  return { ...lock, digest: digestOf(lock) }
}

/** Why a lock cannot be what was once written, or null. */
export function damageOf(lock: Lock): string | null {
  if (!Buffer.from(lock.digest).equals(digestOf(lock))) return 'the row that says how it opens was damaged'
  return isWithinBounds(lock) ? null : 'its key parameters are out of bounds'
}

/** The data key of an undamaged lock. */
export async function openLock(lock: Lock, passphrase: Secret): Promise<Buffer | 'wrong-passphrase' | 'damaged'> {
  const { wrap, check } = await derive(passphrase, lock.salt, lock)
  const isRight = check.length === lock.check.length && timingSafeEqual(check, lock.check)
  const dataKey = isRight ? openBytes(wrap, keyContext(lock.storeId), lock.sealedKey) : null
  wrap.fill(0)
  if (!isRight) return 'wrong-passphrase'
  return dataKey?.length === 32 ? dataKey : 'damaged'
}
