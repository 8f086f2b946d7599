import { explain, fail, type Failure, type FailureCode } from '../../../src-contract/failures.ts'

/** A failure as this host shows it: the table's words, or a better hint where the command line knows one. */
export type Complaint = {
  readonly code: FailureCode
  readonly message: string
  readonly hint: string
  readonly exit: number
}

export const complaintOf = (failure: Failure): Complaint => ({ code: failure.code, ...explain(failure) })

/** Wrong use, found before any effect. */
export const badInput = (what: string, fix: string): Failure => fail('bad-input', { what, fix })

export const needsYes = (what: string): Failure => fail('needs-yes', { what })

/** A command that takes files in or out sends nothing anywhere: who stops it is told so in words of its own. */
export const ofFiles = (failure: Failure): Failure =>
  failure.code === 'cancelled' ? fail('cancelled-file', failure.fields) : failure
