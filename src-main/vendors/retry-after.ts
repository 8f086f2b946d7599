import type { ExchangeReply } from '../../src-contract/exchange.ts'
import { parseJson, valueAt } from './pointer.ts'

const month = 31 * 24 * 3600

/**
 * Whole seconds until the vendor takes it again, from the first place that says so: a JSON Pointer (seconds), or `header`:
 * Retry-After in seconds, or a date compared with the reply's own Date. null if none does; 31 days at most.
 */
export function retryAfterSeconds(reply: ExchangeReply, places: string | readonly string[]): number | null {
  for (const place of typeof places === 'string' ? [places] : places) {
    const seconds = place === 'header' ? fromHeader(reply) : secondsFrom(valueAt(parseJson(reply.body), place))
    if (seconds !== null) return seconds
  }
  return null
}

function secondsFrom(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,9}(\.\d{1,6})?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0
    ? Math.min(Math.ceil(number), month)
    : null
}

function fromHeader(reply: ExchangeReply): number | null {
  const value = reply.headers['retry-after']
  if (value === undefined) return null
  const seconds = secondsFrom(value)
  if (seconds !== null) return seconds
  const [until, now] = [Date.parse(value), Date.parse(reply.headers['date'] ?? '')]
  return Number.isNaN(until) || Number.isNaN(now) ? null : secondsFrom(Math.max(0, (until - now) / 1000))
}
