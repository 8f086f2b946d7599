import { tailOf, type Secret } from '../secret.ts'
import type { Deps, Run } from './run.ts'

/** The ledger follows the keychain: this key is the credential's current one. Called inside a transaction. */
export function adopt(deps: Deps, run: Run, key: Secret, isProven: boolean, at: string): void {
  const fingerprint = run.custody.fingerprint(key)
  const isRestored = fingerprint === run.oldFingerprint
  const expiresAt =
    run.expiryDays === null ? null : new Date(Date.parse(at) + run.expiryDays * 86_400_000).toISOString()
  deps.ledger.updateCredential(run.credential.id, {
    fingerprint,
    tail: tailOf(key),
    verifiedAt: isProven ? at : null,
    ...(isRestored ? {} : { rotatedAt: at, ...(run.vendor.strategy === 'guided' ? { expiresAt } : {}) }),
  })
  deps.ledger.addFingerprint(run.credential.id, fingerprint, at)
}
