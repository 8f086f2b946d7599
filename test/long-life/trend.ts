/**
 * Whether what was measured hour by hour stays as it is. A line is laid through the second half (the first is the engine's own
 * warming up): what it climbs by in an hour must be about nothing, and what is counted must end as it began.
 */
import type { PageSample } from './page-window.ts'
import type { Sample } from './served.ts'

export type Hour = { readonly served: Sample; readonly page: PageSample | null }

type Measure = {
  readonly what: string
  readonly unit: 'KiB' | 'MiB' | ''
  readonly of: (hour: Hour) => number | null
  /** How much it may climb by in an hour; null: it only may not be above `most`. */
  readonly perHour: number | null
  readonly most?: number
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)
const [KiB, MiB] = [1024, 1024 * 1024]

/**
 * A busy hour opens two dozen streams, reads three files and rotates every key: the least of what could be left behind, each
 * hour, is 200 KiB. V8 itself still gains some 10 to 40 KiB an hour after a day, by what it compiles.
 */
const measures: readonly Measure[] = [
  { what: 'heap after a collection', unit: 'KiB', of: ({ served }) => served.inside.heapUsed, perHour: 100 * KiB },
  { what: 'buffers outside of it', unit: 'KiB', of: ({ served }) => served.inside.external, perHour: 20 * KiB },
  // V8 doubles its space for new objects up to 128 MiB and gives none back while there is work: docs/reliability.md
  { what: 'resident memory', unit: 'MiB', of: ({ served }) => served.rss, perHour: null, most: 400 * MiB },
  {
    ...{ what: 'resident memory but for V8’s new space', unit: 'MiB', perHour: 2 * MiB, most: 256 * MiB },
    of: ({ served }) => served.rss - served.inside.young,
  },
  { what: 'open files', unit: '', of: ({ served }) => sum(served.files), perHour: 0.25 },
  { what: 'active resources', unit: '', of: ({ served }) => sum(served.inside.resources), perHour: 0.25 },
  { what: 'timers', unit: '', of: ({ served }) => served.inside.timers, perHour: 0.25 },
  { what: 'threads', unit: '', of: ({ served }) => served.threads, perHour: 0.25 },
  { what: 'child processes', unit: '', of: ({ served }) => served.children, perHour: 0.1 },
  // SQLite writes it back at a thousand pages of 4 KiB
  { what: 'ledger’s WAL', unit: 'KiB', of: ({ served }) => served.disk['wal'] ?? 0, perHour: null, most: 8 * MiB },
  { what: 'temporary files', unit: '', of: ({ served }) => served.disk['temp'] ?? 0, perHour: 0.1 },
  { what: 'page: heap after a collection', unit: 'KiB', of: ({ page }) => page?.heap ?? null, perHour: 100 * KiB },
  { what: 'page: DOM nodes', unit: '', of: ({ page }) => page?.nodes ?? null, perHour: 20 },
  { what: 'page: listeners', unit: '', of: ({ page }) => page?.listeners ?? null, perHour: 5 },
]

/** By how much a line through the points climbs from one to the next; least squares. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const [above, below] = values.reduce(
    ([up, down], value, index) => [up + (index - middle) * (value - mean), down + (index - middle) ** 2],
    [0, 0],
  )
  return below === 0 ? 0 : above / below
}

export type Trend = {
  readonly what: string
  readonly first: string
  readonly middle: string
  readonly last: string
  readonly perHour: string
  readonly bound: string
  readonly isFlat: boolean
}

const shown = (value: number, unit: Measure['unit']): string => {
  if (unit === '') return String(Math.round(value * 100) / 100)
  return `${(value / (unit === 'KiB' ? KiB : MiB)).toFixed(unit === 'KiB' ? 0 : 1)} ${unit}`
}

export function trends(hours: readonly Hour[]): readonly Trend[] {
  return measures.flatMap(({ what, unit, of, perHour, most = Infinity }) => {
    const all = hours.map(of).filter((value) => value !== null)
    const [first, last] = [all[0], all.at(-1)]
    if (first === undefined || last === undefined) return []
    const half = all.slice(Math.floor(all.length / 2))
    const climb = slope(half)
    return [
      {
        what,
        first: shown(first, unit),
        middle: shown(half[0] ?? first, unit),
        last: shown(last, unit),
        perHour: shown(climb, unit),
        bound: perHour === null ? `never above ${shown(most, unit)}` : shown(perHour, unit),
        isFlat: climb <= (perHour ?? Infinity) && Math.max(...all) <= most,
      },
    ]
  })
}
