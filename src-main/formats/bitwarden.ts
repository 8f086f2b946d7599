/**
 * Bitwarden's JSON export, plain and password-protected, in and out (https://bitwarden.com/help/condition-bitwarden-import/,
 * checked 2026-11-21). An export that only its own account can open is refused in one line. Bitwarden has no
 * tags and no expiry: they go along as custom fields.
 */
import { ok, type Result } from '../../src-contract/result.ts'
import { readDocument } from './bitwarden/read-document.ts'
import { isProtected, protect, unprotect, type ExportKdf } from './bitwarden/protect.ts'
import { writeDocument } from './bitwarden/write-document.ts'
import { badVault } from './define-failures.ts'
import type { Format, ReadOptions, Vault, WriteOptions, Written } from './define-format.ts'
import { glance, jsonOf, textOf } from './define-text.ts'

/** Bitwarden's own choice for new accounts that use Argon2id. */
const BITWARDEN: ExportKdf = { kind: 'argon2id', passes: 3, memoryMib: 64, lanes: 4 }

/** The format with another key derivation: a cheaper one, or the older PBKDF2. */
export const bitwardenWith = (kdf: ExportKdf): Format => ({
  id: 'bitwarden',
  name: 'Bitwarden (JSON)',
  extensions: ['json'],
  protection: 'either',
  carries: ['name', 'folder', 'secret', 'account', 'urls', 'notes', 'tags', 'times', 'expiry', 'fields', 'rekey'],
  companions: [],
  detect,
  read,
  write: (vault, options) => write(vault, options, kdf),
})

export const bitwarden: Format = bitwardenWith(BITWARDEN)

function detect(sample: Uint8Array): number {
  const start = glance(sample)
  if (!/^\uFEFF?\s*\{/.test(start) || !/"encrypted"\s*:\s*(?:true|false)/.test(start)) return 0
  return /"(?:items|folders|collections|encKeyValidation_DO_NOT_EDIT)"\s*:/.test(start) ? 1 : 0.5
}

async function read(bytes: Uint8Array, options: ReadOptions): Promise<Result<Vault>> {
  const document = parsed(bytes)
  if (!document.ok) return document
  if (!isProtected(document.value)) return readDocument(document.value)
  const plain = await unprotect(document.value, options.passphrase)
  if (!plain.ok) return plain
  const inner = parsed(plain.value)
  return inner.ok ? readDocument(inner.value) : inner
}

function parsed(bytes: Uint8Array): Result<object> {
  const text = textOf(bytes)
  if (!text.ok) return text
  const json = jsonOf(text.value)
  if (!json.ok) return json
  return typeof json.value === 'object' && json.value !== null
    ? ok(json.value)
    : badVault('the file', 'it holds no export of Bitwarden')
}

async function write(vault: Vault, { passphrase }: WriteOptions, kdf: ExportKdf): Promise<Result<Written>> {
  const { document, dropped, warnings } = writeDocument(vault)
  const plain = new TextEncoder().encode(JSON.stringify(document, null, 2))
  const bytes = passphrase === undefined ? plain : await protect(plain, passphrase, kdf)
  return ok({ bytes, dropped, warnings })
}
