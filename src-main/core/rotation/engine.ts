/**
 * Drives one rotation from state to state: one effect at a time, intent journaled before it and the result after it, until
 * the machine ends. The ledger is written before the next effect begins, so that a crash anywhere resumes from the truth.
 */
import { explain, type Failure, type FailureCode } from '../../../src-contract/failures.ts'
import { outcomes, type Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import { LedgerError, type RotationPatch } from '../ports.ts'
import { tailOf, type Secret } from '../secret.ts'
import { dropHeld, isWithoutReply } from './await-reply.ts'
import { adopt } from './adopt.ts'
import { advance, isFinished } from './machine.ts'
import type { MachineEvent, MachineState } from './machine-types.ts'
import { perform, type Performable } from './perform.ts'
import type { JournalEntry } from './record.ts'
import { toResult, type Ending } from './result.ts'
import type { Deps, Run } from './run.ts'

/** Effects that change something outside: their intent is journaled before they begin. */
const CHANGES = new Set(['store', 'restore-old'])

export async function drive(deps: Deps, run: Run, start: MachineState): Promise<RotationResult> {
  let state = start
  run.journal.push(...intentOf(start))
  try {
    while (!isFinished(state)) {
      const effect = state.awaiting as Performable
      const event = await perform(deps, run, state, effect)
      const next = advance(state, event)
      if (!next) throw new Error(`the rotation machine did not expect ${event.type} while awaiting ${effect.do}`)
      await record(deps, run, state, event, next)
      state = next
    }
    const result = await conclude(deps, run, state)
    if (isWithoutReply(result.outcome)) {
      // the file last: as long as it is there, a later start goes on with this
      if (run.heldWire !== null) await dropHeld(deps, run)
      deps.escrow.remove(run.id)
    }
    return result
  } catch (error) {
    if (error instanceof LedgerError) return unrecorded(deps, run, state, error.failure)
    throw error
  }
}

const intentOf = (state: MachineState): readonly JournalEntry[] =>
  CHANGES.has(state.awaiting.do)
    ? [{ step: state.awaiting.do, mints: false, phase: 'intent', detail: { isProven: state.isProven } }]
    : []

async function record(
  deps: Deps,
  run: Run,
  before: MachineState,
  event: MachineEvent,
  next: MachineState,
): Promise<void> {
  const entry: JournalEntry = {
    step: before.awaiting.do,
    mints: before.awaiting.do === 'await-reply',
    phase: 'done',
    detail: summary(event),
  }
  const patch: { -readonly [K in keyof RotationPatch]: RotationPatch[K] } = {}
  const reached = next.at === 'ended' ? before.at : next.at
  if (next.at !== before.at && reached !== 'ended') {
    patch.state = reached
    patch.reached = reached
    if (next.at === 'sealed' || next.at === 'verified') deps.onStep(run.credential.name, run.id, next.at)
  }
  const wasStored = event.type === 'stored' && event.result === 'written'
  if (next.awaiting.do === 'store' || wasStored) {
    const key = wasStored ? run.chosen : candidateOf(run, next)
    if (key) Object.assign(patch, { newFingerprint: run.custody.fingerprint(key), newTail: tailOf(key) })
  }
  if (wasStored) Object.assign(patch, { state: 'promoted', reached: 'promoted' })
  run.journal.push(entry, ...intentOf(next))
  const isProofOfPromoted = event.type === 'verified' && event.answer === 'works' && next.at === 'promoted'
  // sealed is true by the escrow's own fsync: the row follows with the next commit, and a resumed run finds the same
  const isOnlySealed = patch.state === 'sealed' && Object.keys(patch).length === 2
  const hasChanged = (Object.keys(patch).length > 0 && !isOnlySealed) || event.type === 'restored' || isProofOfPromoted
  // an answer that changes nothing waits for the next commit: a resumed run would ask again
  if (!hasChanged && !CHANGES.has(next.awaiting.do)) return
  const at = deps.clock.now().toISOString()
  const entries = run.journal.splice(0)
  await deps.ledger.commit(() => {
    deps.ledger.advanceRotation(run.id, patch, entries, at)
    if (wasStored && run.chosen) adopt(deps, run, run.chosen, next.isProven, at)
    if (event.type === 'restored' && event.result === 'written' && run.old) adopt(deps, run, run.old, true, at)
    if (isProofOfPromoted) deps.ledger.updateCredential(run.credential.id, { verifiedAt: at })
  })
  if (wasStored) deps.onStep(run.credential.name, run.id, 'promoted')
}

const candidateOf = (run: Run, state: MachineState): Secret | null =>
  state.awaiting.do === 'store' ? (run.candidates[state.awaiting.candidate] ?? null) : null

/** What may stand in a journal: answers and codes. */
function summary(event: MachineEvent): Readonly<Record<string, unknown>> {
  const { type: _, ...rest } = event
  return rest
}

async function conclude(deps: Deps, run: Run, state: MachineState): Promise<RotationResult> {
  const { outcome, code } = endingOf(state)
  const at = deps.clock.now().toISOString()
  const isSettled = outcomes[outcome].settled
  const row = deps.ledger.rotation(run.id)
  const newKey =
    row?.newFingerprint && isNewKeyKnown(outcome) ? { tail: row.newTail, fingerprint: row.newFingerprint } : null
  // a look that found the same is no event, since an open rotation is looked at again and again; each key a person brings is
  const isNews = outcome === 'waiting' || row?.outcome !== outcome || row.code !== code || row.oldKey !== state.old
  const entries = run.journal.splice(0)
  await deps.ledger.commit(() => {
    deps.ledger.advanceRotation(
      run.id,
      {
        state: outcome === 'waiting' ? 'waiting' : 'ended',
        ...(outcome === 'waiting' ? { reached: 'waiting' } : {}),
        outcome,
        settled: isSettled,
        code,
        retryAt: run.retryAt,
        oldKey: state.old,
      },
      entries,
      at,
    )
    const detail = {
      code,
      oldKey: state.old,
      ...(newKey ? { newKey } : {}),
      ...(run.sealMs === null ? {} : { sealMs: run.sealMs }),
    }
    if (isNews) deps.ledger.appendHistory({ at, name: run.credential.name, event: outcome, rotationId: run.id, detail })
    // a rescue that changed nothing leaves what it came to rescue as open as it was
    if (row?.rescues && isSettled && outcome !== 'rotated') {
      deps.ledger.advanceRotation(row.rescues, { settled: false }, [], at)
    }
  })
  return toResult(
    {
      name: run.credential.name,
      vendor: run.vendor.id,
      vendorName: run.vendor.name,
      rotationId: run.id,
      outcome,
      code,
      oldKey: state.old,
      newKey,
      durationMs: deps.clock.ticks() - run.startedTicks,
      retryAfterSeconds: retryAfter(run, deps.clock.now()),
      ...(outcome === 'refused' && code !== null ? operatorRefused(run, code) : {}),
      ...(outcome === 'lost' && code !== null ? wayBackIn(run, code) : {}),
      fields: {
        host: hostOf(run.context.baseUrl),
        limit: run.vendor.pace[0]?.text ?? 'only so often',
        ...(run.operator ? { operator: run.operator.name } : {}),
        ...(run.storeTrouble?.code === code ? run.storeTrouble?.fields : {}),
      },
    },
    deps.clock.now(),
  )
}

/** Where an operator asked, it is the operator's key that was refused, and the operator's key that a person must look after. */
function operatorRefused({ operator, vendor, credential }: Run, code: FailureCode): Pick<Ending, 'message' | 'hint'> {
  if (operator === null) return {}
  if (code === 'forbidden') {
    const message = `${vendor.name} does not let ${operator.name} rotate ${credential.name}`
    return { message, hint: `check the rights of ${operator.name}` }
  }
  if (code !== 'key-invalid' && code !== 'key-expired' && code !== 'key-revoked') return {}
  const message = `${vendor.name} does not take the key of ${operator.name}, which rotates ${credential.name}`
  return { message, hint: `put a working one in with rekey set ${operator.name}` }
}

/** A key that is gone comes from its operator or from its vendor; where a reply is kept, that is looked at first. */
function wayBackIn({ operator, vendor, credential: { name } }: Run, code: FailureCode): Pick<Ending, 'hint'> {
  if (code === 'new-key-rejected' || code === 'odd-reply') return {}
  const elsewhere = `rekey set ${name} takes a key from elsewhere`
  if (operator) return { hint: `rekey rotate ${name} --unproven has ${operator.name} give it a new key; ${elsewhere}` }
  return { hint: `${elsewhere}; rekey recover ${name} --settle neither closes it without one. ${vendor.recovery}` }
}

/**
 * The ledger took no entry after the request had left: nothing is concluded, however far this run had come. What the
 * vendor said is in the escrow, and the journal's last entry is where recovery goes on.
 */
function unrecorded(deps: Deps, run: Run, state: MachineState, failure: Failure): RotationResult {
  const { name } = run.credential
  return toResult(
    {
      name,
      vendor: run.vendor.id,
      vendorName: run.vendor.name,
      rotationId: run.id,
      outcome: 'unknown',
      code: failure.code,
      // an answer from before the request says nothing any more
      oldKey: state.old === 'dead' ? 'dead' : 'unknown',
      newKey: null,
      durationMs: deps.clock.ticks() - run.startedTicks,
      message: `what came is sealed, but what it came to cannot be recorded: ${explain(failure).message}`,
      hint: `set that right, then rekey recover ${name}`,
      fields: failure.fields,
    },
    deps.clock.now(),
  )
}

function endingOf(state: MachineState): { outcome: Outcome; code: FailureCode | null } {
  if (state.awaiting.do === 'end') return { outcome: state.awaiting.outcome, code: state.awaiting.code }
  if (state.awaiting.do === 'reject-paste') return { outcome: 'waiting', code: state.awaiting.code }
  throw new Error('the rotation machine has not ended')
}

const isNewKeyKnown = (outcome: Outcome): boolean =>
  outcome === 'rotated' || outcome === 'rotated-unverified' || outcome === 'old-key-alive' || outcome === 'held'

const retryAfter = (run: Run, now: Date): number | null =>
  run.retryAt === null ? null : Math.max(0, Math.round((Date.parse(run.retryAt) - now.getTime()) / 1000))

export const hostOf = (baseUrl: string): string => /^[a-z]+:\/\/([^/]+)/i.exec(baseUrl)?.[1] ?? baseUrl
