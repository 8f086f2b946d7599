import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { EscrowId } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'

/**
 * One escrow file: magic, version, salt; then records `length | type | index | nonce | ciphertext | tag`; zeros up to
 * 256 KiB. AES-256-GCM under a key of its own (HKDF of the escrow key with the file's random salt), random nonces: a
 * record written over a torn one can never meet its nonce again. A record's type, its index among its kind, rotation
 * and credential are authenticated. The first record is a constant: a key that does not fit never looks like an empty file.
 */

export const escrowBytes = 256 * 1024
/** Reply bytes past this are counted, not kept. */
export const replyCapBytes = 128 * 1024

const partTypes = { seal: 1, old: 2, pasted: 3, wire: 4, end: 5 } as const
export type PartType = keyof typeof partTypes
const typeByCode = new Map<number, PartType>(Object.entries(partTypes).map(([type, code]) => [code, type as PartType]))
export type Part = { readonly type: PartType; readonly index: number; readonly plain: Buffer }

const magic = Buffer.from('rekey-escrow')
const version = 1
const saltBytes = 32
const prefixBytes = magic.length + 1 + saltBytes
const nonceBytes = 12
const tagBytes = 16
const headBytes = 4 + 1 + 4 + nonceBytes
const sealedConstant: Part = { type: 'seal', index: 0, plain: Buffer.from('sealed') }

/** The key of one file, and what its records are bound to. */
export type FileKey = { readonly key: Buffer; readonly id: EscrowId }

export type Opened =
  /** `end` is where the next record goes; `torn` says that a record there never became whole; `key` seals further ones. */
  | {
      readonly kind: 'sound'
      readonly parts: readonly Part[]
      readonly end: number
      readonly torn: boolean
      readonly key: FileKey
    }
  | { readonly kind: 'unreadable'; readonly why: string; readonly begun: boolean }

const fileKey = (escrowKey: Secret, salt: Uint8Array, id: EscrowId): FileKey => ({
  key: escrowKey.use((value) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(value, 'base64'), salt, `rekey escrow 1 ${id.rotationId}`, 32)),
  ),
  id,
})

const bound = (id: EscrowId, type: PartType, index: number): Buffer =>
  Buffer.from(JSON.stringify(['rekey-escrow', version, id.rotationId, id.credentialId, type, index]))

/** The bytes a fresh file begins with, and the key for its further records. */
export function begin(escrowKey: Secret, id: EscrowId): { readonly bytes: Buffer; readonly key: FileKey } {
  const salt = randomBytes(saltBytes)
  const key = fileKey(escrowKey, salt, id)
  return { bytes: Buffer.concat([magic, Buffer.of(version), salt, sealPart(key, sealedConstant)]), key }
}

/** One record. */
export const sealPart = (key: FileKey, { type, index, plain }: Part): Buffer => readySeal(key, type, index)(plain)

/** A record but for its bytes: nonce, key schedule and what it is bound to are there before they come. For one part only. */
export function readySeal({ key, id }: FileKey, type: PartType, index: number): (plain: Buffer) => Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(bound(id, type, index))
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(partTypes[type], 4)
  head.writeUInt32BE(index, 5)
  nonce.copy(head, 9)
  return (plain) => {
    const body = cipher.update(plain)
    const last = cipher.final()
    head.writeUInt32BE(body.length + last.length, 0)
    return Buffer.concat([head, body, last, cipher.getAuthTag()])
  }
}

/** Opens every record of a file. A last record that is not whole is left out; a broken one before a whole one is damage. */
export function openParts(bytes: Buffer, escrowKey: Secret, id: EscrowId): Opened {
  const begun = bytes.length > prefixBytes && isMarked(bytes.subarray(prefixBytes))
  if (bytes.length < prefixBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    return { kind: 'unreadable', why: 'it is not an escrow file', begun }
  }
  if (bytes[magic.length] !== version) {
    return { kind: 'unreadable', why: 'it was written by another version of rekey', begun }
  }
  const key = fileKey(escrowKey, bytes.subarray(magic.length + 1, prefixBytes), id)
  const first = openPart(bytes, prefixBytes, key)
  if (first?.part.type !== 'seal') {
    return { kind: 'unreadable', why: 'the key does not fit it, or it is damaged', begun }
  }
  const parts: Part[] = []
  let end = first.next
  for (let found = openPart(bytes, end, key); found; found = openPart(bytes, end, key)) {
    parts.push(found.part)
    end = found.next
  }
  const torn = isMarked(bytes.subarray(end))
  if (torn && holdsPart(bytes, end + 1, key)) return { kind: 'unreadable', why: 'it is damaged', begun }
  return { kind: 'sound', parts, end, torn, key }
}

function openPart(
  bytes: Buffer,
  at: number,
  { key, id }: FileKey,
): { readonly part: Part; readonly next: number } | null {
  if (at + headBytes + tagBytes > bytes.length) return null
  const length = bytes.readUInt32BE(at)
  const type = typeByCode.get(bytes.readUInt8(at + 4))
  const index = bytes.readUInt32BE(at + 5)
  const next = at + headBytes + length + tagBytes
  if (type === undefined || next > bytes.length) return null
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(at + 9, at + headBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(bound(id, type, index))
  decipher.setAuthTag(bytes.subarray(next - tagBytes, next))
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(at + headBytes, next - tagBytes)), decipher.final()])
    return { part: { type, index, plain }, next }
  } catch {
    return null
  }
}

function holdsPart(bytes: Buffer, from: number, key: FileKey): boolean {
  for (let at = from; at + headBytes + tagBytes <= bytes.length; at++) {
    if (openPart(bytes, at, key)) return true
  }
  return false
}

const isMarked = (bytes: Buffer): boolean => !bytes.equals(Buffer.alloc(bytes.length))
