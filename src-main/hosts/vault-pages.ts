/**
 * Entries on their way from one thread to the other: as JSON, some at a time. To copy them as they are, ten thousand of many small
 * parts, takes three times as long and stops the window as long; and one thread reads a page while the other makes the next. They
 * are text, numbers and nothing, which JSON keeps.
 */
import type { VaultEntry } from '../formats/define-format.ts'

/** What would be longer as JSON than a text may be goes as it is. */
export type Page = string | readonly VaultEntry[]

const PAGE_ENTRIES = 500

export function* pagesOf(entries: readonly VaultEntry[]): Generator<Page> {
  for (let at = 0; at < entries.length; at += PAGE_ENTRIES) yield pageOf(entries.slice(at, at + PAGE_ENTRIES))
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
export const entriesOn = (page: Page): readonly VaultEntry[] =>
  typeof page === 'string' ? (JSON.parse(page) as readonly VaultEntry[]) : page
