/**
 * Recovery: goes on with an open rotation from where the journal says it stands, with the snapshot of what was, never
 * with today's settings. Idempotent: a second run finds the same truth. It never sends a minting request.
 */
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { outcomes, type Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Credential } from '../credentials/credential.ts'
import { paceStop } from '../policy/pace.ts'
import { LedgerError } from '../ports.ts'
import { originOf, type Deps, type Run } from './run.ts'
import { drive } from './engine.ts'
import { factsOf, rereadSecrets } from './facts.ts'
import { begin } from './machine.ts'
import type { RotationRecord } from './record.ts'
import { toResult } from './result.ts'
import { whereItStands } from './standing.ts'

/** Recovers under the credential's lease; a live lease is skipped and said. */
export async function recover(deps: Deps, record: RotationRecord): Promise<RotationResult> {
  const lease = deps.locks.exclusive(record.credentialId)
  if (!lease) return asItStands(deps, record, fail('busy', { name: nameOf(deps, record) }))
  try {
    const now = deps.ledger.rotation(record.id)
    return now && !now.settled ? await recoverOpen(deps, now) : asItStands(deps, now ?? record, null)
  } finally {
    lease.release()
  }
}

/** The caller holds the lease. */
export async function recoverOpen(deps: Deps, record: RotationRecord): Promise<RotationResult> {
  // nothing can be found out about a key that a person has yet to bring
  if (record.reached === 'waiting') return asItStands(deps, record, null)
  const resumed = await resume(deps, record)
  if (!resumed.ok) return asItStands(deps, record, resumed.failure)
  const run = resumed.value
  const pace = paceStop(deps.ledger, deps.clock, run.vendor, run.who, { isMint: false })
  if (pace) return asItStands(deps, record, fail('pace', { vendor: run.vendor.name, limit: pace.limit }), pace)
  try {
    const start = await whereItStands(deps, run, record, record.reached)
    return await drive(deps, run, begin(factsOf(run, 'unknown'), start))
  } catch (error) {
    if (error instanceof LedgerError) return asItStands(deps, record, error.failure)
    throw error
  }
}

/** A run as it can be had today: the snapshot's vendor file, address, inputs and store. */
export async function resume(deps: Deps, record: RotationRecord): Promise<Result<Run>> {
  const { snapshot } = record
  if (!deps.ledger.machine.isHere) return err(fail('other-machine', { machine: deps.ledger.machine.id.slice(0, 8) }))
  const credential = deps.ledger.credentialById(record.credentialId)
  if (!credential) return err(fail('unknown-name', { name: snapshot.credentialName }))
  const text = deps.ledger.vendorFileText(snapshot.vendorFileHash)
  const vendor =
    text === null ? deps.vendors.find(snapshot.vendorId) : deps.vendors.fromText(text, snapshot.vendorFileHash)
  if (!vendor.ok) return vendor
  const custody = await deps.custody(snapshot.store)
  if (!custody.ok) return custody
  const operator = snapshot.operatorId === null ? null : deps.ledger.credentialById(snapshot.operatorId)
  return ok({
    id: record.id,
    credential: asSnapshot(credential, record),
    itemName: credential.name,
    vendor: vendor.value,
    context: { baseUrl: snapshot.baseUrl, inputs: snapshot.inputs, operatorInputs: operator?.inputs ?? null },
    tls: snapshot.tls,
    custody: custody.value,
    who: {
      origin: originOf(snapshot.baseUrl),
      subject: snapshot.subject,
      credentialId: record.credentialId,
      account: snapshot.inputs['account'] ?? null,
    },
    oldFingerprint: snapshot.oldFingerprint,
    startedTicks: deps.clock.ticks(),
    prepared: null,
    operator,
    rereadSecrets: await rereadSecrets(
      { vendor: vendor.value, custody: custody.value },
      credential.name,
      snapshot.secretInputs,
    ),
    old: null,
    journal: [],
    earlyProbe: null,
    onVendorDone: () => undefined,
    candidates: [],
    heldWire: null,
    endedTicks: deps.clock.ticks(),
    retryAt: record.retryAt,
    chosen: null,
    expiryDays: snapshot.expiryDays,
    sealMs: null,
  })
}

const asSnapshot = (credential: Credential, record: RotationRecord): Credential => ({
  ...credential,
  subject: record.snapshot.subject,
  fingerprint: record.snapshot.oldFingerprint,
  tail: record.snapshot.oldTail,
})

const nameOf = (deps: Deps, record: RotationRecord): string =>
  deps.ledger.credentialById(record.credentialId)?.name ?? record.snapshot.credentialName

/** What the ledger last knew; nothing was asked in this run, so nothing is said of the old key. */
export function asItStands(
  deps: Deps,
  record: RotationRecord,
  failure: Failure | null,
  wait: { readonly retryAfterSeconds: number } | null = null,
): RotationResult {
  const outcome: Outcome = record.outcome ?? (record.reached === 'waiting' ? 'waiting' : 'unknown')
  const name = nameOf(deps, record)
  const vendor = deps.vendors.find(record.snapshot.vendorId)
  const code = failure?.code ?? record.code
  return toResult(
    {
      name,
      vendor: record.snapshot.vendorId,
      vendorName: vendor.ok ? vendor.value.name : record.snapshot.vendorId,
      rotationId: record.id,
      outcome,
      code,
      oldKey: 'unknown',
      newKey:
        record.newFingerprint && outcome !== 'unknown'
          ? { tail: record.newTail, fingerprint: record.newFingerprint }
          : null,
      durationMs: 0,
      settled: record.settled,
      retryAfterSeconds: wait?.retryAfterSeconds ?? null,
      fields: { outcome: outcomes[outcome].says, ...failure?.fields },
    },
    deps.clock.now(),
  )
}
