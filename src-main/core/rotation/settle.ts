/**
 * A person's word on which key works settles an open rotation. What was said is recorded as said. The escrow of what was
 * not proven stays until it is dismissed.
 */
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail } from '../../../src-contract/failures.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Credential } from '../credentials/credential.ts'
import { userItem } from '../credentials/custody.ts'
import { tailOf } from '../secret.ts'
import { dropHeld } from './await-reply.ts'
import { begin } from './machine.ts'
import { factsOf } from './facts.ts'
import { readReply } from './read-reply.ts'
import { resume } from './recover.ts'
import type { RotationRecord } from './record.ts'
import { toResult } from './result.ts'
import type { Deps } from './run.ts'

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
