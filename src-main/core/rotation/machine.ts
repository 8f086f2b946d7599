/**
 * The rotation machine: state + event → state + the one effect to perform next. Pure and total: an event that is not
 * awaited gives null and changes nothing. Order for every strategy: sealed, verified, promoted. The rules it owns:
 * a key seen to work is never overwritten by one that is not proven; "not rotated" needs the old key seen working twice,
 * the second time past the settle time; "lost" needs the old key seen dead and nothing left to try.
 */
import type { FailureCode } from '../../../src-contract/failures.ts'
import { aftermath, end, probeOld, to } from './machine-moves.ts'
import type { Facts, MachineEvent, MachineState, Reading } from './machine-types.ts'
import type { DurableState } from './record.ts'
import { onOldProbed } from './machine-old-key.ts'
import { beginSalvage, onMadeUp, onSalvageAnswer } from './machine-salvage.ts'

export type Start = { readonly at: Exclude<DurableState, 'waiting' | 'ended'>; readonly isProven: boolean }

/** Begins, or resumes where the journal says that the rotation stands. */
export function begin(facts: Facts, start: Start): MachineState {
  return {
    facts,
    at: start.at,
    awaiting: start.at === 'sent' ? { do: 'await-reply' } : { do: 'read-reply' },
    candidate: 0,
    isProven: start.isProven,
    isClean: false,
    oldProbe: null,
    oldWorked: 0,
    old: facts.oldAtStart,
    code: null,
    salvage: null,
    hasUntried: false,
    hasReread: false,
    hasRereadSinceDeath: false,
  }
}

export const isFinished = (state: MachineState): boolean =>
  state.awaiting.do === 'end' || state.awaiting.do === 'reject-paste'

/** The next state, or null if this event is not the one awaited. */
export function advance(state: MachineState, event: MachineEvent): MachineState | null {
  switch (state.awaiting.do) {
    case 'await-reply':
      if (event.type === 'not-sent') return end(state, 'not-sent', event.code)
      // the request is still in the air elsewhere: nothing is concluded, recovery looks again
      // and what was seen of the old key before it left says nothing any more
      if (event.type === 'courier-busy') return end({ ...state, old: 'unknown' }, 'unknown', 'courier-busy')
      return event.type === 'reply-sealed' ? to(state, { do: 'read-reply' }, { at: 'sealed', old: 'unknown' }) : null
    case 'read-reply':
      return event.type === 'reply-read' ? onRead(state, event.reading) : null
    case 'verify':
      if (event.type !== 'verified') return null
      return state.salvage ? onSalvageAnswer(state, event) : onVerified(state, event)
    case 'verify-made-up':
      return event.type === 'made-up-answered' ? onMadeUp(state, event.answer) : null
    case 'reread':
      return event.type === 'reread' ? onReread(state, event.found) : null
    case 'probe-old':
      return event.type === 'old-probed' ? onOldProbed(state, event) : null
    case 'probe-operator':
      if (event.type !== 'operator-probed') return null
      // an operator that died with this call may be the one whose key was replaced
      return event.answer === 'works' ? probeOld(state, 'rejected') : end(state, 'unknown', 'operator-key-dead')
    case 'pause':
      return event.type === 'paused' ? afterPause(state) : null
    case 'store':
      return event.type === 'stored' ? onStored(state, event) : null
    case 'restore-old':
      if (event.type !== 'restored') return null
      if (event.result === 'written') return end(state, 'not-rotated', 'new-key-rejected')
      if (event.result === 'changed') return end(state, 'superseded', 'keychain-changed-meanwhile')
      return end(state, 'unknown', event.code)
    case 'end':
    case 'reject-paste':
      return null
  }
}

function onRead(state: MachineState, reading: Reading): MachineState {
  if (reading.kind === 'unreadable') return end(state, 'unknown', 'escrow-unreadable')
  if (state.at === 'promoted') return state.isProven ? probeOld(state, 'retire') : verify(state)
  if (state.at === 'verified') return to(state, { do: 'store', candidate: state.candidate }, { isProven: true })
  switch (reading.kind) {
    case 'success':
      return verify({ ...state, isClean: true })
    case 'same-key':
      if (state.facts.strategy === 'guided')
        return to(state, { do: 'reject-paste', code: 'same-key' }, { at: 'waiting' })
      return aftermath(state, 'same-key')
    case 'refused':
      return onRefused(state, reading)
    case 'unclear':
      return beginSalvage(state, reading)
  }
}

function onRefused(state: MachineState, reading: { readonly code: FailureCode; readonly auth: boolean }): MachineState {
  if (!reading.auth && state.facts.oldAtStart === 'works')
    return end({ ...state, old: 'works' }, 'refused', reading.code)
  if (!state.facts.canProbe) return end(state, reading.auth ? 'unknown' : 'refused', reading.code)
  return probeOld(state, 'refusal', { code: reading.code })
}

/** Asks for the candidate's proof; where the vendor has none, a clean reply is all there can be. */
function verify(state: MachineState): MachineState {
  if (state.facts.canProbe) return to(state, { do: 'verify', candidate: state.candidate })
  return state.at === 'promoted'
    ? end(state, 'rotated-unverified', 'verify-no-answer')
    : to(state, { do: 'store', candidate: state.candidate })
}

function onVerified(state: MachineState, event: MachineEvent & { readonly type: 'verified' }): MachineState {
  if (event.answer === 'works') {
    if (state.at === 'promoted') return probeOld(state, 'retire', { isProven: true })
    return to(state, { do: 'store', candidate: state.candidate }, { at: 'verified', isProven: true })
  }
  if (!event.isPastSettle) return to(state, { do: 'pause' }, { oldProbe: null })
  if (event.answer === 'unknown') return probeOld(state, 'unproven')
  if (state.facts.strategy === 'guided' && state.at === 'sealed') {
    return to(state, { do: 'reject-paste', code: 'paste-rejected' }, { at: 'waiting' })
  }
  return state.facts.hasOperator ? to(state, { do: 'probe-operator' }) : probeOld(state, 'rejected')
}

function onReread(state: MachineState, found: 'key' | 'nothing' | 'no-answer'): MachineState {
  const next = { ...state, hasReread: true }
  if (found === 'key') return verify({ ...next, isClean: true, salvage: null })
  const patched = found === 'no-answer' ? { ...next, hasUntried: true } : next
  return aftermath(patched, state.code ?? 'no-reply')
}

function afterPause(state: MachineState): MachineState {
  if (state.oldProbe) return to(state, { do: 'probe-old' })
  return to(state, { do: 'verify', candidate: state.candidate })
}

function onStored(state: MachineState, event: MachineEvent & { readonly type: 'stored' }): MachineState {
  switch (event.result) {
    case 'written':
      return state.isProven
        ? probeOld(state, 'retire', { at: 'promoted' })
        : end({ ...state, at: 'promoted' }, 'rotated-unverified', 'verify-no-answer')
    case 'changed':
      return end(state, state.isProven ? 'held' : 'unknown', 'keychain-changed-meanwhile')
    case 'refused':
    case 'unknown':
      return end(state, state.isProven ? 'held' : 'unknown', event.code)
  }
}
