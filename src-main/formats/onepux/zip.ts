/**
 * Takes single files out of a zip by its directory. A file is refused by the size it names before it is unpacked, and by
 * what really comes out while it is; its checksum must be right, for a deflated text can change without ceasing to be one.
 */
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits } from '../define-format.ts'

type Listed = {
  readonly method: number
  readonly checksum: number
  readonly packedSize: number
  readonly size: number
  readonly offset: number
}
type Take = (name: string) => Promise<Result<Uint8Array>>

const END = 0x06054b50
const LISTED = 0x02014b50
const LOCAL = 0x04034b50
const END_SIZE = 22
const MAX_COMMENT = 0xffff
const CHUNK = 64 * 1024

export function openZip(bytes: Uint8Array): Result<Take> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = endOf(view)
  if (end === null) return badVault(`byte ${bytes.length}`, 'it is no zip archive, or it is cut short')
  const listed = new Map<string, Listed>()
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  for (let n = 0; n < count; n += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== LISTED)
      return badVault(`file ${n + 1} of its directory`, 'the archive is damaged')
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    if (listed.has(name)) return badVault('its directory', 'the archive names a file twice')
    listed.set(name, {
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    })
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return ok(async (name) => {
    const file = listed.get(name)
    return file === undefined ? badVault('the archive', `it holds no ${name}`) : await take(view, bytes, name, file)
  })
}

/** Where the record at the end of the archive stands, before a comment. */
function endOf(view: DataView): number | null {
  const last = view.byteLength - END_SIZE
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at -= 1) if (view.getUint32(at, true) === END) return at
  return null
}

async function take(view: DataView, bytes: Uint8Array, name: string, file: Listed): Promise<Result<Uint8Array>> {
  const { method, checksum, packedSize, size, offset } = file
  if (size > limits.bytes) return beyond(`the size of ${name} when unpacked`, `${limits.bytes / 1024 / 1024} MiB`)
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== LOCAL)
    return badVault(name, 'the archive is damaged')
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  const packed = bytes.subarray(start, start + packedSize)
  if (packed.length < packedSize) return badVault(name, 'it is cut short')
  if (method !== 0 && method !== 8) return badVault(name, 'it is packed in a way that Rekey does not know')
  const plain = method === 0 ? packed : await inflate(packed, size)
  if (plain === null || plain.length !== size || crc32(plain) !== checksum) return badVault(name, 'it is damaged')
  return ok(plain)
}

/** Null: damaged, or more comes out than the directory says. */
async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array | null> {
  const { Inflate } = await import('fflate')
  // Grows with what comes out: a small file may name any size.
  const chunks: Uint8Array[] = []
  let length = 0
  let isWhole = false
  const stream = new Inflate((chunk, isLast) => {
    length += chunk.length
    if (length <= size) chunks.push(chunk)
    isWhole ||= isLast
  })
  try {
    for (let at = 0; at < packed.length && length <= size; at += CHUNK)
      stream.push(packed.subarray(at, at + CHUNK), at + CHUNK >= packed.length)
  } catch {
    return null
  }
  return isWhole && length === size ? Buffer.concat(chunks) : null
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}
