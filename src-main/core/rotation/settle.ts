/**
 * A person settles an open rotation: with a key from elsewhere (`set`, verified first), or with their word on which key
 * works. What was said is recorded as said. The escrow of what was not proven stays until it is dismissed.
 */
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail, type FailureCode } from '../../../src-contract/failures.ts'
import type { KeySight, Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Credential } from '../credentials/credential.ts'
import { userItem, type Custody } from '../credentials/custody.ts'
import { tailOf, type Secret } from '../secret.ts'
import { dropHeld } from './await-reply.ts'
import { begin } from './machine.ts'
import { factsOf } from './facts.ts'
import { contextOf, whoIs } from './prepare.ts'
import { readReply } from './read-reply.ts'
import { resume } from './recover.ts'
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
  const oldKey = look?.vendor.probe && previous && !isSame ? (await askVendor(deps, look, previous)).answer : 'unknown'
  const verdict = judge(seen?.answer ?? null, oldKey, isSame)
  recordSet(deps, credential, custody, key, { open, isProven: seen?.answer === 'works', oldKey })
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

function judge(seen: KeySight | null, oldKey: KeySight, isSame: boolean): Verdict {
  if (seen === 'works' && (isSame || oldKey !== 'works')) {
    const message = isSame
      ? 'the key works and was here already'
      : oldKey === 'dead'
        ? 'the new key works and is stored; the old key is dead'
        : 'the new key works and is stored'
    return { outcome: 'rotated', code: null, message }
  }
  if (seen === 'works') {
    return {
      outcome: 'old-key-alive',
      code: null,
      message: 'the new key works and is stored; the old one still works too: revoke it at the vendor',
    }
  }
  const message =
    seen === null
      ? 'the new key is stored; it was not tried'
      : 'the new key is stored; the vendor did not say whether it works'
  return seen === null
    ? { outcome: 'rotated', code: null, message }
    : { outcome: 'rotated-unverified', code: 'verify-no-answer', message }
}

function recordSet(
  deps: Deps,
  credential: Credential,
  custody: Custody,
  key: Secret,
  facts: { readonly open: RotationRecord | null; readonly isProven: boolean; readonly oldKey: KeySight },
): void {
  const at = deps.clock.now().toISOString()
  const fingerprint = custody.fingerprint(key)
  deps.ledger.transaction(() => {
    deps.ledger.updateCredential(credential.id, {
      fingerprint,
      tail: tailOf(key),
      rotatedAt: at,
      verifiedAt: facts.isProven ? at : null,
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

/** The person's word. `old`: keep the old key; `new`: store the sealed one; `neither`: close it as it is. */
export async function settleByWord(
  deps: Deps,
  credential: Credential,
  open: RotationRecord,
  word: 'old' | 'new' | 'neither',
): Promise<Result<RotationResult>> {
  const resumed = await resume(deps, open)
  if (!resumed.ok) return resumed
  const run = resumed.value
  const reached = open.reached === 'waiting' || open.reached === 'sent' ? 'sealed' : open.reached
  await readReply(deps, run, begin(factsOf(run, 'unknown'), { at: reached, isProven: false }))
  const current = await run.custody.store.read(userItem(run.itemName))
  if (!current.ok) return current
  const wanted = word === 'new' ? (run.candidates[0] ?? null) : word === 'old' ? run.old : current.value
  if (word === 'new' && !wanted) return err(fail('no-sealed-reply', { name: credential.name }))
  if (word !== 'neither' && wanted) {
    // the word is about exactly this item: whatever it holds now is what the person saw
    const expected = current.value ? run.custody.fingerprint(current.value) : credential.fingerprint
    const stored = await run.custody.compareAndSet(userItem(run.itemName), [expected], wanted)
    if (stored.kind !== 'written') {
      return err('failure' in stored ? stored.failure : fail('keychain-changed-meanwhile', { name: credential.name }))
    }
  }
  const at = deps.clock.now().toISOString()
  const isDismissed = word !== 'new'
  deps.ledger.transaction(() => {
    if (word !== 'neither' && wanted) {
      const fingerprint = run.custody.fingerprint(wanted)
      deps.ledger.updateCredential(credential.id, {
        fingerprint,
        tail: tailOf(wanted),
        verifiedAt: null,
        ...(word === 'new' ? { rotatedAt: at } : {}),
      })
      deps.ledger.addFingerprint(credential.id, fingerprint, at)
    }
    const entry = { step: 'settle', mints: false, phase: 'done', detail: { word } } as const
    deps.ledger.advanceRotation(open.id, { state: 'ended', settled: true, dismissed: isDismissed }, [entry], at)
    deps.ledger.appendHistory({ at, name: credential.name, event: 'settled', rotationId: open.id, detail: { word } })
  })
  if (isDismissed) {
    await dropHeld(deps, run)
    deps.escrow.remove(open.id)
  }
  const says = {
    old: 'kept the old key, on your word',
    new: 'stored the sealed key, on your word',
    neither: 'closed, on your word',
  }[word]
  const newKey =
    word === 'new' && wanted ? { tail: tailOf(wanted), fingerprint: run.custody.fingerprint(wanted) } : null
  return ok(
    toResult(
      {
        name: credential.name,
        vendor: run.vendor.id,
        vendorName: run.vendor.name,
        rotationId: open.id,
        outcome: word === 'new' ? 'rotated-unverified' : word === 'old' ? 'not-rotated' : (open.outcome ?? 'unknown'),
        code: null,
        oldKey: 'unknown',
        newKey,
        durationMs: 0,
        settled: true,
        message: says,
      },
      deps.clock.now(),
    ),
  )
}
