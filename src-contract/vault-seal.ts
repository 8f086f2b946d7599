import { fail, type Failure } from './failures.ts'
import type { VaultFormatView } from './vault-views.ts'

/** What somebody wants a file sealed with; `isPlainText`: that it stands in clear. */
export type Seal = {
  readonly hasPassphrase: boolean
  readonly hasKeyFile: boolean
  readonly hasRecipients: boolean
  readonly isPlainText: boolean
}

/** A word of these that would have no effect, or against another one: whoever gave it believes something else of the file. */
export function sealFault(format: VaultFormatView, seal: Seal): Failure | null {
  const bad = (what: string, fix: string): Failure => fail('bad-input', { what, fix })
  const isSealed = seal.hasPassphrase || seal.hasKeyFile || seal.hasRecipients
  if (isSealed && format.protection === 'plain')
    return bad(`a ${format.name} file cannot be sealed`, 'leave the passphrase out, or choose another format')
  if (seal.isPlainText && format.protection === 'encrypted')
    return bad(`a ${format.name} file is always sealed`, 'leave --plain-text out, or choose another format')
  if (isSealed && seal.isPlainText)
    return bad('a file is sealed or it stands in clear', 'leave --plain-text out, or what it is to be sealed with')
  if (seal.hasRecipients && !format.recipients)
    return bad(`a ${format.name} file has no recipients`, 'use --format rekey')
  if (seal.hasKeyFile && !format.keyFiles) return bad(`a ${format.name} file takes no key file`, 'use --format kdbx')
  if (seal.hasPassphrase && seal.hasRecipients)
    return bad('a file is sealed with a passphrase or for recipients', 'leave one of them out')
  return null
}
