/** What an entry is called here: its own title where that is a name, else the nearest there is; the title stays as its label. */
import { namePattern } from '../../../src-contract/views.ts'
import type { VaultEntry } from '../../formats/define-format.ts'

const LONGEST = 128

/** Letters lose their marks, everything that a name does not take becomes one hyphen. Empty: nothing was left. A title may be long: in one pass. */
export const plainName = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9._/@:+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|(?<![-/])[-/]+$/g, '')
    .slice(0, LONGEST)

/** One name an entry; titles that are the same in different folders carry their folder. */
export function namesOf(entries: readonly VaultEntry[]): readonly string[] {
  const first = entries.map((entry, index) => nameOf(entry.name, index))
  const count = new Map<string, number>()
  for (const name of first) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) ?? 0) + 1)
  return entries.map((entry, index) => {
    const name = first[index] ?? ''
    if ((count.get(name.toLowerCase()) ?? 0) < 2 || entry.folder.length === 0) return name
    const within = plainName([...entry.folder, entry.name].join('/'))
    return namePattern.test(within) ? within : name
  })
}

/** `index`: its place among the others, for one whose title makes no name. */
export function nameOf(title: string, index: number): string {
  if (namePattern.test(title)) return title
  const name = plainName(title)
  return name === '' ? `imported-${index + 1}` : name
}

/** `prod/key` → `prod/key-2`, the first that nobody has. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let count = 2; ; count += 1) {
    const next = `${name.slice(0, LONGEST - String(count).length - 1)}-${count}`
    if (!isTaken(next)) return next
  }
}
