/**
 * A backup is named after its time, so that names sort as the backups were made. A clock that went back does not change that: the
 * next name is a second after the newest there. Pruning goes by name, takes only what the ledger says this data folder wrote there, and
 * never the newest.
 */
const NAME = /^rekey-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.age$/
/** Past this no second can be added to a year of four digits. */
const LAST_MS = Date.UTC(9999, 0, 1)

const timeOf = (name: string): number => {
  const [, year = '', month = '', day = '', ...clock] = NAME.exec(name) ?? []
  return Date.parse(`${year}-${month}-${day}T${clock.join(':')}Z`)
}

export function backupName(
  now: Date,
  there: readonly string[],
): { readonly name: string; readonly isClockBehind: boolean } {
  const times = there.map(timeOf).filter((time) => time < LAST_MS)
  const newest = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY)
  const wanted = Math.floor(now.getTime() / 1000) * 1000
  const at = new Date(wanted > newest ? wanted : newest + 1000)
  const stamp = at
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z')
    .replaceAll(/[:-]/g, '')
  // a few in one second are no sign of a clock that went back
  return { name: `rekey-${stamp}.age`, isClockBehind: newest - wanted > 60_000 }
}

/** Which of the files there go: of our own, all but the newest `keep`. */
export function outdated(there: readonly string[], ours: ReadonlySet<string>, keep: number): readonly string[] {
  return there
    .filter((name) => ours.has(name))
    .toSorted()
    .toReversed()
    .slice(Math.max(1, keep))
}
