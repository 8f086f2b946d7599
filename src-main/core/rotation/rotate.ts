/** Rotates one credential in place: lease, everything before `sent`, the `sent` commit, then the machine. */
import { fail } from '../../../src-contract/failures.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Credential } from '../credentials/credential.ts'
import { countRequest } from '../policy/pace.ts'
import { LedgerError, type Lock } from '../ports.ts'
import { drive } from './engine.ts'
import { dropKept } from './housekeeping.ts'
import { begin } from './machine.ts'
import { factsOf, rereadSecrets } from './facts.ts'
import { baseline, prepareOrder, stop, type Prepared, type Ready, type Stop } from './prepare.ts'
import { recoverOpen } from './recover.ts'
import type { RotationRecord } from './record.ts'
import { toResult } from './result.ts'
import type { Deps, Run } from './run.ts'

export type RotateOptions = {
  readonly dryRun: boolean
  readonly unproven: boolean
  /** Told when only the keychain is waited for. */
  readonly onVendorDone?: () => void
}

/** Never rejects for anything that can go wrong outside; a bug throws. */
export async function rotate(deps: Deps, credential: Credential, options: RotateOptions): Promise<RotationResult> {
  const started = deps.clock.ticks()
  const leases = takeLeases(deps, credential)
  if (!leases)
    return stopped(deps, credential, stop('not-started', fail('busy', { name: credential.name })).stop, started)
  try {
    return await rotateLeased(deps, credential, options, started)
  } catch (error) {
    // from `sent` on, the engine answers for itself: whatever is thrown came before
    if (error instanceof LedgerError) return stopped(deps, credential, stop('not-sent', error.failure).stop, started)
    throw error
  } finally {
    for (const lease of leases) lease.release()
  }
}

/** Own lease exclusive, the operator's shared; null if either is held. */
export function takeLeases(deps: Deps, credential: Credential): readonly Lock[] | null {
  const own = deps.locks.exclusive(credential.id)
  if (!own) return null
  if (credential.operatorId === null) return [own]
  const operator = deps.locks.shared(credential.operatorId)
  if (operator) return [operator, own]
  own.release()
  return null
}

async function rotateLeased(
  deps: Deps,
  listed: Credential,
  options: RotateOptions,
  started: number,
): Promise<RotationResult> {
  let open = deps.ledger.openRotationOf(listed.id)
  if (open && !isRescuable(open, listed, options)) {
    const recovered = await recoverOpen(deps, open)
    if (!recovered.settled) return stopped(deps, listed, openStop(listed, recovered), started)
    open = null
  }
  // read under the lease: another process may have changed it meanwhile
  const credential = deps.ledger.credentialById(listed.id)
  if (!credential)
    return stopped(deps, listed, stop('not-started', fail('unknown-name', { name: listed.name })).stop, started)
  // no baseline either: the old key may be dead already
  const found = deps.vendors.find(credential.vendor)
  if (found.ok && found.value.strategy === 'guided') {
    const why = fail('needs-person', { vendor: found.value.name, name: credential.name })
    return stopped(deps, credential, stop('needs-person', why).stop, started)
  }
  deps.onStep(credential.name, null, 'preparing')
  const ready = await baseline(deps, credential, options)
  if ('stop' in ready) return stopped(deps, credential, ready.stop, started)
  if (options.dryRun)
    return stopped(deps, credential, stop('not-started', fail('dry-run'), ready.baseline).stop, started)
  if (deps.isStopping())
    return stopped(deps, credential, stop('cancelled', fail('cancelled'), ready.baseline).stop, started)

  const id = deps.ids.next()
  const prepared = await prepareOrder(deps, id, credential, ready)
  if ('stop' in prepared) return stopped(deps, credential, prepared.stop, started)
  deps.onStep(credential.name, id, 'armed')
  if (deps.isStopping()) {
    await prepared.order.abort()
    deps.escrow.remove(id)
    return stopped(deps, credential, stop('cancelled', fail('cancelled'), ready.baseline).stop, started)
  }
  try {
    await commitSent(deps, id, credential, prepared, open)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    await prepared.order.abort()
    // a commit that failed may still have landed: its escrow, which now says not-sent, is then what recovery reads
    if (deps.ledger.rotation(id) === null) deps.escrow.remove(id)
    throw error
  }
  const run = await runOf(deps, id, credential, prepared, { startedTicks: started, onVendorDone: options.onVendorDone })
  const result = await drive(deps, run, begin(factsOf(run, prepared.baseline), { at: 'sent', isProven: false }))
  // at the end, when in a run of many only the keychain is waited for
  dropKept(deps, ready.custody, credential.id)
  return result
}

