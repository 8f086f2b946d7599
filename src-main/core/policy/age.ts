/** When a key is due: past its maximum age, or within seven days of its expiry. The worst word wins. */
import type { CredentialState } from '../../../src-contract/views.ts'
import type { Credential } from '../credentials/credential.ts'
import type { RotationRecord } from '../rotation/record.ts'

const DAY_MS = 86_400_000
export const DUE_BEFORE_EXPIRY_DAYS = 7
/** A key is called due in the last tenth of its age, so that there is time to act. */
const DUE_SHARE = 0.9

export function stateOf(credential: Credential, open: RotationRecord | null, now: Date): CredentialState {
  if (open) {
    if (open.state === 'waiting' || open.outcome === 'waiting') return 'guided-waiting'
    return open.outcome === null ? 'rotating' : 'needs-attention'
  }
  const time = now.getTime()
  const expires = credential.expiresAt ? new Date(credential.expiresAt).getTime() : null
  if (expires !== null && expires <= time) return 'expired'
  const ageDays = ageOf(credential, now)
  if (credential.maxAgeDays !== null && ageDays > credential.maxAgeDays) return 'overdue'
  if (expires !== null && expires - time <= DUE_BEFORE_EXPIRY_DAYS * DAY_MS) return 'due'
  if (credential.verifiedAt === null) return 'unverified'
  if (credential.maxAgeDays !== null && ageDays > credential.maxAgeDays * DUE_SHARE) return 'due'
  return 'healthy'
}

/** Age in days since the key was last rotated, or added. A clock that went back counts as now. */
export function ageOf(credential: Credential, now: Date): number {
  const born = new Date(credential.rotatedAt ?? credential.createdAt).getTime()
  return Math.max(0, now.getTime() - born) / DAY_MS
}

const CLOCK_SLACK_MS = 300_000

/** A clock that is behind what the ledger remembers cannot tell what is due. Minutes are a time server's business. */
export const isBehind = (newest: string | null, now: Date): boolean =>
  newest !== null && new Date(newest).getTime() - now.getTime() > CLOCK_SLACK_MS

/** What `--due` takes: past max-age, expired, or within seven days of expiry. */
export function isDue(credential: Credential, now: Date): boolean {
  if (credential.maxAgeDays !== null && ageOf(credential, now) > credential.maxAgeDays) return true
  if (credential.expiresAt === null) return false
  return new Date(credential.expiresAt).getTime() - now.getTime() <= DUE_BEFORE_EXPIRY_DAYS * DAY_MS
}
