/**
 * The stream that hides protected values. Node's own ChaCha20 gives it where there is one; elsewhere, as in Electron, whose BoringSSL
 * has none by itself, and for Salsa20, kdbxweb does. It is drawn in pieces: most values are shorter than a call is worth.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { joined } from './joined.ts'
import { kdbxweb } from './library.ts'

/** The next bytes of it, in the order in which hidden values stand in the document; they are not to be written to. */
export type Keystream = (length: number) => Uint8Array

const PIECE_BYTES = 16 * 1024

/** `stream`: its number in the file, `key`: the bytes it grows from. Throws where nobody knows that stream. */
export async function keystreamOf(
  { stream, key }: { readonly stream: number; readonly key: ArrayBuffer },
  ours: (key: ArrayBuffer) => Keystream | null = native,
): Promise<Keystream> {
  const { Consts, ProtectSaltGenerator } = await kdbxweb()
  const chacha20 = stream === Consts.CrsAlgorithm.ChaCha20 ? ours(key) : null
  if (chacha20) return inPieces(chacha20)
  const salts = await ProtectSaltGenerator.create(key, stream)
  return inPieces((length) => new Uint8Array(salts.getSalt(length)))
}

/** Key and nonce as KDBX 4 takes them from the stream's key; Node wants the block counter, 0, before the nonce. Null: it has none. */
function native(key: ArrayBuffer): Keystream | null {
  const hash = createHash('sha512').update(new Uint8Array(key)).digest()
  const start = Buffer.concat([Buffer.alloc(4), hash.subarray(32, 44)])
  try {
    const cipher = createCipheriv('chacha20', hash.subarray(0, 32), start)
    return (length) => cipher.update(new Uint8Array(length))
  } catch {
    return null
  }
}

function inPieces(draw: Keystream): Keystream {
  let drawn: Uint8Array = new Uint8Array()
  let at = 0
  return (length) => {
    const left = drawn.length - at
    if (left < length) {
      drawn = joined([drawn.subarray(at), draw(Math.max(PIECE_BYTES, length - left))])
      at = 0
    }
    at += length
    return drawn.subarray(at - length, at)
  }
}
