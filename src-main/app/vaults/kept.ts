/**
 * What an entry holds beside its key and has no place of its own: notes, further fields, addresses, the account. It may be as
 * secret as the key, so it lies in the keychain, in one item beside the key's, and goes out again as it came.
 */
import { z } from 'zod'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { Secret } from '../../core/secret.ts'
import type { VaultEntry } from '../../formats/define-format.ts'

/** A secret input of this name is no vendor's: their names have no plus. */
export const KEPT = '+kept'

export const LONGEST_TAG = 64

const makeFields = () =>
  z.strictObject({
    v: z.literal(1),
    account: z.string().nullable(),
    urls: z.array(z.string()),
    notes: z.string().nullable(),
    fields: z.array(z.strictObject({ name: z.string(), value: z.string(), isSecret: z.boolean() })),
  })
let fields: ReturnType<typeof makeFields> | null = null
export type Kept = Omit<z.infer<ReturnType<typeof makeFields>>, 'v'>

export const nothingKept: Kept = { account: null, urls: [], notes: null, fields: [] }

/** Null: there is nothing to keep. */
export function keptText(kept: Kept): string | null {
  return namesKept(kept).length === 0 ? null : JSON.stringify({ v: 1, ...kept })
}

export function keptOf(text: string): Kept {
  fields ??= makeFields()
  const parsed = fields.safeParse(JSON.parse(text))
  if (!parsed.success) throw new Error('an item of kept fields is not what rekey wrote')
  const { v: _version, ...kept } = parsed.data
  return kept
}

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

/** What of an entry stays after its credential took what it has a place for. */
export function keepOf(
  entry: VaultEntry,
  taken: {
    readonly vendor: string
    readonly inputs: Readonly<Record<string, string>>
    readonly subject: string | null
    readonly baseUrl: string | null
  },
): Kept {
  // of a vendor that is not known here: what Rekey knew of it waits until it is
  const unplaced =
    entry.rekey === null || entry.rekey.vendor === taken.vendor
      ? []
      : [{ name: 'rekey', value: JSON.stringify({ v: 1, ...entry.rekey }), isSecret: true }]
  const { vendor } = entry
  const isPlaced = vendor === undefined || vendor.toLowerCase() === taken.vendor
  const isTaken = (value: string): boolean => value === taken.subject || Object.values(taken.inputs).includes(value)
  // folders become tags, which are short
  const longFolder = entry.folder.some((part) => part.length > LONGEST_TAG)
    ? [{ name: 'folder', value: entry.folder.join('/'), isSecret: false }]
    : []
  return {
    account: entry.account === null || entry.account === '' || isTaken(entry.account) ? null : entry.account,
    urls: entry.urls.filter((url) => url !== '' && url !== taken.baseUrl),
    notes: entry.notes === '' ? null : entry.notes,
    fields: [
      ...entry.fields
        .filter(({ name, value }) => taken.inputs[name] !== value)
        .map(({ name, value, isSecret }) => ({ name, value, isSecret })),
      ...longFolder,
      ...(isPlaced ? [] : [{ name: 'vendor', value: vendor, isSecret: false }]),
      ...unplaced,
    ],
  }
}
