/** What an entry of a file is, and what is done with it, in words. */
import type { ImportDoing, ImportKind, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { isTaken, lacking, vendorOf, type Choices } from '../../state/import-choices.ts'
import { counted, dayWord, listed, shown } from '../../ui/words.ts'

const looks = {
  new: { icon: 'plus', className: '' },
  same: { icon: 'state-ok', className: 'state-old' },
  changed: { icon: 'state-due', className: 'state-due' },
  conflicting: { icon: 'state-ask', className: 'state-overdue' },
  skipped: { icon: 'state-refused', className: 'state-old' },
} as const satisfies Record<ImportKind, object>

export type EntryWords = { readonly text: string } & (typeof looks)[ImportKind]

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** An input as a person reads it: the address has a name of its own. */
export const inputWord = (name: string): string => (name === 'base-url' ? 'address' : name)

function kindWords({ kind, reason, existing, name }: PreviewEntry): string {
  switch (kind) {
    case 'new':
      return 'New'
    case 'same':
      if (existing !== null && existing !== name) return `Already here, as ${existing}`
      return existing === null && reason !== null ? upper(reason) : 'Already here, the same key'
    case 'changed':
      return reason === null ? 'Differs from yours' : `Differs from yours; ${reason}`
    case 'conflicting':
      return reason === null ? 'In conflict' : `In conflict: ${reason}`
    case 'skipped':
      return upper(reason ?? 'it is left out')
  }
}

/** One line: what it is, then what else a person may want to know before it is kept. */
export function entryWords(entry: PreviewEntry, choices: Choices, now: Date): EntryWords {
  const lacks = lacking(entry, choices)
  const isIn = isTaken(entry, choices)
  const vendor = vendorOf(entry, choices)
  const more = isIn
    ? [
        ...(entry.renamedTo === null ? [] : [`kept as ${entry.renamedTo}`]),
        ...(lacks.length > 0 ? [`needs ${listed(lacks.map(inputWord))} to be rotated`] : []),
        ...(lacks.length === 0 && entry.vendor === 'other' && vendor === entry.vendor ? ['kept, not rotated'] : []),
        // a person said whose it is, and it cannot be
        ...(lacks.length === 0 && entry.kind === 'new' && entry.vendor === 'other' && vendor !== 'other'
          ? [entry.reason ?? 'kept, not rotated']
          : []),
        ...(entry.expiresAt === null ? [] : [`expires ${dayWord(entry.expiresAt, now)}`]),
        ...(entry.left.length > 0 ? [`left out: ${listed(entry.left.map(({ what }) => what))}`] : []),
        ...(entry.kept.length > 0
          ? [`${counted(entry.kept.length, 'field')} kept as text: ${listed(entry.kept)}`]
          : []),
      ]
    : []
  return { text: shown([kindWords(entry), ...more].join(', ')), ...looks[entry.kind] }
}

/** What a choice is called: beside what is kept here already, it is said whose key wins. */
export function doingWord(doing: ImportDoing, entry: PreviewEntry): string {
  switch (doing) {
    case 'import':
      return 'Add'
    case 'skip':
      return entry.existing !== null && entry.doings.length > 1 ? 'Keep mine' : 'Skip'
    case 'replace':
      return 'Take the file’s'
    case 'rename':
      return entry.existing === null ? 'Add, renamed' : 'Keep both'
  }
}

export type Show = 'all' | ImportKind | 'left' | 'placed' | 'unplaced'

export const filters: readonly { readonly show: Show; readonly word: string }[] = [
  { show: 'all', word: 'All' },
  { show: 'new', word: 'New' },
  { show: 'same', word: 'Already here' },
  { show: 'changed', word: 'Changed' },
  { show: 'conflicting', word: 'Conflicting' },
  { show: 'skipped', word: 'Skipped' },
  { show: 'left', word: 'Loses something' },
  { show: 'placed', word: 'With a vendor' },
  { show: 'unplaced', word: 'No vendor' },
]
/** Offered only where there are some. */
export const sometimes: ReadonlySet<Show> = new Set(['left', 'placed', 'unplaced'])

export function isShown({ kind, left, vendor, doings }: PreviewEntry, show: Show): boolean {
  if (show === 'all') return true
  if (show === 'left') return left.length > 0
  // what cannot be taken is nobody's to place
  if (show === 'placed' || show === 'unplaced')
    return doings.length > 1 && (vendor === 'other') === (show === 'unplaced')
  return kind === show
}

/** By what a person knows of it: its name here or in the file, its vendor, its tags. */
export function isFound({ name, title, vendor, tags, tail }: PreviewEntry, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const text = [name, title, vendor, tail ?? '', ...tags].join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}

const order: Readonly<Record<ImportKind, number>> = { conflicting: 0, changed: 1, new: 2, same: 3, skipped: 4 }

const rank = ({ kind, isUnclear }: PreviewEntry): number => (isUnclear ? 0 : order[kind])

/** What needs a person first; the file's own order within. */
export const arranged = (entries: readonly PreviewEntry[]): readonly PreviewEntry[] =>
  entries.toSorted((a, b) => rank(a) - rank(b) || a.index - b.index)
