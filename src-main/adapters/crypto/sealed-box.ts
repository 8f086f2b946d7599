import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'

/** AES-256-GCM: 12 random bytes of nonce, the ciphertext, 16 bytes of tag. Bound to `context`, which is not stored. */

const nonceBytes = 12
const tagBytes = 16

/** Node takes ten times as long to look at bytes as at a key that it has seen. Bytes that are a key here stay that key. */
const seen = new WeakMap<Uint8Array, KeyObject>()
function keyOf(bytes: Uint8Array): KeyObject {
  const known = seen.get(bytes)
  if (known) return known
  const key = createSecretKey(bytes)
  seen.set(bytes, key)
  return key
}

/** Drawn from the system for many at once, which costs as much as for one; each is handed out once. */
let drawn = Buffer.alloc(0)
function freshNonce(): Buffer {
  if (drawn.length < nonceBytes) drawn = randomBytes(256 * nonceBytes)
  const nonce = drawn.subarray(0, nonceBytes)
  drawn = drawn.subarray(nonceBytes)
  return nonce
}

/** A context no other list of parts can spell. */
export const contextOf = (...parts: readonly string[]): Buffer => Buffer.from(JSON.stringify(parts), 'utf8')

export function sealBytes(key: Uint8Array, context: Uint8Array, plain: Uint8Array): Buffer {
  const nonce = freshNonce()
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce)
  cipher.setAAD(context)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The plain bytes; null where key, context or bytes are not those it was sealed with. */
export function openBytes(key: Uint8Array, context: Uint8Array, sealed: Uint8Array): Buffer | null {
  if (sealed.length < nonceBytes + tagBytes) return null
  const decipher = createDecipheriv('aes-256-gcm', keyOf(key), sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(context)
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  // the one copy: whoever asked wipes it, and what does not open is wiped here
  const plain = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes))
  try {
    decipher.final()
    return plain
  } catch {
    plain.fill(0)
    return null
  }
}
