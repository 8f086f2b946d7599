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

/** null: may start now. */
export function paceStop(ledger: Ledger, clock: Clock, vendor: Vendor, who: PaceSubject): PaceStop | null {
  const now = clock.now().getTime()
  for (const limit of vendor.pace) {
    const since = new Date(now - limit.perSeconds * 1000).toISOString()
    const times = ledger.paceSince(scopeOf(vendor, limit, who), since)
    const oldest = times.at(-limit.count)
    if (oldest === undefined) continue
    // a time in the future means that the clock went back: the request counts as made now
    const at = Math.min(new Date(oldest).getTime(), now)
    return { limit: limit.text, retryAfterSeconds: Math.max(1, Math.ceil((at + limit.perSeconds * 1000 - now) / 1000)) }
  }
  return null
}

/** Remembers a request in every scope it counts in. */
export function countRequest(ledger: Ledger, clock: Clock, vendor: Vendor, who: PaceSubject, isMint: boolean): void {
  const at = clock.now().toISOString()
  for (const limit of vendor.pace) {
    if (limit.counts === 'all' || isMint) ledger.recordPace(scopeOf(vendor, limit, who), at)
  }
}
