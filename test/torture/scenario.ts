import type { Fate } from './truth.ts'
import type { World } from './world.ts'

/** Something that is done to a world. Whatever it does, the invariants of truth.ts must hold after it. */
export type Scenario = {
  readonly name: string
  readonly about: string
  /** Needs a Secret Service of its own, to be stopped, killed and replaced. */
  readonly ownKeyring?: true
  /** Which keychains it can be played over; both unless told. */
  readonly stores?: readonly ('sealed' | 'os')[]
  readonly play: (world: World) => Promise<Played>
}

export type Played = {
  /** What to count in the table: how far it had come, what it came to. */
  readonly tallies: readonly string[]
  readonly fates: readonly Fate[]
}
