const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** A span in words, in the largest unit of which there are at least two, so that 45 days do not become "1 month". */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  for (const [unit, size] of units) {
    const count = Math.floor(whole / size)
    if (count >= 2) return `${count} ${unit}s`
  }
  return whole >= 60 ? '1 minute' : `${whole} second${whole === 1 ? '' : 's'}`
}

/** `3 months ago`, `in 6 days`, `now`; an empty text for a time that is not known. */
export function ago(time: string | null, now: Date): string {
  if (time === null) return ''
  const seconds = (now.getTime() - Date.parse(time)) / 1000
  if (Math.abs(seconds) < 45) return 'now'
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`
}
