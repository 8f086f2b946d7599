import { InvalidArgumentError } from 'commander'

/** Readers of flag values; what they throw becomes a usage failure. */
export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

export const wholeNumber =
  (least: number, most: number) =>
  (value: string): number => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= least && number <= most))
      throw new InvalidArgumentError(`it is a whole number from ${least} to ${most}`)
    return number
  }

/** `2027-01-31` is the start of that day in UTC, the careful reading; or RFC 3339 with its offset. Gives UTC. */
export function readDate(value: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$/.exec(value)
  const [, year, month, day, hour] = match ?? []
  const isRealDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  const time = Date.parse(hour === undefined ? `${value}T00:00:00Z` : value.replace(' ', 'T').toUpperCase())
  if (match === null || !isRealDay || Number(month) > 12 || Number.isNaN(time)) {
    throw new InvalidArgumentError('it is a date like 2027-01-31 or 2027-01-31T12:00:00Z')
  }
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** `sha256:` and 64 hex digits, with or without colons, to lower-case hex. */
export function readPin(value: string): string {
  const hex = /^sha256:(.+)$/i.exec(value)?.[1]?.replaceAll(':', '').toLowerCase() ?? ''
  if (!/^[0-9a-f]{64}$/.test(hex))
    throw new InvalidArgumentError('it is sha256: and the 64 hex digits of a certificate')
  return hex
}
