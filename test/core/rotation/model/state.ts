import type { FailureCode } from '../../../../src-contract/failures.ts'
import type { KeySight, Outcome } from '../../../../src-contract/outcomes.ts'
import type { Facts, MachineEvent, MachineState } from '../../../../src-main/core/rotation/machine-types.ts'

/**
 * One rotation as a small world: the real machine, and around it a vendor, a courier with its escrow, a keychain, the journal
 * and the process, each no larger than what the machine can tell apart. Everything is a value: two worlds that read alike are one.
 */
export type Key = 'old' | 'new' | 'junk'

/** What lies sealed in the escrow. */
export type Sealed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'success'; readonly key: Key }
  | { readonly kind: 'unclear'; readonly code: 'torn-reply' | 'odd-reply'; readonly keys: readonly Key[] }
  | { readonly kind: 'refused'; readonly auth: boolean }

export type Vendor = {
  /** Minting requests that arrived. */
  readonly asked: number
  /** `pending`: it will act yet, whether or not anybody waits. */
  readonly act: 'none' | 'pending' | 'done'
  /** `lingers`: dead, but not everywhere yet. `stays`: alive beside the new one, against the vendor's word. */
  readonly old: 'works' | 'lingers' | 'stays' | 'dead'
  /** `settling`: not known everywhere yet. `rejected`: given out and never taken. */
  readonly fresh: 'none' | 'works' | 'settling' | 'rejected'
}

export type Row = {
  readonly reached: 'waiting' | 'sent' | 'sealed' | 'verified' | 'promoted'
  readonly outcome: Outcome | null
  readonly code: FailureCode | null
  readonly settled: boolean
  /** The key whose fingerprint the row holds. */
  readonly chosen: Key | null
  /** The journal holds a yes of the vendor. */
  readonly hasProof: boolean
}

/** A process that drives the rotation under its lease. There is one at most: the kernel sees to that. */
export type Process = {
  /** It made the order itself; a recovery sends nothing. */
  readonly isFresh: boolean
  readonly machine: MachineState
  /** What the effect came to, known in memory alone. */
  readonly event: MachineEvent | null
  readonly candidates: readonly Key[]
  readonly chosen: Key | null
  /** Since the connection ended, or was found to have, the settle time has gone by. */
  readonly isPastSettle: boolean
  /** A yes of the vendor that waits for the next commit. */
  readonly heldProof: boolean
}

/** What the product does; each is taken away once, to see that the model would tell. */
export type Rules = {
  /** A recovery compares the keychain's item with the journal before it goes on. */
  readonly looksAtItem: boolean
  /** A key that was read again is sealed before it is stored. */
  readonly sealsReread: boolean
  /** A recovery never sends what may have been sent. */
  readonly sendsOnce: boolean
  /** "Not rotated" waits for the settle time. */
  readonly waitsForSettle: boolean
}
export const asBuilt: Rules = { looksAtItem: true, sealsReread: true, sendsOnce: true, waitsForSettle: true }

export type World = {
  readonly facts: Facts
  readonly rules: Rules
  readonly vendor: Vendor
  /** `armed`: holds its lock, unsent. `flying`: told to go. `arriving`: the vendor has spoken. */
  readonly courier: 'armed' | 'flying' | 'arriving' | 'over'
  /** What is on the wire. */
  readonly wire: Sealed
  readonly sealed: Sealed
  readonly saysNotSent: boolean
  /** Guided: what a person pasted last. */
  readonly pasted: Key | null
  readonly row: Row | null
  readonly item: Key | 'foreign'
  /** A write that nobody vouched for, and that may land yet. */
  readonly lateWrite: Key | null
  /** The key that the ledger calls the credential's own. */
  readonly credential: Key
  readonly process: Process | null
}

/** What a process said when it ended. */
export type Told = {
  readonly outcome: Outcome
  readonly code: FailureCode | null
  readonly settled: boolean
  readonly old: KeySight
}

export type Step = {
  readonly label: string
  /** Something failed, died or lied by silence here; without it the step is the world going its way. */
  readonly isTrouble: boolean
  readonly next: World
  readonly told?: Told
}

export const nothing: Sealed = { kind: 'nothing' }

export const keyIn = (sealed: Sealed, key: Key): boolean =>
  (sealed.kind === 'success' && sealed.key === key) || (sealed.kind === 'unclear' && sealed.keys.includes(key))
