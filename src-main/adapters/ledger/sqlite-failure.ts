import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail } from '../../../src-contract/failures.ts'
import type { Failure } from '../../../src-contract/failures.ts'
import { LedgerError } from '../../core/ports.ts'

/**
 * Turns what SQLite throws into a named failure. Codes are https://sqlite.org/rescode.html (checked 2026-11-21); the low
 * byte is the primary code. Anything that is not SQLite's own is a bug and passes through untouched.
 */
const primary = {
  busy: 5,
  locked: 6,
  readonly: 8,
  ioError: 10,
  full: 13,
  cantOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const

const codeOf = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null

/** A uniqueness rule or a reference said no: the caller knows which failure that is. */
export const isConstraint = (error: unknown): boolean => codeOf(error) === primary.constraint

export const isBusy = (error: unknown): boolean => codeOf(error) === primary.busy

export const isCannotOpen = (error: unknown): boolean => codeOf(error) === primary.cantOpen

export const unreadable = (file: string, why: string): Failure => fail('ledger-unreadable', { file, why })

function isFull(folder: string): boolean {
  try {
    return statfsSync(folder).bavail === 0
  } catch {
    return false
  }
}

function failureOf(code: number, message: string, file: string): Failure {
  const folder = dirname(file)
  switch (code) {
    case primary.busy:
    case primary.locked:
      return unreadable(file, 'another program has kept it locked too long')
    case primary.readonly:
      return fail('ledger-readonly', { why: 'it was opened for reading, or its file or disk is read-only', folder })
    case primary.full:
      return fail('disk-full', { folder })
    case primary.ioError:
      // what WAL keeps in shared memory is a file too: where it cannot grow, SQLite says no more than this
      return isFull(folder) ? fail('disk-full', { folder }) : unreadable(file, message)
    case primary.notADatabase:
      return unreadable(file, 'it is not a database')
    default:
      return unreadable(file, message)
  }
}

/** The LedgerError for what was thrown, or what was thrown if it is none of SQLite's. */
export function asLedgerError(error: unknown, file: string): unknown {
  const code = codeOf(error)
  if (code === null || !(error instanceof Error)) return error
  return new LedgerError(failureOf(code, error.message, file), { cause: error })
}
