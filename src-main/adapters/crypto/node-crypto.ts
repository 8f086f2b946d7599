import { createHash, createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import type { Crypto } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'

const keyBytes = 32

/** The 32 bytes behind a key held as base64; a key of another length is a bug, and throws. */
function bytesOf(key: Secret): Buffer {
  const bytes = key.use((text) => Buffer.from(text, 'base64'))
  if (bytes.length !== keyBytes) throw new Error(`a key is ${keyBytes} bytes`)
  return bytes
}

/** Ten thousand fingerprints are made with one key: it is read once. */
const keys = new WeakMap<Secret, KeyObject>()
function keyOf(secret: Secret): KeyObject {
  const known = keys.get(secret)
  if (known) return known
  const key = createSecretKey(bytesOf(secret))
  keys.set(secret, key)
  return key
}

/** An even draw: bytes at or above the largest multiple of the alphabet's size are thrown away, not folded. */
function randomText(alphabet: string, length: number): string {
  const characters = [...alphabet]
  if (characters.length === 0 || characters.length > 256) throw new Error('an alphabet has 1 to 256 characters')
  const limit = 256 - (256 % characters.length)
  let text = ''
  let drawn = 0
  while (drawn < length) {
    for (const byte of randomBytes(length - drawn + 16)) {
      if (byte >= limit || drawn === length) continue
      text += characters[byte % characters.length] ?? ''
      drawn += 1
    }
  }
  return text
}

/** Node's cryptography, within what BoringSSL (Electron) has too. */
export const nodeCrypto: Crypto = {
  bytes: (base64) => base64.use((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
  fingerprint: (key, secret) =>
    secret.use((value) => createHmac('sha256', keyOf(key)).update(value, 'utf8').digest('hex').slice(0, 16)),
  newKey: () => Secret.of(randomBytes(keyBytes).toString('base64')),
  keyId: (key) => createHash('sha256').update('rekey key id\0').update(bytesOf(key)).digest('hex').slice(0, 16),
  randomText,
}
