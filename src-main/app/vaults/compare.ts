/** Whether what was read again is what was written, entry by entry, as far as the format carries it. */
import type { Vault, VaultEntry } from '../../formats/define-format.ts'

type Plain = Readonly<Record<string, unknown>>

/** Null: it is. Else whose what is not; no value is quoted. */
export function difference(written: Vault, read: Vault, carries: readonly string[]): string | null {
  if (read.entries.length !== written.entries.length)
    return `${read.entries.length} entries of ${written.entries.length} are in it`
  const byName = new Map(read.entries.map((entry) => [entry.name, entry]))
  for (const wanted of written.entries) {
    const found = byName.get(wanted.name)
    if (!found) return `${wanted.name} is not in it`
    const [before, after] = [project(wanted, carries), project(found, carries)]
    const changed = Object.keys(before).find((part) => !isSame(before[part], after[part]))
    if (changed !== undefined) return `the ${changed} of ${wanted.name} came out otherwise`
  }
  return isSame(written.vendorFiles ?? [], read.vendorFiles ?? []) ? null : 'the vendor files came out otherwise'
}

/** Files of other programs keep whole seconds, and know no difference between nothing and an empty text. */
const second = (time: string | null): string | null => (time === null ? null : `${time.slice(0, 19)}Z`)
const text = (value: string | null): string | null => (value === '' ? null : value)

function project(entry: VaultEntry, carries: readonly string[]): Plain {
  const parts: Readonly<Record<string, unknown>> = {
    name: entry.name,
    secret: entry.secret,
    account: text(entry.account),
    urls: entry.urls.filter((url) => url !== ''),
    notes: text(entry.notes),
    tags: [...new Set([...entry.tags, ...entry.folder])].toSorted(),
    times: [second(entry.createdAt), second(entry.modifiedAt)],
    expiry: second(entry.expiresAt),
    fields: entry.fields.map(({ name, value, isSecret }) => JSON.stringify([name, value, isSecret])).toSorted(),
    rekey: entry.rekey,
  }
  return Object.fromEntries(Object.entries(parts).filter(([part]) => carries.includes(part)))
}

/** The order of keys is nobody's word. */
const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other) || JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))

/** The same with every object's keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}
