/** From XML to a KDBX 4 file, as KeePassXC writes them: AES-256, gzip, Argon2id; kdbxweb does header and cryptography. */
import type { KdbxHeader } from 'kdbxweb'
import { ok, type Result } from '../../../src-contract/result.ts'
import type { WriteOptions } from '../define-format.ts'
import { gzip } from './gzip.ts'
import { credentialsOf, keysOf, type KdfCost } from './key.ts'
import { joined } from './joined.ts'
import { kdbxweb } from './library.ts'
import { keystreamOf, type Keystream } from './keystream.ts'

/** A file that has begun: its header, and the keys that are being derived for it. For one file alone. */
export type BegunKdbx = {
  readonly header: KdbxHeader
  readonly start: ArrayBuffer
  readonly keys: ReturnType<typeof keysOf>
}

export async function beginKdbx(options: WriteOptions, cost: KdfCost): Promise<Result<BegunKdbx>> {
  const { BinaryStream } = await kdbxweb()
  const credentials = await credentialsOf(options)
  if (!credentials.ok) return credentials
  const header = await newHeader(cost)
  const stream = new BinaryStream()
  header.write(stream)
  const keys = keysOf(header, credentials.value)
  // whoever seals hears of it
  keys.catch(() => undefined)
  return ok({ header, start: stream.getWrittenBytes(), keys })
}

/** `document` gets the stream that hides protected values and gives the XML, piece by piece. */
export async function sealKdbx(
  { header, start, keys: derived }: BegunKdbx,
  document: (keystream: Keystream) => Iterable<string>,
): Promise<Uint8Array> {
  const { BinaryStream, CryptoEngine, HmacBlockTransform, Int64, Kdbx, KdbxContext } = await kdbxweb()
  const inner = new BinaryStream()
  header.writeInnerHeader(inner, new KdbxContext({ kdbx: new Kdbx() }))
  const keystream = await keystreamOf({
    stream: header.crsAlgorithm ?? 0,
    key: header.protectedStreamKey ?? new ArrayBuffer(),
  })
  const packed = await gzip(bytesOf(new Uint8Array(inner.getWrittenBytes()), document(keystream)))

  const keys = await derived
  const aes = CryptoEngine.createAesCbc()
  await aes.importKey(keys.cipherKey)
  const sealed = await aes.encrypt(packed.buffer, header.encryptionIV ?? new ArrayBuffer())
  const headerKey = await HmacBlockTransform.getHmacKey(keys.hmacKey, new Int64(0xffffffff, 0xffffffff))
  const parts = [
    start,
    await CryptoEngine.sha256(start),
    await CryptoEngine.hmacSha256(headerKey, start),
    await HmacBlockTransform.encrypt(sealed, keys.hmacKey),
  ]
  return joined(parts.map((part) => new Uint8Array(part)))
}

const PIECE_CHARACTERS = 256 * 1024

/** The start, and the texts in pieces that are worth a call each. */
function* bytesOf(start: Uint8Array, texts: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder()
  yield start
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < PIECE_CHARACTERS) continue
    yield encoder.encode(piece)
    piece = ''
  }
  yield encoder.encode(piece)
}

async function newHeader({ memoryKib, passes, lanes }: KdfCost): Promise<KdbxHeader> {
  const { Consts, Int64, KdbxHeader, VarDictionary } = await kdbxweb()
  const header = KdbxHeader.create()
  header.setKdf(Consts.KdfId.Argon2id)
  const { UInt32, UInt64 } = VarDictionary.ValueType
  header.kdfParameters?.set('M', UInt64, Int64.from(memoryKib * 1024))
  header.kdfParameters?.set('I', UInt64, Int64.from(passes))
  header.kdfParameters?.set('P', UInt32, lanes)
  header.generateSalts()
  return header
}
