/** The blocks that the content of a KDBX file comes in: with a keyed check each in version 4, with a hash each in 3.1. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { joined } from './joined.ts'

/** Programs make them a mebibyte long. One that made them four kibibytes long would fill what is read of a file at all. */
const MAX_BLOCKS = 65_536

export type Block = { readonly mac: Uint8Array; readonly data: Uint8Array }

/** The blocks of a version 4 file with the empty one that ends it. */
export function blocksOf(bytes: Uint8Array, from: number): Result<readonly Block[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const blocks: Block[] = []
  for (let at = from; at + 36 <= bytes.length;) {
    const length = view.getUint32(at + 32, true)
    const end = at + 36 + length
    if (end > bytes.length) break
    if (blocks.length > MAX_BLOCKS) return beyond('the number of its blocks', String(MAX_BLOCKS))
    blocks.push({ mac: bytes.subarray(at, at + 32), data: bytes.subarray(at + 36, end) })
    if (length === 0) return ok(blocks)
    at = end
  }
  return badVault(`byte ${bytes.length}`, 'it is cut short')
}

/** Whether a block is what was written there: its place and its length are under its check. */
export function isWhole({ mac, data }: Block, index: number, hmacKey: Uint8Array): boolean {
  const place = Buffer.alloc(12)
  place.writeBigUInt64LE(BigInt(index))
  place.writeUInt32LE(data.length, 8)
  const key = createHash('sha512').update(place.subarray(0, 8)).update(hmacKey).digest()
  return timingSafeEqual(mac, createHmac('sha256', key).update(place).update(data).digest())
}

/** What the blocks of an opened 3.1 file hold together. */
export function unblocked(plain: Uint8Array): Result<Uint8Array> {
  const damaged = badVault('its content', 'it is cut short or damaged')
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length)
  const parts: Uint8Array[] = []
  for (let at = 0; at + 40 <= plain.length;) {
    const length = view.getUint32(at + 36, true)
    if (length === 0) return ok(joined(parts))
    const data = plain.subarray(at + 40, at + 40 + length)
    const said = plain.subarray(at + 4, at + 36)
    if (data.length < length || !timingSafeEqual(said, createHash('sha256').update(data).digest())) return damaged
    if (parts.length >= MAX_BLOCKS) return beyond('the number of its blocks', String(MAX_BLOCKS))
    parts.push(data)
    at += 40 + length
  }
  return damaged
}
