/**
 * Traits as Rekey writes them, known at a glance: what the schema takes ten times as long to say. Whatever this does not know is
 * not judged here; that is the schema's to do. The length of a text is the caller's to see to.
 */
import { z } from 'zod'
import type { RekeyTraits } from './define-traits.ts'

type Is = (value: unknown) => boolean
type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Is = (value) => typeof value === 'string'
const orNull =
  (is: Is): Is =>
  (value) =>
    value === null || is(value)
const list =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is)

/** A key that means something else to an object than to JSON is the schema's to judge. */
const record =
  (is: Is): Is =>
  (value) => {
    if (!isObject(value)) return false
    for (const key in value) if (key === '__proto__' || !is(value[key])) return false
    return true
  }

/** These keys and no others. */
function object<T>(shape: { readonly [K in keyof T]: Is }): Is {
  const parts = new Map<string, Is>(Object.entries(shape))
  return (value) => {
    if (!isObject(value)) return false
    let met = 0
    for (const key in value) {
      if (parts.get(key)?.(value[key]) !== true) return false
      met += 1
    }
    return met === parts.size
  }
}

const time = z.regexes.datetime({})
const isTime: Is = (value) => typeof value === 'string' && time.test(value)
const isDays: Is = (value) => Number.isSafeInteger(value) && Number(value) > 0

const isPlain = object<RekeyTraits>({
  vendor: isText,
  label: orNull(isText),
  baseUrl: orNull(isText),
  inputs: record(isText),
  secretInputs: record(isText),
  operator: orNull(isText),
  subject: orNull(isText),
  usedBy: list(isText),
  maxAgeDays: orNull(isDays),
  rotatedAt: orNull(isTime),
  caPem: orNull(isText),
  pinSha256: orNull(isText),
  history: list(object<RekeyTraits['history'][number]>({ at: isTime, event: isText, detail: record(() => true) })),
  fingerprints: orNull(object<NonNullable<RekeyTraits['fingerprints']>>({ keyId: isText, values: list(isText) })),
})

export const isPlainTraits = (value: unknown): value is RekeyTraits => isPlain(value)
