/** One rotation's ending as the outside sees it. Says which key works as seen in this run, and what to do. */
import { explain, fail, failures, type FailureCode } from '../../../src-contract/failures.ts'
import { outcomes, type KeySight, type Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'

export type Ending = {
  readonly name: string
  readonly vendor: string
  readonly vendorName: string
  readonly rotationId: string | null
  readonly outcome: Outcome
  readonly code: FailureCode | null
  readonly oldKey: KeySight
  readonly newKey: { readonly tail: string | null; readonly fingerprint: string } | null
  readonly durationMs: number
  readonly retryAfterSeconds?: number | null
  /** Placeholders of the code's sentence beyond name and vendor. */
  readonly fields?: Readonly<Record<string, string>>
  /** Overrides what the outcome says of being settled. */
  readonly settled?: boolean
  readonly message?: string
  /** In place of the code's own hint. */
  readonly hint?: string
}

export function toResult(ending: Ending, now: Date): RotationResult {
  const row = outcomes[ending.outcome]
  const retry = ending.retryAfterSeconds ?? null
  const at = retry === null ? 'a later time' : clockTime(new Date(now.getTime() + retry * 1000), now)
  const fields = { name: ending.name, vendor: ending.vendorName, limit: 'only so often', at, ...ending.fields }
  const explained = ending.code === null ? null : explain(fail(ending.code, fields))
  return {
    v: 1,
    name: ending.name,
    vendor: ending.vendor,
    rotationId: ending.rotationId,
    outcome: ending.outcome,
    settled: ending.settled ?? row.settled,
    ...(ending.code === null ? {} : { code: ending.code }),
    ...(retry === null ? {} : { retryAfterSeconds: retry }),
    oldKey: ending.oldKey,
    newKey: ending.newKey,
    message: ending.message ?? sentence(ending, row.says, explained?.message ?? null, explained?.hint ?? null),
    ...(explained === null ? {} : { hint: ending.hint ?? hintForHeld(ending) ?? explained.hint }),
    durationMs: Math.max(0, Math.round(ending.durationMs)),
  }
}

/** What is held is not done again: it is put in its place, as soon as the keychain takes it. */
function hintForHeld({ name, outcome, code }: Ending): string | null {
  const isKeychains = code !== null && failures[code].exit === 5 && code !== 'keychain-too-long'
  return outcome === 'held' && isKeychains ? `rekey recover ${name} puts it there, once the keychain takes it` : null
}

/** What is true first, then why. A limit says when; a plain refusal needs no frame. */
function sentence(ending: Ending, says: string, why: string | null, hint: string | null): string {
  if (ending.code === null || why === null) return says
  if (ending.code === 'rate-limited' || ending.code === 'pace') return `${why}; ${hint ?? ''}`
  const isPlain =
    failures[ending.code].happened === 'not-sent' || failures[ending.code].exit === 5 || ending.outcome === 'refused'
  return isPlain && outcomes[ending.outcome].settled ? why : `${says}: ${why}`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Local wall time; with the date where it is not today. */
function clockTime(at: Date, now: Date): string {
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`
  if (at.toDateString() === now.toDateString()) return time
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`
}
