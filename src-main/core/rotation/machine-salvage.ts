/**
 * Salvage: a torn or odd reply may still hold the key. At most three strings are tried, only with a call that changes
 * nothing, and a yes counts only if the same call says no to a made-up key. Exactly one yes, or a person decides.
 */
import type { KeySight } from '../../../src-contract/outcomes.ts'
import type { MachineEvent, MachineState, Reading } from './machine-types.ts'
import { aftermath, end, to } from './machine-moves.ts'

export function beginSalvage(state: MachineState, reading: Reading & { readonly kind: 'unclear' }): MachineState {
  const next = { ...state, code: reading.code }
  if (reading.candidates === 0) return aftermath(next, reading.code)
  if (!state.facts.canProbe || !state.facts.isProbeFree) return aftermath({ ...next, hasUntried: true }, reading.code)
  return to(next, { do: 'verify-made-up' }, { salvage: { total: reading.candidates, accepted: [] } })
}

export function onMadeUp(state: MachineState, answer: KeySight): MachineState {
  if (answer === 'dead') return to(state, { do: 'verify', candidate: 0 }, { candidate: 0 })
  // a call that takes anything, or answers nothing, proves nothing
  return aftermath({ ...state, hasUntried: true }, state.code ?? 'odd-reply')
}

export function onSalvageAnswer(
  state: MachineState,
  event: MachineEvent & { readonly type: 'verified' },
): MachineState {
  const salvage = state.salvage
  if (!salvage) return state
  const accepted = event.answer === 'works' ? [...salvage.accepted, state.candidate] : salvage.accepted
  const next: MachineState = {
    ...state,
    salvage: { ...salvage, accepted },
    hasUntried: state.hasUntried || event.answer === 'unknown',
  }
  const following = state.candidate + 1
  if (following < salvage.total) return to(next, { do: 'verify', candidate: following }, { candidate: following })
  return conclude(next, event.isPastSettle)
}

function conclude(state: MachineState, isPastSettle: boolean): MachineState {
  const salvage = state.salvage
  if (!salvage) return state
  const [first, second] = salvage.accepted
  if (first !== undefined && second === undefined) {
    const found = { at: 'verified', candidate: first, isProven: true, salvage: null } as const
    return to(state, { do: 'store', candidate: first }, found)
  }
  if (second !== undefined) return end(state, 'unknown', 'odd-reply')
  // a new key may need the settle time before its vendor knows it
  if (!isPastSettle) return to(state, { do: 'pause' }, { candidate: 0, hasUntried: false, oldProbe: null })
  return aftermath(state, state.code ?? 'odd-reply')
}
