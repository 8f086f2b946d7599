import type { Secret } from '../../core/secret.ts'

/**
 * What looks like a key does not reach a log, whoever wrote the line: known secrets by value, and any run of twenty or
 * more key characters unless it reads as words and small numbers (`keychain-locked-or-item-missing`, `prod/crawler-2`)
 * or is one of our ids. It may hide too much; a log is for us, a key is not.
 */
const mask = '[redacted]'
const keyRun = /[A-Za-z0-9+/=_.~-]{20,}/g
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const plainPart = /^(?:[a-z]{0,19}|[A-Z]{0,19}|[A-Z][a-z]{0,18}|\d{1,4})$/

const readsAsWords = (run: string): boolean => run.split(/[+/=_.~-]/).every((part) => plainPart.test(part))

export type Redactor = { add(secret: Secret): void; apply(text: string): string }

export function redactor(): Redactor {
  const known = new Set<Secret>()
  return {
    add(secret) {
      if (secret.length > 0 && ![...known].some((other) => other.equals(secret))) known.add(secret)
    },
    apply(text) {
      let clean = text
      for (const secret of known) clean = secret.use((value) => clean.replaceAll(value, mask))
      return clean.replace(keyRun, (run) => (ulid.test(run) || readsAsWords(run) ? run : mask))
    },
  }
}
