/**
 * From a KDBX file to the XML inside. kdbxweb reads the header and does all cryptography but AES; what is checked here is the
 * order: shape, limits, key, integrity, and only then the content. Version 4 says of itself whether the header is whole
 * before a key is derived; 3.1 only by what comes out.
 */
import { createDecipheriv, timingSafeEqual } from 'node:crypto'
import type { KdbxHeader } from 'kdbxweb'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond, newer, wrongKey } from '../define-failures.ts'
import { limits, type ReadOptions } from '../define-format.ts'
import { blocksOf, isWhole, unblocked } from './blocks.ts'
import { readInnerHeader, walkFields } from './fields.ts'
import { gunzip } from './gzip.ts'
import { checkCost, credentialsOf, keyOf3, keysOf } from './key.ts'
import { joined } from './joined.ts'
import { keystreamOf, type Keystream } from './keystream.ts'
import { kdbxweb } from './library.ts'

export type OpenedKdbx = {
  readonly xml: Uint8Array
  readonly keystream: Keystream
  /** What a 3.1 document must repeat of its own header, in Base64. */
  readonly headerHash: string | null
}

const MAGIC = 0x9aa2d903
const KDBX = 0xb54bfb67
const KDB = 0xb54bfb65
const START = 12
/** What is in clear: some hundred bytes, and what a program may put beside them. */
const MAX_HEADER_BYTES = 1024 * 1024

/** 4 for KDBX 4, 3 for 3.1; null for anything else. */
export function versionOf(sample: Uint8Array): { readonly major: number; readonly minor: number } | null {
  if (sample.length < START) return null
  const view = new DataView(sample.buffer, sample.byteOffset, START)
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== KDBX) return null
  return { major: view.getUint16(10, true), minor: view.getUint16(8, true) }
}

/** KeePass 1, which is known and not read. */
export const isKdb = (sample: Uint8Array): boolean =>
  sample.length >= 8 &&
  new DataView(sample.buffer, sample.byteOffset, 8).getUint32(0, true) === MAGIC &&
  new DataView(sample.buffer, sample.byteOffset, 8).getUint32(4, true) === KDB

export async function openKdbx(bytes: Uint8Array, options: ReadOptions): Promise<Result<OpenedKdbx>> {
  if (bytes.length > limits.bytes) return beyond('its size', `${limits.bytes / 1024 / 1024} MiB`)
  const version = versionOf(bytes)
  if (version === null && isKdb(bytes)) return badVault('the file', 'it is of KeePass 1; save it as KDBX 4 there')
  if (version === null) return badVault('the file', 'it does not start as a KDBX file does')
  const { major, minor } = version
  if (major > 4 || (major === 4 && minor > 1) || (major === 3 && minor > 1)) return newer(`KDBX ${major}.${minor}`)
  if (major < 3) return badVault('the header', `it is KDBX ${major}, from before 2012; save it as KDBX 4 with KeePass`)
  const end = walkFields(bytes, START, major === 4 ? 4 : 2, () => undefined)
  if (end === null) return badVault('the header', 'it is cut short or damaged')
  if (end > MAX_HEADER_BYTES) return beyond('its header', `${MAX_HEADER_BYTES / 1024 / 1024} MiB`)
  const header = await readHeader(bytes, end)
  if (!header.ok) return header
  const afford = await checkCost(header.value)
  if (!afford.ok) return afford
  return major === 3 ? await open3(bytes, header.value, options) : await open4(bytes, header.value, options)
}

/** `fieldsEnd`: where the fields end, which is as much as it is given to read. */
async function readHeader(bytes: Uint8Array, fieldsEnd: number): Promise<Result<KdbxHeader>> {
  const { BinaryStream, Consts, CryptoEngine, Kdbx, KdbxContext, KdbxHeader } = await kdbxweb()
  const buffer = bufferOf(bytes.subarray(0, fieldsEnd))
  let header: KdbxHeader
  try {
    header = KdbxHeader.read(new BinaryStream(buffer), new KdbxContext({ kdbx: new Kdbx() }))
  } catch {
    return badVault('the header', 'it is cut short or damaged')
  }
  const end = header.endPos ?? 0
  if (header.versionMajor === 4) {
    const said = bytes.subarray(end, end + 32)
    const is = new Uint8Array(await CryptoEngine.sha256(buffer.slice(0, end)))
    if (said.length < 32) return badVault(`byte ${bytes.length}`, 'it is cut short')
    if (!isSame(said, is)) return badVault('the header', 'it is damaged')
  }
  const cipher = header.dataCipherUuid?.toString()
  if (cipher !== Consts.CipherId.Aes && cipher !== Consts.CipherId.ChaCha20)
    return badVault('the header', 'its cipher is neither AES-256 nor ChaCha20; change it with KeePass')
  if (header.encryptionIV?.byteLength !== (cipher === Consts.CipherId.Aes ? 16 : 12))
    return badVault('the header', 'it is damaged')
  return ok(header)
}

