/**
 * Guided rotation: a person rotates in the vendor's dashboard. `waiting` is durable before the link opens; there is no
 * baseline, since the old key may be dead already; a paste is sealed, verified, promoted, and a failed one changes nothing.
 */
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail } from '../../../src-contract/failures.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Credential } from '../credentials/credential.ts'
import { unconfirmed } from '../credentials/confirmed.ts'
import { userItem } from '../credentials/custody.ts'
import type { Secret } from '../secret.ts'
import { drive } from './engine.ts'
import { factsOf } from './facts.ts'
import { begin } from './machine.ts'
import { resume } from './recover.ts'
import type { RotationRecord } from './record.ts'
import { toResult } from './result.ts'
import { snapshotOf } from './rotate.ts'
import type { Deps } from './run.ts'

/** Opens a waiting rotation, or goes on with the one there is. Durable when it returns. */
export async function beginGuided(deps: Deps, credential: Credential): Promise<Result<RotationRecord>> {
  const lease = deps.locks.exclusive(credential.id)
  if (!lease) return err(fail('busy', { name: credential.name }))
  try {
    const open = deps.ledger.openRotationOf(credential.id)
    if (open?.reached === 'waiting') return ok(open)
    if (open) return err(fail('has-open-rotation', { name: credential.name, outcome: open.outcome ?? 'rotating' }))
    const vendor = deps.vendors.find(credential.vendor)
    if (!vendor.ok) return vendor
    const unsaid = unconfirmed(credential, null)
    if (unsaid) return err(unsaid)
    const opened = await deps.custody(credential.store)
    if (!opened.ok) return opened
    const custody = opened.value
    const confirmed = await custody.confirmEscrowKey()
    if (!confirmed.ok) return confirmed
    const old = await custody.readKnown(userItem(credential.name))
    if (!old.ok) return old
    if (custody.fingerprint(old.value) !== credential.fingerprint)
      return err(fail('superseded-before', { name: credential.name }))
    const id = deps.ids.next()
    const place = await deps.escrow.create(
      { rotationId: id, credentialId: credential.id },
      custody.escrowKey,
      old.value,
    )
    if (!place.ok) return place
    const at = deps.clock.now().toISOString()
    const record: RotationRecord = {
      id,
      credentialId: credential.id,
      strategy: 'guided',
      state: 'waiting',
      reached: 'waiting',
      snapshot: snapshotOf(credential, { vendor: vendor.value, custody }),
      outcome: null,
      settled: false,
      code: null,
      retryAt: null,
      oldKey: 'unknown',
      newFingerprint: null,
      newTail: null,
      rescues: null,
      dismissed: false,
      startedAt: at,
      updatedAt: at,
    }
    deps.ledger.transaction(() => {
      deps.ledger.saveVendorFile(vendor.value.fileHash, vendor.value.id, vendor.value.fileText)
      deps.ledger.insertRotation(record, [{ step: 'guide', mints: false, phase: 'intent', detail: {} }])
      deps.ledger.appendHistory({ at, name: credential.name, event: 'waiting', rotationId: id, detail: {} })
    })
    return ok(record)
  } finally {
    lease.release()
  }
}

/** Takes the key a person brought. A refused one leaves the rotation waiting and everything as it was. */
export async function pasteGuided(
  deps: Deps,
  credential: Credential,
  pasted: Secret,
  expiryDays: number | null,
): Promise<Result<RotationResult>> {
  const lease = deps.locks.exclusive(credential.id)
  if (!lease) return err(fail('busy', { name: credential.name }))
  try {
    const open = deps.ledger.openRotationOf(credential.id)
    if (open?.reached !== 'waiting') return err(fail('nothing-to-settle', { name: credential.name }))
    const resumed = await resume(deps, open)
    if (!resumed.ok) return resumed
    const run = { ...resumed.value, expiryDays }
    const id = { rotationId: run.id, credentialId: credential.id }
    const sealed = deps.escrow.appendPasted(id, run.custody.escrowKey, pasted)
    if (!sealed.ok) return sealed
    deps.ledger.advanceRotation(
      run.id,
      { state: 'sealed', reached: 'sealed' },
      [{ step: 'paste', mints: false, phase: 'done', detail: {} }],
      deps.clock.now().toISOString(),
    )
    const state = begin(factsOf(run, 'unknown'), { at: 'sealed', isProven: false })
    return ok(await drive(deps, run, state))
  } finally {
    lease.release()
  }
}

/** Gives up waiting. Whatever happened in the dashboard, nothing was changed here. */
export async function cancelGuided(deps: Deps, credential: Credential): Promise<Result<RotationResult>> {
  const lease = deps.locks.exclusive(credential.id)
  if (!lease) return err(fail('busy', { name: credential.name }))
  try {
    const open = deps.ledger.openRotationOf(credential.id)
    if (open?.reached !== 'waiting') return err(fail('nothing-to-settle', { name: credential.name }))
    const at = deps.clock.now().toISOString()
    deps.ledger.transaction(() => {
      deps.ledger.advanceRotation(open.id, { state: 'ended', outcome: 'cancelled', settled: true }, [], at)
      deps.ledger.appendHistory({ at, name: credential.name, event: 'cancelled', rotationId: open.id, detail: {} })
    })
    deps.escrow.remove(open.id)
    const vendor = deps.vendors.find(credential.vendor)
    const ending = {
      name: credential.name,
      vendor: credential.vendor,
      vendorName: vendor.ok ? vendor.value.name : credential.vendor,
      rotationId: open.id,
    }
    return ok(
      toResult(
        { ...ending, outcome: 'cancelled', code: null, oldKey: 'unknown', newKey: null, durationMs: 0 },
        deps.clock.now(),
      ),
    )
  } finally {
    lease.release()
  }
}
