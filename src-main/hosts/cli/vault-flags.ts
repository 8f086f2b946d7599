/** What import and export read beside the vault itself: passphrases, identities, key files. */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { badInput } from './complaint.ts'
import { readPassphraseFile } from './passphrase-source.ts'

const CAP_BYTES = 1024 * 1024

export type Keys = { readonly passphrase?: string; readonly identities?: string; readonly keyFile?: string }

export function readKeys(options: {
  readonly passphraseFile?: string
  readonly identity?: string
  readonly keyFile?: string
}): Result<Keys> {
  const keys: { passphrase?: string; identities?: string; keyFile?: string } = {}
  if (options.passphraseFile !== undefined) {
    const passphrase = readPassphraseFile(options.passphraseFile, '--passphrase-file')
    if (!passphrase.ok) return passphrase
    keys.passphrase = passphrase.value.use((text) => text)
  }
  if (options.identity !== undefined) {
    const file = readSmall(options.identity, '--identity')
    if (!file.ok) return file
    keys.identities = file.value.toString('utf8')
  }
  if (options.keyFile !== undefined) {
    const file = readSmall(options.keyFile, '--key-file')
    if (!file.ok) return file
    keys.keyFile = file.value.toString('base64')
  }
  return ok(keys)
}

function readSmall(path: string, flag: string): Result<Buffer> {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > 0 && bytes.length <= CAP_BYTES) return ok(bytes)
    return err(
      badInput(`${flag} ${path} is ${bytes.length === 0 ? 'empty' : 'larger than 1 MiB'}`, 'give another file'),
    )
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'it cannot be read'
    return err(badInput(`${flag} ${path} cannot be read: ${why}`, 'give the path of a file'))
  }
}

/** A vault is read again after it is written, and may be looked at twice before it is taken: a pipe is no place for that. */
export function noStream(path: string): Result<void> {
  if (path !== '-') return ok(undefined)
  return err(badInput('a vault is a file: - is none', 'give its path, or ./- for a file of that name'))
}

/** `left=right`, as often as it is given. */
export const pair =
  (what: string) =>
  (value: string, previous: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
    const at = value.lastIndexOf('=')
    if (at < 1 || at === value.length - 1) throw new InvalidArgumentError(`it is ${what}`)
    return { ...previous, [value.slice(0, at)]: value.slice(at + 1) }
  }
