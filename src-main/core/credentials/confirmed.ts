/** An imported file's word on where a key is sent, and by whom it is rotated, counts only once a person gave theirs. */
import { fail, type Failure } from '../../../src-contract/failures.ts'
import type { Credential } from './credential.ts'

/** Null: the key may be sent where the credential says. */
export function unconfirmed(credential: Credential, operator: Credential | null): Failure | null {
  const held = [credential, ...(operator === null ? [] : [operator])]
  const open = held.find((each) => each.unconfirmed.includes('address'))
  if (open) return fail('unconfirmed-address', { name: open.name, url: open.baseUrl ?? '' })
  return credential.unconfirmed.includes('operator') && operator !== null
    ? fail('unconfirmed-operator', { name: credential.name, operator: operator.name })
    : null
}
