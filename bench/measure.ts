/** Times are in milliseconds. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number }

export type Row = {
  readonly what: string
  readonly ours: string
  readonly theirs: string
  readonly value: string
  readonly target: string
  readonly isMet: boolean
}

/** The value below which that part of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

export const spreadOf = (samples: readonly number[]): Spread => ({
  median: percentile(samples, 0.5),
  min: Math.min(...samples),
  max: Math.max(...samples),
})

/** Runs each in turn, that many rounds, the order turned each round, so that what the machine does meanwhile hits all alike. */
export async function interleave<Name extends string>(
  rounds: number,
  runs: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, Spread>> {
  const names = Object.keys(runs) as Name[]
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed()
    for (const name of order) samples.get(name)?.push(await runs[name]())
  }
  return Object.fromEntries(names.map((name) => [name, spreadOf(samples.get(name) ?? [])])) as Record<Name, Spread>
}

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

const duration = (ms: number): string =>
  ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 2 : 0)} ms`
export const shown = ({ median, min, max }: Spread): string => `${duration(median)} (${duration(min)}–${duration(max)})`

export function ratioRow(what: string, ours: Spread, theirs: Spread, limit: number): Row {
  const ratio = ours.median / theirs.median
  return {
    what,
    ours: shown(ours),
    theirs: shown(theirs),
    value: ratio.toFixed(2),
    target: `≤ ${limit}`,
    isMet: ratio <= limit,
  }
}

export function table(rows: readonly Row[]): string {
  const head = ['measured', 'rekey: median (min–max)', 'against', 'value', 'target', '']
  const body = rows.map((row) => [row.what, row.ours, row.theirs, row.value, row.target, row.isMet ? 'ok' : 'MISSED'])
  const lines = [head, ...body]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
