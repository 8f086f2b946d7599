import type { FailureCode } from '../../../src-contract/failures.ts'
import type { KeySight, Outcome } from '../../../src-contract/outcomes.ts'
import type { DurableState } from './record.ts'

/** What holds for the whole run of one rotation. */
export type Facts = {
  readonly strategy: 'in-place' | 'guided'
  /** The vendor has a call that tells a working key. */
  readonly canProbe: boolean
  /** That call changes nothing at the vendor, so that guesses may be tried with it. */
  readonly isProbeFree: boolean
  /** There is a recipe, with all it needs, to read the current key again. */
  readonly canReread: boolean
  readonly hasOperator: boolean
  /** What the baseline of this very run saw of the old key. */
  readonly oldAtStart: KeySight
}

/** What was read from the sealed bytes, the old key and every earlier one already taken out of the candidates. */
export type Reading =
  | { readonly kind: 'success' }
  | { readonly kind: 'same-key' }
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly auth: boolean }
  | { readonly kind: 'unclear'; readonly code: 'no-reply' | 'torn-reply' | 'odd-reply'; readonly candidates: number }
  | { readonly kind: 'unreadable' }

/** The one thing the engine does next. `end` and `reject-paste` finish the run. */
export type Effect =
  | { readonly do: 'await-reply' }
  | { readonly do: 'read-reply' }
  | { readonly do: 'verify'; readonly candidate: number }
  | { readonly do: 'verify-made-up' }
  | { readonly do: 'reread' }
  | { readonly do: 'probe-old' }
  | { readonly do: 'probe-operator' }
  /** Waits a little, never past the settle time. */
  | { readonly do: 'pause' }
  | { readonly do: 'store'; readonly candidate: number }
  | { readonly do: 'restore-old' }
  | { readonly do: 'end'; readonly outcome: Outcome; readonly code: FailureCode | null }
  | { readonly do: 'reject-paste'; readonly code: FailureCode }

/** `isPastSettle`: at least the vendor's settle time has gone by since the connection ended. */
export type MachineEvent =
  | { readonly type: 'not-sent'; readonly code: FailureCode }
  | { readonly type: 'courier-busy' }
  | { readonly type: 'reply-sealed' }
  | { readonly type: 'reply-read'; readonly reading: Reading }
  | { readonly type: 'verified'; readonly answer: KeySight; readonly isPastSettle: boolean }
  | { readonly type: 'made-up-answered'; readonly answer: KeySight }
  | { readonly type: 'reread'; readonly found: 'key' | 'nothing' | 'no-answer' }
  | { readonly type: 'old-probed'; readonly answer: KeySight; readonly isPastSettle: boolean }
  | { readonly type: 'operator-probed'; readonly answer: KeySight }
  | { readonly type: 'paused' }
  | {
      readonly type: 'stored'
      readonly result: 'written' | 'changed' | 'refused' | 'unknown'
      readonly code: FailureCode | null
    }
  | {
      readonly type: 'restored'
      readonly result: 'written' | 'changed' | 'refused' | 'unknown'
      readonly code: FailureCode | null
    }

/** Why the old key is being probed: what each answer will mean. */
export type OldProbe =
  /** The vendor refused the request. */
  | 'refusal'
  /** No new key is known: was anything rotated at all? */
  | 'aftermath'
  /** The new key was refused by its own vendor. */
  | 'rejected'
  /** The new key is clean but unproven: may it be written over the old one? */
  | 'unproven'
  /** The new key is in place: is the old one dead, as it should be? */
  | 'retire'

export type MachineState = {
  readonly facts: Facts
  readonly at: DurableState
  readonly awaiting: Effect
  /** The candidate in hand. */
  readonly candidate: number
  /** Verify said yes to the candidate. */
  readonly isProven: boolean
  /** The candidate came from the declared place of a whole reply, a re-read or a person. */
  readonly isClean: boolean
  readonly oldProbe: OldProbe | null
  /** How often the old key was seen to work since the connection ended. */
  readonly oldWorked: number
  readonly old: KeySight
  /** The code an ending will carry. */
  readonly code: FailureCode | null
  readonly salvage: Salvage | null
  /** A string that might be the new key could not be tried. */
  readonly hasUntried: boolean
  readonly hasReread: boolean
  /** The old key was seen dead, and the vendor was asked for the new one since. */
  readonly hasRereadSinceDeath: boolean
}

/** Trying what may be the key: `accepted` are the candidates the vendor took. */
export type Salvage = { readonly total: number; readonly accepted: readonly number[] }
