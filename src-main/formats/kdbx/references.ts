/**
 * KeePass lets a value say only where another stands: `{REF:P@I:<id>}` is the password of the entry with that id. Taken as
 * it is, it would be stored as somebody's key; so it is followed, and where it leads nowhere that is said.
 */
import type { VaultEntry } from '../define-format.ts'

export type Identified = { readonly entry: VaultEntry; readonly uuid: string }

const REFERENCE = /^\{REF:([TUPAN])@I:([0-9A-F]{32})\}$/i
const ANY_REFERENCE = /\{REF:[TUPANIO]@[TUPANIO]:[^}]*\}/i
/** References to references; KeePass itself gives up after as many. */
const MAX_STEPS = 10

/** The entries with their references followed, each by the id (Base64) of the entry it names. */
export function followed(entries: readonly Identified[]): readonly VaultEntry[] {
  if (!entries.some(({ entry }) => textsOf(entry).some((text) => ANY_REFERENCE.test(text))))
    return entries.map(({ entry }) => entry)
  const byId = new Map(entries.map(({ entry, uuid }) => [Buffer.from(uuid, 'base64').toString('hex'), entry]))
  const at = (text: string): string => {
    let value = text
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const [, field = '', id = ''] = REFERENCE.exec(value) ?? []
      const target = byId.get(id.toLowerCase())
      if (target === undefined) return value
      value = partOf(target, field.toUpperCase())
    }
    return value
  }
  return entries.map(({ entry }) => {
    const known: VaultEntry = {
      ...entry,
      name: at(entry.name),
      secret: entry.secret === null ? null : at(entry.secret),
      account: entry.account === null ? null : at(entry.account),
      notes: entry.notes === null ? null : at(entry.notes),
      urls: entry.urls.map(at),
      fields: entry.fields.map((field) => ({ ...field, value: at(field.value) })),
    }
    const isOpen = textsOf(known).some((text) => ANY_REFERENCE.test(text))
    const left = { what: 'the value that a reference stands for', why: 'it leads to no entry by its id' }
    return isOpen ? { ...known, left: [...known.left, left] } : known
  })
}

const textsOf = ({ name, secret, account, notes, urls, fields }: VaultEntry): readonly string[] =>
  [name, secret, account, notes, ...urls, ...fields.map(({ value }) => value)].filter((text) => text !== null)

function partOf(entry: VaultEntry, field: string): string {
  if (field === 'T') return entry.name
  if (field === 'U') return entry.account ?? ''
  if (field === 'P') return entry.secret ?? ''
  if (field === 'A') return entry.urls[0] ?? ''
  return entry.notes ?? ''
}
