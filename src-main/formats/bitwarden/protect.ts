/**
 * Bitwarden's password-protected export: a key from the passphrase, stretched to one for AES-256-CBC and one for
 * HMAC-SHA-256. Nothing is decrypted before its code is right; the code over a throw-away value tells a wrong passphrase
 * from a damaged file.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  pbkdf2,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from 'node:crypto'
import { z } from 'zod'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond, needs, newer, wrongKey } from '../define-failures.ts'
import { limits } from '../define-format.ts'
import { checkArgon2 } from '../define-kdf.ts'

export type ExportKdf =
  | { readonly kind: 'pbkdf2'; readonly rounds: number }
  | { readonly kind: 'argon2id'; readonly passes: number; readonly memoryMib: number; readonly lanes: number }

type Keys = { readonly encryption: Uint8Array; readonly mac: Uint8Array }

const count = z.number().int().positive()
const common = {
  passwordProtected: z.literal(true),
  salt: z.string().min(1),
  encKeyValidation_DO_NOT_EDIT: z.string(),
  data: z.string(),
}
const envelope = z.discriminatedUnion('kdfType', [
  z.object({ ...common, kdfType: z.literal(0), kdfIterations: count }),
  z.object({
    ...common,
    kdfType: z.literal(1),
    kdfIterations: count,
    kdfMemory: count,
    kdfParallelism: count.max(255),
  }),
])

export const isProtected = (document: object): boolean =>
  'encrypted' in document && document.encrypted === true && 'data' in document

/** The plain document; a wrong passphrase, a damaged file and an unaffordable key derivation are told apart. */
export async function unprotect(document: object, passphrase: string | undefined): Promise<Result<Uint8Array>> {
  const kind = z.object({ kdfType: z.number().int() }).safeParse(document)
  if (kind.success && kind.data.kdfType > 1) return newer(`key derivation ${kind.data.kdfType}`)
  const parsed = envelope.safeParse(document)
  if (!parsed.success)
    return badVault(
      parsed.error.issues[0]?.path.map(String).join('.') || 'the file',
      'it is not what Bitwarden writes there',
    )
  const { salt, encKeyValidation_DO_NOT_EDIT: proof, data } = parsed.data
  const kdf: ExportKdf =
    parsed.data.kdfType === 0
      ? { kind: 'pbkdf2', rounds: parsed.data.kdfIterations }
      : {
          kind: 'argon2id',
          passes: parsed.data.kdfIterations,
          memoryMib: parsed.data.kdfMemory,
          lanes: parsed.data.kdfParallelism,
        }
  const afford = checkCost(kdf)
  if (!afford.ok) return afford
  if (passphrase === undefined) return needs('its passphrase', '--passphrase-file')
  let keys: Keys
  try {
    keys = await keysOf(passphrase, salt, kdf)
  } catch {
    return badVault('kdfMemory', 'its key derivation is not possible')
  }
  if (opened(proof, keys) === null) return wrongKey()
  const plain = opened(data, keys)
  return plain === null ? badVault('data', 'it is cut short or damaged') : ok(plain)
}

/** The whole file around a plain document. */
export async function protect(plain: Uint8Array, passphrase: string, kdf: ExportKdf): Promise<Uint8Array> {
  const salt = randomBytes(16).toString('base64')
  const keys = await keysOf(passphrase, salt, kdf)
  const parameters =
    kdf.kind === 'pbkdf2'
      ? { kdfType: 0, kdfIterations: kdf.rounds }
      : { kdfType: 1, kdfIterations: kdf.passes, kdfMemory: kdf.memoryMib, kdfParallelism: kdf.lanes }
  const file = {
    encrypted: true,
    passwordProtected: true,
    salt,
    ...parameters,
    encKeyValidation_DO_NOT_EDIT: sealed(new TextEncoder().encode(randomUUID()), keys),
    data: sealed(plain, keys),
  }
  return new TextEncoder().encode(JSON.stringify(file, null, 2))
}

function checkCost(kdf: ExportKdf): Result<void> {
  if (kdf.kind === 'argon2id') return checkArgon2(kdf.memoryMib * 1024, kdf.passes)
  return kdf.rounds > limits.pbkdf2Rounds
    ? beyond('its key derivation', `${limits.pbkdf2Rounds} rounds`)
    : ok(undefined)
}

/** Bitwarden's two keys of one passphrase. */
export async function keysOf(passphrase: string, salt: string, kdf: ExportKdf): Promise<Keys> {
  const [{ expand }, { sha256 }] = await Promise.all([import('@noble/hashes/hkdf.js'), import('@noble/hashes/sha2.js')])
  const master = new Uint8Array(await derive(passphrase, salt, kdf))
  const part = (name: string): Uint8Array => expand(sha256, master, new TextEncoder().encode(name), 32)
  return { encryption: part('enc'), mac: part('mac') }
}

/** The passphrase by its key derivation, before it is stretched. Throws where the parameters are impossible. */
export async function derive(passphrase: string, salt: string, kdf: ExportKdf): Promise<Uint8Array> {
  if (kdf.kind === 'pbkdf2') {
    return await new Promise((resolve, reject) => {
      pbkdf2(passphrase, salt, kdf.rounds, 32, 'sha256', (error, key) =>
        error === null ? resolve(key) : reject(error),
      )
    })
  }
  const { hashRaw } = await import('@node-rs/argon2')
  return await hashRaw(passphrase, {
    salt: createHash('sha256').update(salt).digest(),
    memoryCost: kdf.memoryMib * 1024,
    timeCost: kdf.passes,
    parallelism: kdf.lanes,
    outputLen: 32,
    algorithm: ARGON2ID,
    version: VERSION_13,
  })
}

/** The package's own enums are erased; these are their values. */
const ARGON2ID = 2
const VERSION_13 = 1

/** `2.iv|ciphertext|code`, each in Base64. */
function sealed(plain: Uint8Array, keys: Keys): string {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', keys.encryption, iv)
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  const code = createHmac('sha256', keys.mac).update(iv).update(text).digest()
  return `2.${[iv, text, code].map((part) => part.toString('base64')).join('|')}`
}

function opened(sealedText: string, keys: Keys): Uint8Array | null {
  if (!sealedText.startsWith('2.')) return null
  const [iv, text, said, ...more] = sealedText
    .slice(2)
    .split('|')
    .map((part) => Buffer.from(part, 'base64'))
  if (iv?.length !== 16 || text === undefined || said?.length !== 32 || more.length > 0) return null
  const code = createHmac('sha256', keys.mac).update(iv).update(text).digest()
  if (!timingSafeEqual(code, said)) return null
  try {
    const decipher = createDecipheriv('aes-256-cbc', keys.encryption, iv)
    return Buffer.concat([decipher.update(text), decipher.final()])
  } catch {
    return null
  }
}
