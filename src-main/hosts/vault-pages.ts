/**
 * Entries on their way from one thread to the other: as JSON, some at a time. To copy them as they are, ten thousand of many small
 * parts, takes three times as long and stops the window as long. They are text, numbers and nothing, which JSON keeps.
 */
import type { Vault, VaultEntry } from '../formats/define-format.ts'

/** What would be longer as JSON than a text may be goes as it is. */
type Page = string | readonly VaultEntry[]
export type PagedVault = Omit<Vault, 'entries'> & { readonly pages: readonly Page[] }

const PAGE_ENTRIES = 500

export function toPages({ entries, ...rest }: Vault): PagedVault {
  const pages: Page[] = []
  for (let at = 0; at < entries.length; at += PAGE_ENTRIES) pages.push(pageOf(entries.slice(at, at + PAGE_ENTRIES)))
  return { ...rest, pages }
}

export function fromPages({ pages, ...rest }: PagedVault): Vault {
  return { ...rest, entries: pages.flatMap((page) => (typeof page === 'string' ? entriesIn(page) : page)) }
}

function pageOf(entries: readonly VaultEntry[]): Page {
  try {
    return JSON.stringify(entries)
  } catch (error) {
    if (error instanceof RangeError) return entries
    throw error
  }
}

/** Between two threads of one program: it is what the other one made of entries. */
const entriesIn = (page: string): readonly VaultEntry[] => JSON.parse(page) as readonly VaultEntry[]
