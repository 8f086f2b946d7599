/** Performs one effect and tells the machine what came of it. Nothing here decides what an answer means. */
import { assertNever } from '../../../src-contract/result.ts'
import { userItem, type StoreResult } from '../credentials/custody.ts'
import { Secret } from '../secret.ts'
import { awaitReply } from './await-reply.ts'
import type { Effect, MachineEvent, MachineState } from './machine-types.ts'
import { knownBefore, readReply } from './read-reply.ts'
import { askVendor, type Deps, type Run } from './run.ts'

export type Performable = Exclude<Effect, { readonly do: 'end' | 'reject-paste' }>

export async function perform(deps: Deps, run: Run, state: MachineState, effect: Performable): Promise<MachineEvent> {
  const isPastSettle = (): boolean => deps.clock.ticks() - run.endedTicks >= run.vendor.settleMs
  const step = (name: Parameters<Deps['onStep']>[2]): void => deps.onStep(run.credential.name, run.id, name)
  switch (effect.do) {
    case 'await-reply':
      return awaitReply(deps, run)
    case 'read-reply':
      return { type: 'reply-read', reading: await readReply(deps, run, state) }
    case 'verify': {
      step('verifying')
      probeEarly(deps, run, state)
      // what counts is when it was asked: a slow answer speaks of the moment before
      const isLate = isPastSettle()
      const answer = await ask(deps, run, run.candidates[effect.candidate] ?? null)
      return { type: 'verified', answer, isPastSettle: isLate }
    }
    case 'verify-made-up':
      return { type: 'made-up-answered', answer: await ask(deps, run, Secret.of(run.vendor.madeUpKey(deps.crypto))) }
    case 'reread':
      return { type: 'reread', found: await reread(deps, run) }
    case 'probe-old': {
      step('probing')
      const isLate = isPastSettle()
      const answer = (await earlyDeath(run, state)) ?? (await ask(deps, run, run.old))
      return { type: 'old-probed', answer, isPastSettle: isLate }
    }
    case 'probe-operator':
      return { type: 'operator-probed', answer: await askOperator(deps, run) }
    case 'pause': {
      step('settling')
      const elapsed = deps.clock.ticks() - run.endedTicks
      const left = run.vendor.settleMs - elapsed
      await deps.clock.sleep(left > 0 ? Math.min(left, Math.max(50, elapsed / 2)) : 100)
      return { type: 'paused' }
    }
    case 'store': {
      const value = run.candidates[effect.candidate]
      if (!value) return { type: 'stored', result: 'refused', code: 'escrow-unreadable' }
      run.chosen = value
      // where the old key's death is known already, nothing more is asked of the vendor
      void run.earlyProbe?.then((answer) => (answer === 'dead' ? run.onVendorDone() : undefined))
      return { type: 'stored', ...told(run, await write(run, value, [run.oldFingerprint])) }
    }
    case 'restore-old': {
      if (!run.old || !run.chosen) return { type: 'restored', result: 'refused', code: 'escrow-unreadable' }
      return { type: 'restored', ...told(run, await write(run, run.old, [run.custody.fingerprint(run.chosen)])) }
    }
    default:
      return assertNever(effect)
  }
}

/** Asks for the old key while the new one is verified, where asking changes nothing: one round trip less for the person. */
function probeEarly(deps: Deps, run: Run, state: MachineState): void {
  if (run.earlyProbe || !run.old || !state.isClean || !state.facts.isProbeFree) return
  run.earlyProbe = ask(deps, run, run.old).catch(() => 'unknown')
}

/** A key seen dead after the reply stays dead. Any other early answer is asked for again. */
async function earlyDeath(run: Run, state: MachineState): Promise<'dead' | null> {
  const early = run.earlyProbe
  run.earlyProbe = null
  return early && state.oldProbe === 'retire' && (await early) === 'dead' ? 'dead' : null
}

const write = (run: Run, value: Secret, expected: readonly string[]): Promise<StoreResult> =>
  run.custody.compareAndSet(userItem(run.itemName), expected, value)

function told(run: Run, stored: StoreResult): Pick<MachineEvent & { readonly type: 'stored' }, 'result' | 'code'> {
  if (!('failure' in stored)) return { result: stored.kind, code: null }
  run.storeTrouble = stored.failure
  return { result: stored.kind, code: stored.failure.code }
}

/** A key that belongs to somebody else does not work as the one that was meant. */
async function ask(deps: Deps, run: Run, key: Secret | null): Promise<'works' | 'dead' | 'unknown'> {
  if (!key) return 'unknown'
  const told = await askVendor(deps, run, key)
  const isOurs = told.subject === null || run.credential.subject === null || told.subject === run.credential.subject
  return told.answer === 'works' && !isOurs ? 'dead' : told.answer
}

async function askOperator(deps: Deps, run: Run): Promise<'works' | 'dead' | 'unknown'> {
  if (!run.operator) return 'unknown'
  const key = await run.custody.readKnown(userItem(run.operator.name))
  if (!key.ok) return 'unknown'
  const context = { baseUrl: run.context.baseUrl, inputs: run.operator.inputs, operatorInputs: null }
  return (await askVendor(deps, { ...run, context }, key.value)).answer
}

async function reread(deps: Deps, run: Run): Promise<'key' | 'nothing' | 'no-answer'> {
  if (!run.rereadSecrets) return 'nothing'
  const plain = Object.fromEntries(
    Object.entries(run.rereadSecrets).map(([name, secret]) => [name, secret.use((value) => value)]),
  )
  const request = run.vendor.reread(run.context, plain)
  if (!request) return 'nothing'
  const answered = await deps.http.exchange(request, { tls: run.tls, timeoutMs: deps.probeTimeoutMs })
  if (!answered.ok) return 'no-answer'
  const text = run.vendor.readReread(answered.value)
  if (text === null) return answered.value.status >= 500 ? 'no-answer' : 'nothing'
  const secret = Secret.of(text)
  if (knownBefore(deps, run).has(run.custody.fingerprint(secret))) return 'nothing'
  // sealed like a reply before anything builds on it: whoever goes on from here finds it again
  const id = { rotationId: run.id, credentialId: run.credential.id }
  if (!deps.escrow.appendPasted(id, run.custody.escrowKey, secret).ok) return 'no-answer'
  run.candidates = [secret]
  return 'key'
}
