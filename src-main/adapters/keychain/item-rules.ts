/**
 * What no store takes, checked before it is asked: C libraries cut names and values at a NUL (so `a\0b` would overwrite
 * item `a`), keytar refuses empty ones, and half a surrogate pair does not survive UTF-8.
 */
import { escapeText } from '../../../src-contract/escape.ts'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import type { Item } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'

export function itemProblem({ account }: Item): Failure | null {
  const isGood = account !== '' && !account.includes('\0') && account.isWellFormed()
  return isGood ? null : fail('bad-name', { name: escapeText(account) })
}

/** `maxBytes`: what one item of this store holds, in UTF-8. */
export function valueProblem(secret: Secret, maxBytes: number | null): Failure | null {
  return secret.use((value) => {
    if (value === '') return fail('empty-secret')
    if (value.includes('\0')) return fail('bad-secret', { why: 'it holds a NUL character' })
    if (!value.isWellFormed()) return fail('bad-secret', { why: 'it is not text' })
    const bytes = Buffer.byteLength(value, 'utf8')
    if (maxBytes === null || bytes <= maxBytes) return null
    return fail('keychain-too-long', { bytes: String(bytes), limit: String(maxBytes) })
  })
}
