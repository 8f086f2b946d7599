/**
 * What crosses the channel between Rekey and its keychain child. Secrets travel in these messages only: the channel is a
 * private socket pair (or Electron's message port), never argv, never the environment, never a file.
 */

export type ChildRequest = { readonly id: number; readonly service: string; readonly account: string } & (
  | { readonly op: 'get' }
  /** Then reads it back: the value is what it read, or true where that failed. */
  | { readonly op: 'set'; readonly value: string }
  | { readonly op: 'delete' }
  /** Reads it and these, up to the first that shows nothing. */
  | { readonly op: 'get-all'; readonly behind: readonly Named[] }
)

export type Named = { readonly service: string; readonly account: string }
export type ReplyValue = string | boolean | null | readonly string[]

/** `module`: the native module did not load; `call`: the keychain gave that error. */
export type ChildReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'value'; readonly id: number; readonly value: ReplyValue }
  | { readonly kind: 'error'; readonly id: number; readonly from: 'module' | 'call'; readonly text: string }

type Shape = { readonly kind?: unknown; readonly id?: unknown; readonly value?: unknown; readonly text?: unknown }

/** The reply in a message, or null for anything that is not one. */
export function readReply(message: unknown): ChildReply | null {
  if (typeof message !== 'object' || message === null) return null
  const { kind, id, value, text } = message as Shape
  if (kind === 'ready') return { kind }
  if (typeof id !== 'number') return null
  if (kind === 'value' && isReplyValue(value)) return { kind, id, value }
  if (kind !== 'error' || typeof text !== 'string') return null
  return { kind, id, from: (message as { from?: unknown }).from === 'module' ? 'module' : 'call', text }
}

const isReplyValue = (value: unknown): value is ReplyValue =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (Array.isArray(value) && value.every((each) => typeof each === 'string'))
