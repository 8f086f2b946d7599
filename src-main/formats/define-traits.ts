/**
 * What only Rekey says of an entry: its own files hold it as it is, and into others it goes as one protected field called
 * `rekey`, in JSON, so that a way through another program loses nothing.
 */
import { z } from 'zod'
import { limits, type VaultField } from './define-format.ts'
import { isPlainTraits } from './define-plain-traits.ts'

const text = z.string().max(limits.value)
const time = z.iso.datetime()

export const rekeyTraits = z.strictObject({
  vendor: text,
  label: text.nullable(),
  baseUrl: text.nullable(),
  inputs: z.record(z.string(), text),
  secretInputs: z.record(z.string(), text),
  /** Name of the credential that rotates this one. */
  operator: text.nullable(),
  subject: text.nullable(),
  usedBy: z.array(text),
  maxAgeDays: z.number().int().positive().nullable(),
  rotatedAt: time.nullable(),
  caPem: text.nullable(),
  pinSha256: text.nullable(),
  history: z.array(z.strictObject({ at: time, event: text, detail: z.record(z.string(), z.unknown()) })),
  /** Keyed hashes of every key it ever had, newest first, and the id of the key they were made with. */
  fingerprints: z.strictObject({ keyId: text, values: z.array(text) }).nullable(),
})
export type RekeyTraits = z.infer<typeof rekeyTraits>

/** Traits that say nothing but that no vendor is known, to be filled in. */
export const emptyTraits: RekeyTraits = {
  vendor: 'other',
  label: null,
  baseUrl: null,
  inputs: {},
  secretInputs: {},
  operator: null,
  subject: null,
  usedBy: [],
  maxAgeDays: null,
  rotatedAt: null,
  caPem: null,
  pinSha256: null,
  history: [],
  fingerprints: null,
}

/** Fields of a backup that hold what an open rotation had: `<what> of <rotation id>`. */
export const openFields = ['sealed reply', 'old key', 'key put in'] as const

/** The field's name in files of other programs. */
export const TRAITS_FIELD = 'rekey'

export const traitsText = (traits: RekeyTraits): string => JSON.stringify({ v: 1, ...traits })

const VERSION = '{"v":1,'

/** Null: it is not what Rekey writes; then it is a field like any other. */
export function traitsOf(value: string): RekeyTraits | null {
  if (!value.startsWith(VERSION)) return null
  try {
    const said = JSON.parse(`{${value.slice(VERSION.length)}`) as Readonly<Record<string, unknown>>
    if (value.length <= limits.value && isPlainTraits(said)) return said
    const parsed = rekeyTraits.safeParse(said)
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Takes Rekey's own field out of the fields of an entry. */
export function withTraits(fields: readonly VaultField[]): {
  readonly fields: readonly VaultField[]
  readonly rekey: RekeyTraits | null
} {
  for (const own of fields) {
    const rekey = own.name === TRAITS_FIELD ? traitsOf(own.value) : null
    if (rekey !== null) return { fields: fields.filter((field) => field !== own), rekey }
  }
  return { fields, rekey: null }
}
