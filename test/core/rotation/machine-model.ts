import fc from 'fast-check'
import type { Facts, MachineEvent, MachineState, Reading } from '../../../src-main/core/rotation/machine-types.ts'
import { advance, isFinished, type Start } from '../../../src-main/core/rotation/machine.ts'

/** Arbitrary worlds for the machine: every fact, every answer, in every order that the effects allow. */
export const sight = fc.constantFrom('works', 'dead', 'unknown')

export const facts: fc.Arbitrary<Facts> = fc.record({
  strategy: fc.constantFrom('in-place', 'guided'),
  canProbe: fc.boolean(),
  isProbeFree: fc.boolean(),
  canReread: fc.boolean(),
  hasOperator: fc.boolean(),
  oldAtStart: sight,
})

export const reading: fc.Arbitrary<Reading> = fc.oneof(
  fc.constant({ kind: 'success' } as const),
  fc.constant({ kind: 'same-key' } as const),
  fc.constant({ kind: 'unreadable' } as const),
  fc.record({ kind: fc.constant('refused'), code: fc.constantFrom('rate-limited', 'key-invalid'), auth: fc.boolean() }),
  fc.record({
    kind: fc.constant('unclear'),
    code: fc.constantFrom('no-reply', 'torn-reply', 'odd-reply'),
    candidates: fc.integer({ min: 0, max: 3 }),
  }),
)

const stored = fc.constantFrom('written', 'changed', 'refused', 'unknown')

/** What the world may answer to each effect. */
export const answerTo: Record<string, fc.Arbitrary<MachineEvent>> = {
  'await-reply': fc.oneof(
    { weight: 6, arbitrary: fc.constant({ type: 'reply-sealed' } as const) },
    { weight: 1, arbitrary: fc.constant({ type: 'not-sent', code: 'dns' } as const) },
    { weight: 1, arbitrary: fc.constant({ type: 'courier-busy' } as const) },
  ),
  'read-reply': fc.record({ type: fc.constant('reply-read'), reading }),
  verify: fc.record({ type: fc.constant('verified'), answer: sight, isPastSettle: fc.boolean() }),
  'verify-made-up': fc.record({ type: fc.constant('made-up-answered'), answer: sight }),
  reread: fc.record({ type: fc.constant('reread'), found: fc.constantFrom('key', 'nothing', 'no-answer') }),
  'probe-old': fc.record({ type: fc.constant('old-probed'), answer: sight, isPastSettle: fc.boolean() }),
  'probe-operator': fc.record({ type: fc.constant('operator-probed'), answer: sight }),
  pause: fc.constant({ type: 'paused' } as const),
  store: fc.record({ type: fc.constant('stored'), result: stored, code: fc.constantFrom(null, 'keychain-locked') }),
  'restore-old': fc.record({ type: fc.constant('restored'), result: stored, code: fc.constant(null) }),
}

export const anyEvent: fc.Arbitrary<MachineEvent> = fc.oneof(...Object.values(answerTo))

export const start: fc.Arbitrary<Start> = fc.oneof(
  fc.constant({ at: 'sent', isProven: false } as const),
  fc.constant({ at: 'sealed', isProven: false } as const),
  fc.constant({ at: 'verified', isProven: true } as const),
  fc.record({ at: fc.constant('promoted'), isProven: fc.boolean() }),
)

export type Trace = { readonly states: readonly MachineState[]; readonly events: readonly MachineEvent[] }

/** Lets the world answer until the machine ends; time passes, so that after `patience` answers everything has settled. */
export function play(from: MachineState, choose: <T>(arbitrary: fc.Arbitrary<T>) => T, patience = 12): Trace {
  const states = [from]
  const events: MachineEvent[] = []
  let state = from
  while (!isFinished(state)) {
    if (states.length > 200) throw new Error('the machine does not end')
    const arbitrary = answerTo[state.awaiting.do]
    if (!arbitrary) throw new Error(`nothing answers ${state.awaiting.do}`)
    const drawn = choose(arbitrary)
    const event = 'isPastSettle' in drawn && states.length > patience ? { ...drawn, isPastSettle: true } : drawn
    const next = advance(state, event)
    if (!next) throw new Error(`${event.type} was refused while awaiting ${state.awaiting.do}`)
    events.push(event)
    states.push(next)
    state = next
  }
  return { states, events }
}
