/**
 * A person puts in a key from elsewhere. It is verified first, unless they say not to or there is nobody to ask, then
 * stored; an open rotation is settled by it. What the result says of either key was seen in this run (docs/adr/0014).
 */
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail, type FailureCode } from '../../../src-contract/failures.ts'
import type { KeySight, Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import { unconfirmed } from '../credentials/confirmed.ts'
import type { Credential } from '../credentials/credential.ts'
import { userItem, type Custody } from '../credentials/custody.ts'
import { tailOf, type Secret } from '../secret.ts'
import { contextOf, whoIs } from './prepare.ts'
import type { RotationRecord } from './record.ts'
import { toResult } from './result.ts'
import { askVendor, type Deps } from './run.ts'

/** The caller holds the lease. */
export async function setKey(
  deps: Deps,
  credential: Credential,
  key: Secret,
  options: { readonly unproven: boolean },
): Promise<Result<RotationResult>> {
  const started = deps.clock.ticks()
  const unsaid = options.unproven ? null : unconfirmed(credential, null)
  if (unsaid) return err(unsaid)
  const open = deps.ledger.openRotationOf(credential.id)
  const opened = await deps.custody(credential.store)
  if (!opened.ok) return opened
  const custody = opened.value
  const twin = deps.ledger.credentialByFingerprint(custody.fingerprint(key))
  if (twin && twin.id !== credential.id) return err(fail('known-secret', { name: twin.name }))
  const found = deps.vendors.find(credential.vendor)
  const vendor = found.ok ? found.value : null
  const look = vendor
    ? { vendor, context: contextOf(credential, null), tls: credential.tls, who: whoIs(credential) }
    : null
  const seen = look?.vendor.probe && !options.unproven ? await askVendor(deps, look, key) : null
  if (seen?.answer === 'dead')
    return err(fail('key-invalid', { vendor: vendor?.name ?? credential.vendor, name: credential.name }))
  if (
    seen?.answer === 'works' &&
    seen.subject !== null &&
    credential.subject !== null &&
    seen.subject !== credential.subject
  ) {
    return err(fail('wrong-subject', { found: seen.subject, expected: credential.subject }))
  }
  const item = await custody.store.read(userItem(credential.name))
  if (!item.ok) return item
  const previous = item.value
  // the person's word outranks what the item holds, but an item that a locked keychain hides is not absent
  const stored = await custody.compareAndSet(
    userItem(credential.name),
    [previous ? custody.fingerprint(previous) : credential.fingerprint],
    key,
  )
  if (stored.kind === 'refused' || stored.kind === 'unknown') return err(stored.failure)
  if (stored.kind === 'changed') return err(fail('keychain-changed-meanwhile', { name: credential.name }))
  const isSame = previous?.equals(key) === true
  const probesOld = look?.vendor.probe && previous && !isSame && !options.unproven
  const oldSeen = probesOld ? (await askVendor(deps, look, previous)).answer : 'unknown'
  const verdict = isSame
    ? judgeSame(seen?.answer ?? null, open, custody.fingerprint(key))
    : judge(seen?.answer ?? null, oldSeen)
  const oldKey = verdict.outcome === 'not-rotated' ? 'works' : oldSeen
  recordSet(deps, credential, custody, key, { open, isProven: seen?.answer === 'works', oldKey, isSame })
  return ok(
    toResult(
      {
        name: credential.name,
        vendor: credential.vendor,
        vendorName: vendor?.name ?? credential.vendor,
        rotationId: open?.id ?? null,
        outcome: verdict.outcome,
        code: verdict.code,
        oldKey,
        newKey: { tail: tailOf(key), fingerprint: custody.fingerprint(key) },
        durationMs: deps.clock.ticks() - started,
        settled: true,
        message: verdict.message,
      },
      deps.clock.now(),
    ),
  )
}

type Verdict = { readonly outcome: Outcome; readonly code: FailureCode | null; readonly message: string }

/** `rotated` is said only of an old key that was seen dead; what nobody was asked about is no doubt, and carries no code. */
function judge(seen: KeySight | null, oldKey: KeySight): Verdict {
  if (seen === null)
    return { outcome: 'rotated-unverified', code: null, message: 'the new key is stored; it was not tried' }
  if (seen !== 'works') {
    const message = 'the new key is stored; the vendor did not say whether it works'
    return { outcome: 'rotated-unverified', code: 'verify-no-answer', message }
  }
  if (oldKey === 'works') {
    const message = 'the new key works and is stored; the old one still works too: revoke it at the vendor'
    return { outcome: 'old-key-alive', code: null, message }
  }
  if (oldKey === 'dead')
    return { outcome: 'rotated', code: null, message: 'the new key works and is stored; the old key is dead' }
  const message = 'the new key works and is stored; the vendor did not say whether the old key is dead'
  return { outcome: 'rotated-unverified', code: 'old-key-no-answer', message }
}

/** The key that was here before. Where an open rotation had put it here, what that one left unclear stays said. */
function judgeSame(seen: KeySight | null, open: RotationRecord | null, fingerprint: string): Verdict {
  if (seen === null)
    return { outcome: 'rotated-unverified', code: null, message: 'this key was here already; it was not tried' }
  if (seen !== 'works') {
    const message = 'this key was here already; the vendor did not say whether it works'
    return { outcome: 'rotated-unverified', code: 'verify-no-answer', message }
  }
  const message = 'the key works and was here already'
  if (open === null || open.snapshot.oldFingerprint === fingerprint)
    return { outcome: 'not-rotated', code: null, message }
  return open.outcome === 'old-key-alive'
    ? {
        outcome: 'old-key-alive',
        code: null,
        message: `${message}; the old one still works too: revoke it at the vendor`,
      }
    : { outcome: 'rotated-unverified', code: 'old-key-no-answer', message }
}

function recordSet(
  deps: Deps,
  credential: Credential,
  custody: Custody,
  key: Secret,
  facts: {
    readonly open: RotationRecord | null
    readonly isProven: boolean
    readonly oldKey: KeySight
    readonly isSame: boolean
  },
): void {
  const at = deps.clock.now().toISOString()
  const fingerprint = custody.fingerprint(key)
  deps.ledger.transaction(() => {
    deps.ledger.updateCredential(credential.id, {
      fingerprint,
      tail: tailOf(key),
      // a key does not grow younger by being put in again, and what was seen of it before stays seen
      ...(facts.isSame ? {} : { rotatedAt: at, verifiedAt: null }),
      ...(facts.isProven ? { verifiedAt: at } : {}),
    })
    deps.ledger.addFingerprint(credential.id, fingerprint, at)
    if (facts.open) {
      const entry = { step: 'set', mints: false, phase: 'done', detail: { isProven: facts.isProven } } as const
      deps.ledger.advanceRotation(facts.open.id, { state: 'ended', settled: true, oldKey: facts.oldKey }, [entry], at)
    }
    const detail = { isProven: facts.isProven, oldKey: facts.oldKey, newKey: { tail: tailOf(key), fingerprint } }
    deps.ledger.appendHistory({ at, name: credential.name, event: 'set', rotationId: facts.open?.id ?? null, detail })
  })
}