async function open4(bytes: Uint8Array, header: KdbxHeader, options: ReadOptions): Promise<Result<OpenedKdbx>> {
  const { CryptoEngine, HmacBlockTransform, Int64 } = await kdbxweb()
  const end = header.endPos ?? 0
  const blocks = blocksOf(bytes, end + 64)
  if (!blocks.ok) return blocks
  const credentials = await credentialsOf(options)
  if (!credentials.ok) return credentials
  let keys: Awaited<ReturnType<typeof keysOf>>
  try {
    keys = await keysOf(header, credentials.value)
  } catch {
    return badVault('the header', 'its key derivation is not one of KDBX 4')
  }
  const headerKey = await HmacBlockTransform.getHmacKey(keys.hmacKey, new Int64(0xffffffff, 0xffffffff))
  const mac = new Uint8Array(await CryptoEngine.hmacSha256(headerKey, bufferOf(bytes.subarray(0, end))))
  if (!isSame(bytes.subarray(end + 32, end + 64), mac)) return wrongKey()
  const hmacKey = new Uint8Array(keys.hmacKey)
  for (const [index, block] of blocks.value.entries())
    if (!isWhole(block, index, hmacKey)) return badVault(`block ${index + 1}`, 'it is damaged')
  const sealed = blocks.value.map(({ data }) => data)
  let packed: Uint8Array
  try {
    packed = await decrypted(header, sealed, keys.cipherKey)
  } catch {
    return badVault('its content', 'it is damaged')
  }
  const content = await unpacked(header, packed)
  if (!content.ok) return content
  const inner = readInnerHeader(content.value)
  if (!inner.ok) return inner
  const { stream, key } = inner.value
  return await withKeystream({ stream, key: bufferOf(key) }, content.value.subarray(inner.value.end), null)
}

async function open3(bytes: Uint8Array, header: KdbxHeader, options: ReadOptions): Promise<Result<OpenedKdbx>> {
  const { Consts, CryptoEngine, ByteUtils } = await kdbxweb()
  const end = header.endPos ?? 0
  const sealed = bytes.subarray(end)
  const isAes = header.dataCipherUuid?.toString() === Consts.CipherId.Aes
  if (sealed.length < 32 || (isAes && sealed.length % 16 !== 0))
    return badVault(`byte ${bytes.length}`, 'it is cut short')
  const credentials = await credentialsOf(options)
  if (!credentials.ok) return credentials
  const start = new Uint8Array(header.streamStartBytes ?? new ArrayBuffer())
  if (start.length !== 32) return badVault('the header', 'it is damaged')
  let key: ArrayBuffer
  try {
    key = await keyOf3(header, credentials.value)
  } catch {
    return badVault('the header', 'its key derivation is not one of KDBX 3.1')
  }
  // Its first 32 bytes tell a wrong passphrase from a damaged file.
  if (isAes) {
    const decipher = createDecipheriv(
      'aes-256-cbc',
      new Uint8Array(key),
      new Uint8Array(header.encryptionIV ?? new ArrayBuffer()),
    )
    decipher.setAutoPadding(false)
    if (!isSame(decipher.update(sealed.subarray(0, 32)), start)) return wrongKey()
  }
  let plain: Uint8Array
  try {
    plain = await decrypted(header, [sealed], key)
  } catch {
    return badVault('its content', 'it is cut short or damaged')
  }
  if (!isSame(plain.subarray(0, 32), start)) return wrongKey()
  const packed = unblocked(plain.subarray(32))
  if (!packed.ok) return packed
  const content = await unpacked(header, packed.value)
  if (!content.ok) return content
  const hash = await CryptoEngine.sha256(bufferOf(bytes.subarray(0, end)))
  const hides = { stream: header.crsAlgorithm ?? 0, key: header.protectedStreamKey ?? new ArrayBuffer() }
  return await withKeystream(hides, content.value, ByteUtils.bytesToBase64(hash))
}

async function decrypted(header: KdbxHeader, sealed: readonly Uint8Array[], key: ArrayBuffer): Promise<Uint8Array> {
  const { Consts, CryptoEngine } = await kdbxweb()
  const iv = header.encryptionIV ?? new ArrayBuffer()
  if (header.dataCipherUuid?.toString() === Consts.CipherId.ChaCha20)
    return new Uint8Array(await CryptoEngine.chacha20(joined(sealed).buffer, key, iv))
  const decipher = createDecipheriv('aes-256-cbc', new Uint8Array(key), new Uint8Array(iv))
  return joined([...sealed.map((part) => decipher.update(part)), decipher.final()])
}

const unpacked = async (header: KdbxHeader, packed: Uint8Array): Promise<Result<Uint8Array>> =>
  header.compression === 0 ? ok(packed) : await gunzip(packed)

async function withKeystream(
  hides: { readonly stream: number; readonly key: ArrayBuffer },
  xml: Uint8Array,
  headerHash: string | null,
): Promise<Result<OpenedKdbx>> {
  try {
    return ok({ xml, headerHash, keystream: await keystreamOf(hides) })
  } catch {
    return badVault('the header', 'it hides its values in a way that Rekey does not know')
  }
}

/** A copy that kdbxweb may keep and overwrite; slice would not make one of a Buffer. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)
