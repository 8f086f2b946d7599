/** What the old key's answer means. It depends on why it was asked (`oldProbe`), and "works" counts only with time. */
import type { MachineEvent, MachineState } from './machine-types.ts'
import { end, to } from './machine-moves.ts'

type OldProbed = MachineEvent & { readonly type: 'old-probed' }

export function onOldProbed(before: MachineState, event: OldProbed): MachineState {
  const state: MachineState = {
    ...before,
    old: event.answer,
    oldWorked: before.oldWorked + (event.answer === 'works' ? 1 : 0),
  }
  switch (before.oldProbe) {
    case 'refusal':
      if (event.answer === 'works') return end(state, 'refused', state.code)
      return event.answer === 'dead' ? end(state, 'lost', 'old-key-dead') : end(state, 'unknown', state.code)
    case 'aftermath':
      return onAftermath(state, event)
    case 'rejected':
      return onRejected(state, event)
    case 'unproven':
      return onUnproven(state, event)
    case 'retire':
      return onRetire(state, event)
    case null:
      return state
  }
}

/** True once the old key was seen to work twice, the second time when everything had settled. */
const isSurelyAlive = (state: MachineState, event: OldProbed): boolean => event.isPastSettle && state.oldWorked >= 2

function onAftermath(state: MachineState, event: OldProbed): MachineState {
  const code = state.code ?? 'no-reply'
  if (event.answer === 'unknown') return end(state, 'unknown', code)
  if (event.answer === 'works')
    return isSurelyAlive(state, event) ? end(state, 'not-rotated', code) : to(state, { do: 'pause' })
  // a slow vendor may have acted after it was asked for the key: it is asked once more before the key is called lost
  if (state.facts.canReread && !state.hasRereadSinceDeath)
    return to(state, { do: 'reread' }, { hasRereadSinceDeath: true })
  return end(state, state.hasUntried ? 'unknown' : 'lost', code)
}

function onRejected(state: MachineState, event: OldProbed): MachineState {
  // what could not be tried may still be the key
  if (event.answer === 'dead') return end(state, state.hasUntried ? 'unknown' : 'lost', 'new-key-rejected')
  if (event.answer === 'unknown') {
    return end(state, state.at === 'promoted' ? 'rotated-unverified' : 'unknown', 'new-key-rejected')
  }
  if (!isSurelyAlive(state, event)) return to(state, { do: 'pause' })
  // the unproven key took the old one's place in the keychain and turned out dead: put the old one back
  return state.at === 'promoted' ? to(state, { do: 'restore-old' }) : end(state, 'not-rotated', 'new-key-rejected')
}

function onUnproven(state: MachineState, event: OldProbed): MachineState {
  if (state.at === 'promoted') return end(state, 'rotated-unverified', 'verify-no-answer')
  if (event.answer === 'works') {
    if (state.facts.strategy === 'guided')
      return to(state, { do: 'reject-paste', code: 'verify-no-answer' }, { at: 'waiting' })
    return end(state, 'unknown', 'verify-no-answer')
  }
  return state.isClean
    ? to(state, { do: 'store', candidate: state.candidate })
    : end(state, 'unknown', 'verify-no-answer')
}

function onRetire(state: MachineState, event: OldProbed): MachineState {
  if (event.answer === 'dead') return end(state, 'rotated', null)
  if (!event.isPastSettle) return to(state, { do: 'pause' })
  return event.answer === 'works'
    ? end(state, 'old-key-alive', null)
    : end(state, 'rotated-unverified', 'old-key-no-answer')
}
