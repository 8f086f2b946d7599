/** From XML to a KDBX 4 file, as KeePassXC writes them: AES-256, gzip, Argon2id; kdbxweb does header and cryptography. */
import type { KdbxHeader } from 'kdbxweb'
import { ok, type Result } from '../../../src-contract/result.ts'
import type { WriteOptions } from '../define-format.ts'
import { openGzip } from './gzip.ts'
import { credentialsOf, keysOf, type KdfCost } from './key.ts'
import { joined } from './joined.ts'
import { kdbxweb } from './library.ts'
import { keystreamOf, type Keystream } from './keystream.ts'

/** A file that has begun: its document is packed piece by piece, while the keys for it are derived. */
export type BegunKdbx = {
  /** Hides protected values, in the order in which they stand. */
  readonly keystream: Keystream
  /** Null: there is room for more; else to be waited for. */
  write(text: string): Promise<void> | null
  /** The whole file. */
  seal(): Promise<Uint8Array>
}

const PIECE_CHARACTERS = 256 * 1024

export async function beginKdbx(options: WriteOptions, cost: KdfCost): Promise<Result<BegunKdbx>> {
  const { BinaryStream, Kdbx, KdbxContext } = await kdbxweb()
  const credentials = await credentialsOf(options)
  if (!credentials.ok) return credentials
  const header = await newHeader(cost)
  const [outer, inner] = [new BinaryStream(), new BinaryStream()]
  header.write(outer)
  header.writeInnerHeader(inner, new KdbxContext({ kdbx: new Kdbx() }))
  const keys = keysOf(header, credentials.value)
  // whoever seals hears of it
  keys.catch(() => undefined)
  const hides = { stream: header.crsAlgorithm ?? 0, key: header.protectedStreamKey ?? new ArrayBuffer() }

  const encoder = new TextEncoder()
  const packing = openGzip()
  let behind = packing.write(new Uint8Array(inner.getWrittenBytes()))
  let piece = ''
  /** A piece is packed while the next is made. */
  const pack = async (): Promise<void> => {
    const bytes = encoder.encode(piece)
    piece = ''
    await behind
    behind = packing.write(bytes)
  }
  return ok({
    keystream: await keystreamOf(hides),
    write: (text) => {
      piece += text
      return piece.length < PIECE_CHARACTERS ? null : pack()
    },
    seal: async () => {
      await pack()
      return await sealed(header, outer.getWrittenBytes(), await packing.end(), await keys)
    },
  })
}

async function sealed(
  header: KdbxHeader,
  start: ArrayBuffer,
  packed: Uint8Array<ArrayBuffer>,
  { cipherKey, hmacKey }: Awaited<ReturnType<typeof keysOf>>,
): Promise<Uint8Array> {
  const { CryptoEngine, HmacBlockTransform, Int64 } = await kdbxweb()
  const aes = CryptoEngine.createAesCbc()
  await aes.importKey(cipherKey)
  const content = await aes.encrypt(packed.buffer, header.encryptionIV ?? new ArrayBuffer())
  const headerKey = await HmacBlockTransform.getHmacKey(hmacKey, new Int64(0xffffffff, 0xffffffff))
  const parts = [
    start,
    await CryptoEngine.sha256(start),
    await CryptoEngine.hmacSha256(headerKey, start),
    await HmacBlockTransform.encrypt(content, hmacKey),
  ]
  return joined(parts.map((part) => new Uint8Array(part)))
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
