import { fail, type Failure } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import { Secret } from '../core/secret.ts'
import type { Handler } from './context.ts'

const SHORTEST = 8

/** Why this cannot become the sealed store's passphrase; null if it can. */
export const passphraseProblem = (passphrase: string): Failure | null =>
  passphrase.length < SHORTEST
    ? fail('bad-input', {
        what: `the new passphrase is shorter than ${SHORTEST} characters`,
        fix: 'choose a longer one',
      })
    : null

/** Changes the sealed store's passphrase; the old one must open it. */
export const changePassphrase: Handler<'store.changePassphrase'> = async (context, input) => {
  const problem = passphraseProblem(input.to)
  if (problem) return err(problem)
  const changed = await context.ports.changePassphrase(Secret.of(input.from), Secret.of(input.to))
  return changed.ok ? ok({}) : changed
}
