import type { TlsTrust } from '../../../src-contract/exchange.ts'
import type { FailureCode } from '../../../src-contract/failures.ts'
import type { KeySight, Outcome } from '../../../src-contract/outcomes.ts'
import type { StoreKind } from '../../../src-contract/views.ts'

/**
 * Where a rotation stands, as the journal knows it. Intent is written before an effect and the result after it, so what
 * the row says has happened. `ended` has an outcome and may still be open (not settled).
 */
export type DurableState = 'waiting' | 'sent' | 'sealed' | 'verified' | 'promoted' | 'ended'

/** Everything recovery needs, as it was when the request left. Recovery reads this, never today's settings. */
export type RotationSnapshot = {
  readonly credentialName: string
  readonly vendorId: string
  readonly vendorFileHash: string
  readonly baseUrl: string
  readonly inputs: Readonly<Record<string, string>>
  readonly secretInputs: readonly string[]
  readonly subject: string | null
  readonly operatorId: string | null
  readonly store: StoreKind
  /** Id of the escrow key that seals this rotation's escrow. */
  readonly escrowKeyId: string
  readonly oldFingerprint: string
  readonly oldTail: string | null
  readonly tls: TlsTrust
  /** Days the person chose for a guided key; null: not asked or none. */
  readonly expiryDays: number | null
}

export type RotationRecord = {
  readonly id: string
  readonly credentialId: string
  readonly strategy: 'in-place' | 'guided'
  readonly state: DurableState
  /** The last durable state before `ended`: where recovery goes on. */
  readonly reached: Exclude<DurableState, 'ended'>
  readonly snapshot: RotationSnapshot
  readonly outcome: Outcome | null
  readonly settled: boolean
  readonly code: FailureCode | null
  /** When the vendor said to try again, RFC 3339. */
  readonly retryAt: string | null
  readonly oldKey: KeySight
  readonly newFingerprint: string | null
  readonly newTail: string | null
  /** The rotation that this one rescues, if it does. */
  readonly rescues: string | null
  /** The person said that the escrow is no longer needed. */
  readonly dismissed: boolean
  readonly startedAt: string
  readonly updatedAt: string
}

/** One append-only journal row. `mints` steps are never resent; others repeat until done. */
export type JournalEntry = {
  readonly step: string
  readonly mints: boolean
  readonly phase: 'intent' | 'done'
  readonly detail: Readonly<Record<string, unknown>>
}
