/** Whether what was read again is what was written, entry by entry, as far as the format carries it. */
import type { Vault, VaultEntry } from '../../formats/define-format.ts'

/** Null: it is. Else whose what is not; no value is quoted. */
export function difference(written: Vault, read: Vault, carries: readonly string[]): string | null {
  if (read.entries.length !== written.entries.length)
    return `${read.entries.length} entries of ${written.entries.length} are in it`
  const byName = new Map(read.entries.map((entry) => [entry.name, entry]))
  const compared = Object.entries(parts).filter(([part]) => carries.includes(part))
  for (const wanted of written.entries) {
    const found = byName.get(wanted.name)
    if (!found) return `${wanted.name} is not in it`
    const changed = compared.find(([, part]) => !isSame(part(wanted), part(found)))
    if (changed) return `the ${changed[0]} of ${wanted.name} came out otherwise`
  }
  return isSame(written.vendorFiles ?? [], read.vendorFiles ?? []) ? null : 'the vendor files came out otherwise'
}

/** Files of other programs keep whole seconds, and know no difference between nothing and an empty text. */
const second = (time: string | null): string | null => (time === null ? null : `${time.slice(0, 19)}Z`)
const text = (value: string | null): string | null => (value === '' ? null : value)

const parts: Readonly<Record<string, (entry: VaultEntry) => unknown>> = {
  name: ({ name }) => name,
  secret: ({ secret }) => secret,
  account: ({ account }) => text(account),
  urls: ({ urls }) => urls.filter((url) => url !== ''),
  notes: ({ notes }) => text(notes),
  tags: ({ tags, folder }) => [...new Set([...tags, ...folder])].toSorted(),
  times: ({ createdAt, modifiedAt }) => [second(createdAt), second(modifiedAt)],
  expiry: ({ expiresAt }) => second(expiresAt),
  fields: ({ fields }) => fields.map(({ name, value, isSecret }) => JSON.stringify([name, value, isSecret])).toSorted(),
  rekey: ({ rekey }) => rekey,
}

/** The order of keys is nobody's word. */
const isSame = (one: unknown, other: unknown): boolean =>
  one === other ||
  JSON.stringify(one) === JSON.stringify(other) ||
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))

/** The same with every object's keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}
