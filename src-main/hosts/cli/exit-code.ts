import { failures } from '../../../src-contract/failures.ts'
import { outcomes } from '../../../src-contract/outcomes.ts'
import type { DoctorReport, RotationResult, VerifyResult } from '../../../src-contract/views.ts'

/**
 * What a script sees. 0 all well · 1 internal · 2 usage, before any effect · 3 refused and the like · 4 something needs
 * attention · 5 keychain or ledger unavailable. Several apply: 1, 5, 4, 3. A dry run that found everything in place is 0.
 */
const precedence = [1, 5, 4, 3, 2] as const

export const worst = (codes: readonly number[]): number => precedence.find((code) => codes.includes(code)) ?? 0

type Ending = Pick<RotationResult, 'outcome' | 'code'>

/** The outcome decides, except that nothing was done because of something worse than a refusal. */
export function exitOfResult({ outcome, code }: Ending): number {
  const exit = outcomes[outcome].exit
  if (exit !== 3 || code === undefined) return exit
  if (code === 'dry-run') return 0
  const because = failures[code].exit
  if (because === 1 || because === 5) return because
  return outcome === 'not-started' && because === 4 ? 4 : 3
}

export const exitOfResults = (results: readonly Ending[]): number => worst(results.map(exitOfResult))

/** `set`: 0 the key is in and nothing its vendor said, or failed to say, speaks against it; else as the outcome. */
export const exitOfSet = (result: Ending): number =>
  (result.outcome === 'rotated-unverified' || result.outcome === 'not-rotated') && result.code === undefined
    ? 0
    : exitOfResult(result)

/** `recover`: 0 nothing is open any more, 4 something still is. */
export const exitOfRecovery = (settled: readonly boolean[]): number => (settled.every(Boolean) ? 0 : 4)

export const exitOfVerify = (results: readonly Pick<VerifyResult, 'state'>[]): number =>
  worst(results.map(({ state }) => ({ works: 0, dead: 3, unknown: 4 })[state]))

/** 5 no keychain or ledger, 4 something is open or not in order, 0. */
export const exitOfDoctor = ({ checks, open }: Pick<DoctorReport, 'checks' | 'open'>): number =>
  worst([
    ...checks.map(({ id, ok }) => (ok ? 0 : /^(keychain|ledger|home|store|sealed)/.test(id) ? 5 : 4)),
    open.length > 0 ? 4 : 0,
  ])
