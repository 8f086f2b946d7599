import type { Failure } from './failures.ts'

/** What crosses a boundary: a value, or a failure that says what is true and what to do. */
export type Result<T, F = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
export const err = <F>(failure: F): { readonly ok: false; readonly failure: F } => ({ ok: false, failure })

/** Closes a switch: reaching it is a bug the compiler should have found. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
