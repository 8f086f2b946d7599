/**
 * Pace limits are counted in the scope the vendor documents, over requests that left this ledger. They are never waited
 * for: what would break one is not started, and says when it may.
 */
import type { Clock, Ledger, PaceLimit, Vendor } from '../ports.ts'

export type PaceSubject = {
  readonly origin: string
  readonly subject: string | null
  readonly credentialId: string
  readonly account: string | null
}

const scopeOf = (vendor: Vendor, limit: PaceLimit, who: PaceSubject): string => {
  const whom = limit.scope === 'account' ? (who.account ?? who.subject) : limit.scope === 'subject' ? who.subject : null
  return [vendor.id, who.origin, limit.scope, limit.counts, whom ?? who.credentialId].join(' ')
}

export type PaceStop = { readonly limit: string; readonly retryAfterSeconds: number }

/** null: may start now. What mints nothing is stopped only by limits that count every request. */
export function paceStop(
  ledger: Ledger,
  clock: Clock,
  vendor: Vendor,
  who: PaceSubject,
  { isMint }: { readonly isMint: boolean } = { isMint: true },
): PaceStop | null {
  const now = clock.now().getTime()
  let unsent: ReadonlySet<string> | null = null
  for (const limit of vendor.pace) {
    if (!isMint && limit.counts === 'mint') continue
    const since = new Date(now - limit.perSeconds * 1000).toISOString()
    const counted = ledger.paceSince(scopeOf(vendor, limit, who), since)
    if (counted.length < limit.count) continue
    // asked only where it decides: a credential has as many rotations as years
    unsent ??= unsentTimes(ledger, who)
    const times = counted.filter((time) => !unsent?.has(time))
    const oldest = times.at(-limit.count)
    if (oldest === undefined) continue
    // a time in the future means that the clock went back: the request counts as made now
    const at = Math.min(new Date(oldest).getTime(), now)
    return { limit: limit.text, retryAfterSeconds: Math.max(1, Math.ceil((at + limit.perSeconds * 1000 - now) / 1000)) }
  }
  return null
}

/** Minting requests are counted before they are sent, so that a crash forgets none; one that never left counts no more. */
const unsentTimes = (ledger: Ledger, who: PaceSubject): ReadonlySet<string> =>
  new Set(
    ledger.rotationsOf(who.credentialId).flatMap((record) => (record.outcome === 'not-sent' ? [record.startedAt] : [])),
  )

/** Remembers a request in every scope it counts in; a rotation's under the time it started at. */
export function countRequest(
  ledger: Ledger,
  vendor: Vendor,
  who: PaceSubject,
  { at, isMint }: { readonly at: string; readonly isMint: boolean },
): void {
  for (const limit of vendor.pace) {
    if (limit.counts === 'all' || isMint) ledger.recordPace(scopeOf(vendor, limit, who), at)
  }
}
