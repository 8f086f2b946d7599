/**
 * What an entry holds beside its key and has no place of its own: notes, further fields, addresses, the account. It may be as
 * secret as the key, so it lies in the keychain, in one item beside the key's, and goes out again as it came.
 */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import { Secret } from '../../core/secret.ts'
import type { VaultEntry } from '../../formats/define-format.ts'

/** A secret input of this name is no vendor's: their names have no plus. */
export const KEPT = '+kept'

export const LONGEST_TAG = 64
export const LONGEST_TEXT = 1024

type KeptField = { readonly name: string; readonly value: string; readonly isSecret: boolean }
export type Kept = {
  readonly account: string | null
  readonly urls: readonly string[]
  readonly notes: string | null
  readonly fields: readonly KeptField[]
}

export const nothingKept: Kept = { account: null, urls: [], notes: null, fields: [] }

export const hasKept = ({ account, urls, notes, fields }: Kept): boolean =>
  account !== null || urls.length > 0 || notes !== null || fields.length > 0

/** Null: there is nothing to keep. */
export const keptText = (kept: Kept): string | null => (hasKept(kept) ? JSON.stringify({ v: 1, ...kept }) : null)

/** Checked by hand: a schema library takes five times as long as all else, and an export reads ten thousand of these. */
export function keptOf(text: string): Kept {
  const said: unknown = JSON.parse(text)
  if (!isKept(said)) throw new Error('an item of kept fields is not what rekey wrote')
  const { account, urls, notes, fields } = said
  return { account, urls, notes, fields }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value)

/** With as many keys as are asked for, it has no others. */
const isObjectOf = (keys: number, value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.keys(value).length === keys

const isField = (value: unknown): value is KeptField =>
  isObjectOf(3, value) && isText(value['name']) && isText(value['value']) && typeof value['isSecret'] === 'boolean'

const isKept = (value: unknown): value is Kept =>
  isObjectOf(5, value) &&
  value['v'] === 1 &&
  isTextOrNull(value['account']) &&
  isTextOrNull(value['notes']) &&
  Array.isArray(value['urls']) &&
  value['urls'].every(isText) &&
  Array.isArray(value['fields']) &&
  value['fields'].every(isField)

/** The names of what is kept, as a receipt tells them. */
export const namesKept = ({ account, urls, notes, fields }: Kept): readonly string[] => [
  ...(account === null ? [] : ['account']),
  ...(urls.length > 0 ? ['urls'] : []),
  ...(notes === null ? [] : ['notes']),
  ...fields.map(({ name }) => name),
]

/** One kept field's value. */
export function keptValue(kept: Kept, name: string, credential: string): Result<Secret> {
  const own = { account: kept.account, notes: kept.notes, urls: kept.urls.length > 0 ? kept.urls.join('\n') : null }
  const value = Object.hasOwn(own, name)
    ? own[name as keyof typeof own]
    : (kept.fields.find((field) => field.name === name)?.value ?? null)
  if (value !== null) return ok(Secret.of(value))
  const what = `nothing called ${name} is kept beside ${credential}`
  return err(fail('bad-input', { what, fix: `rekey history ${credential} names what an import kept` }))
}

/** What of an entry has found a place of its own. */
export type Placed = {
  readonly vendor: string
  readonly inputs: Readonly<Record<string, string>>
  readonly secretInputs: Readonly<Record<string, string>>
  readonly subject: string | null
  readonly baseUrl: string | null
  readonly tls: { readonly caPem: string | null; readonly pinSha256: string | null }
}

/** What of an entry stays after its credential took what it has a place for. */
export function keepOf(entry: VaultEntry, taken: Placed): Kept {
  const { vendor } = entry
  const isPlaced = vendor === undefined || vendor.toLowerCase() === taken.vendor
  const isTaken = (value: string): boolean => value === taken.subject || Object.values(taken.inputs).includes(value)
  const text = (name: string, value: string, isThere: boolean): Kept['fields'] =>
    isThere ? [{ name, value, isSecret: false }] : []
  // folders become tags, which are short, and a title becomes a label
  const long = ({ length }: string): boolean => length > LONGEST_TAG
  return {
    account: entry.account === null || entry.account === '' || isTaken(entry.account) ? null : entry.account,
    urls: entry.urls.filter((url) => url !== '' && url !== taken.baseUrl),
    notes: entry.notes === '' ? null : entry.notes,
    fields: [
      ...entry.fields
        .filter(({ name, value }) => taken.inputs[name] !== value)
        .map(({ name, value, isSecret }) => ({ name, value, isSecret })),
      ...text('folder', entry.folder.join('/'), entry.folder.some(long)),
      ...text('tags', entry.tags.filter(long).join(', '), entry.tags.some(long)),
      ...text('title', entry.name, entry.name.length > LONGEST_TEXT),
      ...text('vendor', vendor ?? '', !isPlaced),
      ...unplaced(entry.rekey, taken),
    ],
  }
}

/** What Rekey knew of it and has no place here: of a vendor that is not known, all of it waits until that is. */
function unplaced(traits: VaultEntry['rekey'], { vendor, inputs, secretInputs, baseUrl, tls }: Placed): Kept['fields'] {
  if (traits === null) return []
  if (traits.vendor !== vendor) return [{ name: 'rekey', value: JSON.stringify({ v: 1, ...traits }), isSecret: true }]
  const lone = (name: string, said: string | null, here: string | null): readonly [string, string][] =>
    said !== null && here === null ? [[name, said]] : []
  const open = [
    ...Object.entries(traits.inputs).filter(([name, value]) => inputs[name] !== value),
    ...lone('base-url', traits.baseUrl, baseUrl),
    ...lone('ca-pem', traits.caPem, tls.caPem),
    ...lone('pin-sha256', traits.pinSha256, tls.pinSha256),
  ]
  const secret = Object.entries(traits.secretInputs).filter(([name, value]) => secretInputs[name] !== value)
  return [
    ...open.map(([name, value]) => ({ name, value, isSecret: false })),
    ...secret.map(([name, value]) => ({ name, value, isSecret: true })),
  ]
}

/** What an entry says that a key which it replaces has a word of its own on: that word stays. */
export function outdone({ rekey }: VaultEntry, place: Placed, existing: Credential): readonly string[] {
  const differs = (said: unknown, here: unknown): boolean => said !== null && said !== here
  const names = (values: Readonly<Record<string, string>>): readonly string[] => Object.keys(values)
  return [
    ...names(place.inputs).filter((name) => existing.inputs[name] !== place.inputs[name]),
    ...(differs(place.baseUrl, existing.baseUrl) ? ['address'] : []),
    ...(differs(place.tls.caPem, existing.tls.caPem) || differs(place.tls.pinSha256, existing.tls.pinSha256)
      ? ['certificate']
      : []),
    ...names(place.secretInputs),
    ...(differs(rekey?.label ?? null, existing.label) ? ['label'] : []),
    ...(differs(rekey?.maxAgeDays ?? null, existing.maxAgeDays) ? ['max-age'] : []),
    ...(rekey?.usedBy.some((where) => !existing.usedBy.includes(where)) === true ? ['used-by'] : []),
    ...(rekey?.operator ? [`operator ${rekey.operator}`] : []),
    ...((rekey?.history.length ?? 0) > 0 ? ['its past'] : []),
  ]
}
