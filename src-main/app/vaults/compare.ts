/** Whether what was read again is what was written, entry by entry, as far as the format carries it. */
import type { Vault, VaultEntry } from '../../formats/define-format.ts'

/** Null: it is. Else whose what is not; no value is quoted. */
export function difference(written: Vault, read: Vault, carries: readonly string[]): string | null {
  if (read.entries.length !== written.entries.length)
    return `${read.entries.length} entries of ${written.entries.length} are in it`
  const byName = new Map<string, VaultEntry>()
  for (const entry of read.entries) byName.set(entry.name, entry)
  const compared = Object.entries(parts).filter(([part]) => carries.includes(part))
  for (const wanted of written.entries) {
    const found = byName.get(wanted.name)
    if (!found) return `${wanted.name} is not in it`
    for (const [part, isKept] of compared)
      if (!isKept(wanted, found)) return `the ${part} of ${wanted.name} came out otherwise`
  }
  return isSame(written.vendorFiles ?? [], read.vendorFiles ?? []) ? null : 'the vendor files came out otherwise'
}

/** Files of other programs keep whole seconds, and know no difference between nothing and an empty text. */
const isSameSecond = (one: string | null, other: string | null): boolean =>
  one === other || (one !== null && other !== null && one.slice(0, 19) === other.slice(0, 19))
const isSameText = (one: string | null, other: string | null): boolean => (one ?? '') === (other ?? '')

const isFilled = (text: string): boolean => text !== ''
/** A group may have become a tag, and a tag a group. */
const labelsOf = ({ tags, folder }: VaultEntry): ReadonlySet<string> => new Set([...tags, ...folder])
const isSameSet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((each) => other.has(each))
/** In an order of their own. */
const fieldsOf = ({ fields }: VaultEntry): readonly string[] =>
  fields.map(({ name, value, isSecret }) => JSON.stringify([name, value, isSecret])).toSorted()

/** Most parts come out just as they went in, which is soon seen. */
const parts: Readonly<Record<string, (one: VaultEntry, other: VaultEntry) => boolean>> = {
  name: (one, other) => one.name === other.name,
  secret: (one, other) => one.secret === other.secret,
  account: (one, other) => isSameText(one.account, other.account),
  urls: (one, other) => isSame(one.urls, other.urls) || isSame(one.urls.filter(isFilled), other.urls.filter(isFilled)),
  notes: (one, other) => isSameText(one.notes, other.notes),
  tags: (one, other) =>
    (isSame(one.tags, other.tags) && isSame(one.folder, other.folder)) || isSameSet(labelsOf(one), labelsOf(other)),
  times: (one, other) => isSameSecond(one.createdAt, other.createdAt) && isSameSecond(one.modifiedAt, other.modifiedAt),
  expiry: (one, other) => isSameSecond(one.expiresAt, other.expiresAt),
  fields: (one, other) => isSame(one.fields, other.fields) || isSame(fieldsOf(one), fieldsOf(other)),
  rekey: (one, other) => isSame(one.rekey, other.rekey),
}

/** The same JSON. The order of keys is nobody's word, and a key without a value is none. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other)
  return isObject(one) && isObject(other) && isSameObject(one, other)
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (!isSame(one[at], other[at])) return false
  return true
}

/** Key by key, with no list of them: of ten thousand entries there are a million. */
function isSameObject(one: Json, other: Json): boolean {
  let left = 0
  for (const key in other) if (other[key] !== undefined) left += 1
  for (const key in one) {
    if (one[key] === undefined) continue
    if (!Object.hasOwn(other, key) || !isSame(one[key], other[key])) return false
    left -= 1
  }
  return left === 0
}
