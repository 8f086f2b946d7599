import { escapeText } from '../../../src-contract/escape.ts'
import type { HistoryEntry } from '../../../src-contract/views.ts'
import { ago } from './ages.ts'
import { table } from './table.ts'

const detailText = (detail: HistoryEntry['detail']): string =>
  Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')

/** History as a table, newest first. */
export const historyLines = (
  entries: readonly HistoryEntry[],
  now: Date,
  limit: number | null,
  hasNames: boolean,
): readonly string[] =>
  table(
    entries,
    [
      { title: 'WHEN', cell: ({ at }) => ago(at, now) },
      { title: 'AT', cell: ({ at }) => escapeText(at), shrinksTo: 10 },
      ...(hasNames ? [{ title: 'NAME', cell: ({ name }: HistoryEntry) => escapeText(name), shrinksTo: 12 }] : []),
      { title: 'EVENT', cell: ({ event }) => escapeText(event) },
      { title: 'DETAIL', cell: ({ detail }) => escapeText(detailText(detail)), shrinksTo: 10 },
    ],
    limit,
  )
