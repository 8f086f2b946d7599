/** What an export would take, and who could open it. */
import type { VaultFormatView } from '../../../src-contract/vault-views.ts'
import type { CredentialView } from '../../../src-contract/views.ts'

export type Which =
  | { readonly kind: 'all' }
  | { readonly kind: 'selected' }
  | { readonly kind: 'tag'; readonly tag: string }
export type Seal = 'passphrase' | 'recipients' | 'none'

/** What a person types before keys are written in clear. */
export const PLAIN = 'plain text'

export const sealWords: Readonly<Record<Seal, string>> = {
  passphrase: 'Passphrase',
  recipients: 'Recipients',
  none: 'Nothing',
}

export function namesIn(all: readonly CredentialView[], which: Which, picked: readonly string[]): ReadonlySet<string> {
  if (which.kind === 'selected') return new Set(picked)
  const wanted = which.kind === 'all' ? all : all.filter(({ tags }) => tags.includes(which.tag))
  return new Set(wanted.map(({ name }) => name))
}

/** One by one where something was left out, so that the file holds what the button counted; else in a word. */
export function whichOf(
  which: Which,
  chosen: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
): { readonly names?: string[]; readonly tag?: string } {
  if (which.kind === 'selected' || chosen.size < wanted.size) return { names: [...chosen] }
  return which.kind === 'tag' ? { tag: which.tag } : {}
}

/** The safest first. */
export const sealsOf = ({ protection, recipients }: VaultFormatView): readonly Seal[] =>
  protection === 'plain'
    ? ['none']
    : [
        'passphrase',
        ...(recipients ? (['recipients'] as const) : []),
        ...(protection === 'either' ? (['none'] as const) : []),
      ]

const parts: readonly (readonly [part: string, word: string])[] = [
  ['account', 'accounts'],
  ['urls', 'addresses'],
  ['notes', 'notes'],
  ['tags', 'tags'],
  ['expiry', 'expiry dates'],
  ['fields', 'other fields'],
  ['rekey', 'policy and history'],
]

/** A sentence about what the format has no place for; empty where it has a place for everything. */
export function whatIsLost({ name, carries }: VaultFormatView): string {
  const lost = parts.filter(([part]) => !carries.includes(part)).map(([, word]) => word)
  if (lost.length === 0) return ''
  const last = lost.at(-1) ?? ''
  const words = lost.length === 1 ? last : `${lost.slice(0, -1).join(', ')} and ${last}`
  return `${name} has no place for ${words}; the receipt names what was left out.`
}

/** One a line or parted by spaces; the first that cannot be one. The app looks closer. */
export function recipientsOf(text: string): { readonly all: readonly string[]; readonly wrong: string | null } {
  const all = text.split(/[\s,]+/).filter((each) => each !== '')
  return { all, wrong: all.find((each) => !/^age1[a-z0-9]{20,}$/i.test(each)) ?? null }
}
