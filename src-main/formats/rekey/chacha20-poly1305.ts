/**
 * ChaCha20-Poly1305 (RFC 8439) of Node's own cryptography for the age library, whose own is JavaScript and three times as slow.
 * The format stays the library's: the build (scripts/native-cipher.ts) puts nothing but this one function in. Where Node cannot,
 * as in Electron, whose BoringSSL has it under no name, the library's own does it.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

/** As @noble/ciphers gives it: one key, one nonce, one use. `open` throws where what it gets is not what was sealed. */
export type Aead = (
  key: Uint8Array,
  nonce: Uint8Array,
  context?: Uint8Array,
) => { encrypt(plain: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array }

const TAG_BYTES = 16
const options = { authTagLength: TAG_BYTES }

const native: Aead = (key, nonce, context) => ({
  encrypt(plain) {
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, options)
    if (context) cipher.setAAD(context, { plaintextLength: plain.length })
    const sealed = new Uint8Array(plain.length + TAG_BYTES)
    sealed.set(cipher.update(plain))
    cipher.final()
    sealed.set(cipher.getAuthTag(), plain.length)
    return sealed
  },
  decrypt(sealed) {
    if (sealed.length < TAG_BYTES) throw new Error('too short to be sealed')
    const length = sealed.length - TAG_BYTES
    const decipher = createDecipheriv('chacha20-poly1305', key, nonce, options)
    if (context) decipher.setAAD(context, { plaintextLength: length })
    decipher.setAuthTag(sealed.subarray(length))
    const plain = decipher.update(sealed.subarray(0, length))
    // throws before anybody sees what does not belong to the tag
    decipher.final()
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength)
  },
})

/** Node's, where it seals a made-up text as the library does; else the library's. */
export function nativeOr(library: Aead, ours: Aead = native): Aead {
  const [key, nonce, text] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(3)]
  try {
    const sealed = ours(key, nonce).encrypt(text)
    return library(key, nonce)
      .decrypt(sealed)
      .every((byte) => byte === 0)
      ? ours
      : library
  } catch {
    return library
  }
}
