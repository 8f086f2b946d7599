/** The moves every part of the machine makes: on to the next effect, to an ending, to the old key. */
import type { FailureCode } from '../../../src-contract/failures.ts'
import type { Outcome } from '../../../src-contract/outcomes.ts'
import type { Effect, MachineState, OldProbe } from './machine-types.ts'

export const to = (state: MachineState, awaiting: Effect, patch: Partial<MachineState> = {}): MachineState => ({
  ...state,
  ...patch,
  awaiting,
})

export const end = (state: MachineState, outcome: Outcome, code: FailureCode | null): MachineState =>
  to(state, { do: 'end', outcome, code }, { at: 'ended' })

export const probeOld = (state: MachineState, why: OldProbe, patch: Partial<MachineState> = {}): MachineState =>
  to(state, { do: 'probe-old' }, { ...patch, oldProbe: why })

/** No new key is known. The vendor's own way to read it again comes first, then the old key. */
export function aftermath(state: MachineState, code: FailureCode): MachineState {
  const next = { ...state, code, salvage: null }
  if (state.facts.canReread && !state.hasReread) return to(next, { do: 'reread' })
  return state.facts.canProbe ? probeOld(next, 'aftermath') : end(next, 'unknown', code)
}
