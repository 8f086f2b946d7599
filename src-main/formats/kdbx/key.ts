/**
 * The key of a KDBX file: from a passphrase, a key file or both, through the key derivation its header asks for. A header
 * is refused before anything is derived where it asks for more than a person would wait for.
 */
import type { KdbxHeader, KdbxCredentials } from 'kdbxweb'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond, needs } from '../define-failures.ts'
import { checkArgon2 } from '../define-kdf.ts'
import { kdbxweb } from './library.ts'

export type KdfCost = { readonly memoryKib: number; readonly passes: number; readonly lanes: number }
type Secrets = { readonly passphrase?: string; readonly keyFile?: Uint8Array }

/** KeePassXC's slider ends at five seconds, which is some 150 million on a quick machine; here it is half a minute. */
const MAX_AES_ROUNDS = 200_000_000

/** Passphrase and key file as KeePass puts them together. */
export async function credentialsOf({ passphrase, keyFile }: Secrets): Promise<Result<KdbxCredentials>> {
  if (passphrase === undefined && keyFile === undefined)
    return needs('its passphrase or key file', '--passphrase-file or --key-file')
  const { Credentials, CryptoEngine, ProtectedValue } = await kdbxweb()
  const password = passphrase === undefined ? null : ProtectedValue.fromString(passphrase)
  try {
    const credentials = new Credentials(password)
    await credentials.ready
    if (keyFile !== undefined) {
      const copy = new Uint8Array(keyFile)
      // Only what says that it is one is read as KeePass's own XML; any other file is a key by its hash.
      const isKey = copy.length === 32 || copy.length === 64 || /<KeyFile[\s>]/.test(new TextDecoder().decode(copy))
      await credentials.setKeyFile(isKey ? copy : await CryptoEngine.sha256(copy.buffer))
    }
    return ok(credentials)
  } catch {
    return badVault('the key file', 'it is damaged')
  }
}

/** Refuses a key derivation that would take all memory or never end. */
export async function checkCost(header: KdbxHeader): Promise<Result<void>> {
  const { Consts, ByteUtils, Int64 } = await kdbxweb()
  const asks = (name: string): number => {
    const value = header.kdfParameters?.get(name)
    return value instanceof Int64 ? value.hi * 2 ** 32 + value.lo : typeof value === 'number' ? value : 0
  }
  const kdf = header.kdfParameters?.get('$UUID')
  const isAes =
    header.versionMajor === 3 || (kdf instanceof ArrayBuffer && ByteUtils.bytesToBase64(kdf) === Consts.KdfId.Aes)
  if (isAes) {
    const rounds = header.versionMajor === 3 ? (header.keyEncryptionRounds ?? 0) : asks('R')
    return rounds > MAX_AES_ROUNDS ? beyond('its key derivation', `${MAX_AES_ROUNDS} rounds`) : ok(undefined)
  }
  return checkArgon2(asks('M') / 1024, asks('I'))
}

/** The two keys of KDBX 4: of the content and of the checks over it. Throws where the header asks for what is not there. */
export async function keysOf(
  header: KdbxHeader,
  credentials: KdbxCredentials,
): Promise<{ readonly cipherKey: ArrayBuffer; readonly hmacKey: ArrayBuffer }> {
  const { CryptoEngine, KeyEncryptorKdf } = await kdbxweb()
  const { masterSeed, kdfParameters } = header
  if (masterSeed?.byteLength !== 32 || kdfParameters === undefined) throw new Error('no seed')
  const derived = await KeyEncryptorKdf.encrypt(await credentials.getHash(), kdfParameters)
  const all = new Uint8Array(65)
  all.set(new Uint8Array(masterSeed), 0)
  all.set(new Uint8Array(derived), 32)
  all[64] = 1
  const [cipherKey, hmacKey] = await Promise.all([
    CryptoEngine.sha256(all.buffer.slice(0, 64)),
    CryptoEngine.sha512(all.buffer),
  ])
  return { cipherKey, hmacKey }
}

/** The one key of KDBX 3.1. */
export async function keyOf3(header: KdbxHeader, credentials: KdbxCredentials): Promise<ArrayBuffer> {
  const { CryptoEngine, KeyEncryptorAes } = await kdbxweb()
  const { masterSeed, transformSeed, keyEncryptionRounds } = header
  if (masterSeed === undefined || transformSeed === undefined || !keyEncryptionRounds) throw new Error('no seed')
  const own = new Uint8Array(await credentials.getHash())
  const derived = await KeyEncryptorAes.encrypt(own, transformSeed, keyEncryptionRounds)
  const hashed = await CryptoEngine.sha256(derived.slice().buffer)
  const all = new Uint8Array(masterSeed.byteLength + hashed.byteLength)
  all.set(new Uint8Array(masterSeed), 0)
  all.set(new Uint8Array(hashed), masterSeed.byteLength)
  return await CryptoEngine.sha256(all.buffer)
}