/** A key that is lost, with an operator at hand, may be rescued by a linked rotation. */
const isRescuable = (open: RotationRecord, credential: Credential, options: RotateOptions): boolean =>
  open.outcome === 'lost' && credential.operatorId !== null && options.unproven

function openStop(credential: Credential, recovered: RotationResult): Stop {
  const failure = fail('has-open-rotation', { name: credential.name, outcome: recovered.outcome })
  return { outcome: 'not-started', failure, oldKey: recovered.oldKey }
}

async function commitSent(
  deps: Deps,
  id: string,
  credential: Credential,
  prepared: Prepared,
  rescued: RotationRecord | null,
): Promise<void> {
  const at = deps.clock.now().toISOString()
  const record: RotationRecord = {
    id,
    credentialId: credential.id,
    strategy: 'in-place',
    state: 'sent',
    reached: 'sent',
    snapshot: snapshotOf(credential, prepared),
    outcome: null,
    settled: false,
    code: null,
    retryAt: null,
    oldKey: prepared.baseline,
    newFingerprint: null,
    newTail: null,
    rescues: rescued?.id ?? null,
    dismissed: false,
    startedAt: at,
    updatedAt: at,
  }
  await deps.ledger.commit(() => {
    if (rescued) deps.ledger.advanceRotation(rescued.id, { settled: true }, [], at)
    deps.ledger.saveVendorFile(prepared.vendor.fileHash, prepared.vendor.id, prepared.vendor.fileText)
    deps.ledger.insertRotation(record, [
      { step: 'mint', mints: true, phase: 'intent', detail: { baseline: prepared.baseline } },
    ])
    countRequest(deps.ledger, prepared.vendor, prepared.who, { at, isMint: true })
  })
}

export const snapshotOf = (
  credential: Credential,
  ready: Pick<Ready, 'vendor' | 'custody'>,
): RotationRecord['snapshot'] => ({
  credentialName: credential.name,
  vendorId: ready.vendor.id,
  vendorFileHash: ready.vendor.fileHash,
  baseUrl: credential.baseUrl ?? '',
  inputs: credential.inputs,
  secretInputs: credential.secretInputs,
  subject: credential.subject,
  operatorId: credential.operatorId,
  store: credential.store,
  escrowKeyId: ready.custody.escrowKeyId,
  oldFingerprint: credential.fingerprint,
  oldTail: credential.tail,
  tls: credential.tls,
  expiryDays: null,
})

async function runOf(
  deps: Deps,
  id: string,
  credential: Credential,
  prepared: Prepared,
  { startedTicks, onVendorDone }: { readonly startedTicks: number; readonly onVendorDone: (() => void) | undefined },
): Promise<Run> {
  return {
    id,
    credential,
    itemName: credential.name,
    vendor: prepared.vendor,
    context: prepared.context,
    tls: credential.tls,
    custody: prepared.custody,
    who: prepared.who,
    oldFingerprint: credential.fingerprint,
    startedTicks,
    prepared: prepared.order,
    operator: prepared.operator,
    rereadSecrets: await rereadSecrets(prepared, credential.name, credential.secretInputs),
    old: prepared.old,
    journal: [],
    earlyProbe: null,
    onVendorDone: onVendorDone ?? (() => undefined),
    candidates: [],
    heldWire: null,
    endedTicks: deps.clock.ticks(),
    retryAt: null,
    chosen: null,
    expiryDays: null,
    sealMs: null,
  }
}

/** An ending that no rotation row stands for: nothing left. It goes into the history all the same. */
export function stopped(deps: Deps, credential: Credential, why: Stop, startedTicks: number): RotationResult {
  const now = deps.clock.now()
  const code = why.failure.code
  if (code !== 'dry-run') remember(deps, credential.name, why, now)
  const retry = why.retryAfterSeconds ?? null
  const result = toResult(
    {
      name: credential.name,
      vendor: credential.vendor,
      vendorName: why.failure.fields['vendor'] ?? credential.vendor,
      rotationId: null,
      outcome: why.outcome,
      code,
      oldKey: why.oldKey,
      newKey: null,
      durationMs: deps.clock.ticks() - startedTicks,
      retryAfterSeconds: retry,
      fields: why.failure.fields,
    },
    now,
  )
  return result
}

/** A ledger that takes no entry takes nothing from the ending: what is said of it stays true. */
function remember(deps: Deps, name: string, why: Stop, now: Date): void {
  const detail = { code: why.failure.code, oldKey: why.oldKey }
  try {
    deps.ledger.appendHistory({ at: now.toISOString(), name, event: why.outcome, rotationId: null, detail })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    deps.log.warn(error.failure.code, { unrecorded: why.outcome })
  }
}
