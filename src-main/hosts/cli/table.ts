import { padTo, shorten, widthOf } from './width.ts'

export type Column<T> = {
  readonly title: string
  readonly cell: (row: T) => string
  /** May lose its middle when the terminal is narrow; never below this many columns. */
  readonly shrinksTo?: number
  readonly paint?: (text: string, row: T) => string
}

const gap = 2

/** Takes width away from the widest column that may shrink, until the row fits or nothing can shrink. */
function fit(widths: readonly number[], least: readonly number[], limit: number): readonly number[] {
  const fitted = [...widths]
  const total = (): number => fitted.reduce((sum, width) => sum + width, 0) + gap * (fitted.length - 1)
  while (total() > limit) {
    let widest = -1
    fitted.forEach((width, index) => {
      if (width > (least[index] ?? width) && width > (fitted[widest] ?? 0)) widest = index
    })
    if (widest === -1) break
    fitted[widest] = (fitted[widest] ?? 1) - 1
  }
  return fitted
}

/**
 * Lines of a table, its title first. `limit` columns wide at most (null: as wide as it needs, for a pipe). Cells come
 * escaped. A column that is empty in every row is left out.
 */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], limit: number | null): readonly string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)))
  const kept = columns.flatMap((_, index) => (cells.some((line) => line[index] !== '') ? [index] : []))
  const natural = kept.map((index) =>
    Math.max(widthOf(columns[index]?.title ?? ''), ...cells.map((line) => widthOf(line[index] ?? ''))),
  )
  const least = kept.map((index, place) => columns[index]?.shrinksTo ?? natural[place] ?? 0)
  const widths = limit === null ? natural : fit(natural, least, limit)
  const line = (texts: (index: number) => string, paint: (index: number, text: string) => string): string =>
    kept
      .map((index, place) => {
        const width = widths[place] ?? 0
        const text = shorten(texts(index), width)
        return paint(index, place === kept.length - 1 ? text : padTo(text, width))
      })
      .join(' '.repeat(gap))
      .trimEnd()
  return [
    line(
      (index) => columns[index]?.title ?? '',
      (_, text) => text,
    ),
    ...rows.map((row, at) =>
      line(
        (index) => cells[at]?.[index] ?? '',
        (index, text) => columns[index]?.paint?.(text, row) ?? text,
      ),
    ),
  ]
}
