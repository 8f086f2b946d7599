/** Which field of the form a refusal belongs to, so that it is said there, and what to say at it. */
import type { Failure, FailureCode } from '../../../src-contract/failures.ts'
import { failureWords } from '../../ui/failure-words.ts'

export type FieldError = { readonly field: string; readonly text: string }

const fields: Partial<Record<FailureCode, string>> = {
  'bad-name': 'name',
  'name-taken': 'name',
  'needs-base-url': 'baseUrl',
  'bad-url': 'baseUrl',
  'bad-operator': 'operator',
  'empty-secret': 'key',
  'needs-secret': 'key',
  'bad-secret': 'key',
  'key-invalid': 'key',
  'key-expired': 'key',
  'key-revoked': 'key',
  'wrong-subject': 'key',
}

/** The field of an input of the vendor's own. */
export const inputField = (name: string): string => `input ${name}`

/** Null where it belongs to no one field: then it is said below all of them. */
export function fieldErrorOf(failure: Failure | null): FieldError | null {
  if (failure === null) return null
  const input = failure.fields['input']
  if (failure.code === 'missing-input')
    return input === 'operator'
      ? { field: 'operator', text: 'This vendor’s keys are rotated by another key: choose it.' }
      : { field: inputField(input ?? ''), text: 'The vendor needs this.' }
  if (failure.code === 'bad-input-value') {
    const why = failure.fields['why'] ?? 'it is wrong'
    return { field: inputField(input ?? ''), text: `${why.charAt(0).toUpperCase()}${why.slice(1)}.` }
  }
  const field = fields[failure.code]
  if (field === undefined) return null
  const { what, next } = failureWords(failure)
  return { field, text: what === next ? what : `${what} ${next}` }
}
