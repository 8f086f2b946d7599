/**
 * KeePass lets a value say only where another stands: `{REF:P@I:<id>}` is the password of the entry with that id. Taken as
 * it is, it would be stored as somebody's key; so it is followed, and where it leads nowhere that is said. What references
 * bring is bounded as a whole: one long text and many that point at it would be a small file and a full memory. SECURITY: 41
 */
import { ok, type Result } from '../../../src-contract/result.ts'
import { beyond } from '../define-failures.ts'
import type { VaultEntry } from '../define-format.ts'

export type Identified = { readonly entry: VaultEntry; readonly uuid: string }

const REFERENCE = /^\{REF:([TUPAN])@I:([0-9A-F]{32})\}$/i
const BEGIN = /\{REF:[TUPANIO]@[TUPANIO]:/i
/** References to references; KeePass itself gives up after as many. */
const MAX_STEPS = 10
/** Characters; a password is some thirty, and there may be as many entries. */
const MAX_BROUGHT = 16_000_000

/** Whether one stands anywhere in it. One look each for its beginning and its end: a text of beginnings alone is read once. */
function hasReference(text: string): boolean {
  const at = text.search(BEGIN)
  return at !== -1 && text.includes('}', at)
}

export const refers = ({ name, secret, account, notes, urls, fields }: VaultEntry): boolean =>
  hasReference(name) ||
  hasReference(secret ?? '') ||
  hasReference(account ?? '') ||
  hasReference(notes ?? '') ||
  urls.some(hasReference) ||
  fields.some(({ value }) => hasReference(value))

/** The entries with their references followed, each by the id (Base64) of the entry it names. */
export function followed(entries: readonly Identified[]): Result<readonly VaultEntry[]> {
  const byId = new Map(entries.map(({ entry, uuid }) => [Buffer.from(uuid, 'base64').toString('hex'), entry]))
  let brought = 0
  const at = (text: string): string => {
    let value = text
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const [, field = '', id] = REFERENCE.exec(value) ?? []
      const target = id === undefined ? undefined : byId.get(id.toLowerCase())
      if (target === undefined) break
      value = partOf(target, field.toUpperCase())
    }
    if (value !== text) brought += value.length
    return value
  }
  const all: VaultEntry[] = []
  for (const { entry } of entries) {
    if (!refers(entry)) {
      all.push(entry)
      continue
    }
    const known: VaultEntry = {
      ...entry,
      name: at(entry.name),
      secret: entry.secret === null ? null : at(entry.secret),
      account: entry.account === null ? null : at(entry.account),
      notes: entry.notes === null ? null : at(entry.notes),
      urls: entry.urls.map(at),
      fields: entry.fields.map((field) => ({ ...field, value: at(field.value) })),
    }
    if (brought > MAX_BROUGHT) return beyond('what its references bring', `${MAX_BROUGHT} characters`)
    const isOpen = refers(known)
    const left = { what: 'the value that a reference stands for', why: 'it leads to no entry by its id' }
    all.push(isOpen ? { ...known, left: [...known.left, left] } : known)
  }
  return ok(all)
}

function partOf(entry: VaultEntry, field: string): string {
  if (field === 'T') return entry.name
  if (field === 'U') return entry.account ?? ''
  if (field === 'P') return entry.secret ?? ''
  if (field === 'A') return entry.urls[0] ?? ''
  return entry.notes ?? ''
}
