import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Flags and arguments have been checked; resolves to the exit code. */
export type Run = (context: Context, command: Command) => Promise<number>

export type Definition = {
  /** Adds arguments and options. */
  readonly define: (command: Command) => unknown
  readonly examples: readonly string[]
  readonly run: Run
  /** A rotation's own commands are waited for however long they take, and say themselves what is open. */
  readonly isRotation?: boolean
  /** Shows what is open in its own way, or must stay silent. */
  readonly hidesOpenRotations?: boolean
  /** Code of its own failures, where 2 to 5 could be somebody else's. */
  readonly failsWith?: number
}

export type Group = {
  readonly subcommands: Readonly<Record<string, Definition & { readonly summary: string }>>
}

export type CommandEntry = {
  readonly name: string
  readonly summary: string
  readonly isHidden?: boolean
  readonly load: () => Promise<Definition | Group>
}
