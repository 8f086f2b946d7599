import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import { Secret } from '../core/secret.ts'

/** A key that a person or an item gave: printable ASCII without blanks, 16 KiB at most. Never quoted in the failure. */
export function checkSecret(text: string): Result<Secret> {
  if (text === '') return err(fail('empty-secret'))
  const why = text.includes('\0')
    ? 'it has a NUL in it'
    : /\s/.test(text)
      ? 'it has white space in it'
      : /[^!-~]/.test(text)
        ? 'it has characters outside printable ASCII'
        : text.length > 16_384
          ? 'it is longer than 16,384 characters'
          : null
  return why === null ? ok(Secret.of(text)) : err(fail('bad-secret', { why }))
}
