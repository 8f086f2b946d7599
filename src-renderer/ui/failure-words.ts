/** What a failure means in the window: its sentence, and a next step in the window's own words, never the command line's. */
import { explain, failures, type Failure, type FailureCode } from '../../src-contract/failures.ts'

const steps: Partial<Record<FailureCode, string>> = {
  'name-taken': 'Choose another name.',
  'bad-name': 'Start with a letter or digit; then letters, digits and . _ / @ : + - are fine.',
  'unknown-vendor': 'Choose “no vendor” to keep a key without rotating it.',
  'known-secret': 'One key is one credential: use the one that has it.',
  'known-subject': 'One principal is one credential: use the one that is kept.',
  'item-exists': 'Take it over, or choose another name.',
  'untrusted-vendor-file': 'Read it, and trust it if it is right.',
  'changed-vendor-file': 'Read what has changed, and trust it again if it is right.',
  'bad-vendor-file': 'Mend the file, and review it again.',
  'needs-base-url': 'Give the address of your server.',
  'has-open-rotation': 'Settle it first, in Needs attention.',
  'needs-secret': 'Paste the key.',
  'bad-secret': 'A key is one line of printable characters without spaces.',
  'keychain-unavailable': 'Start your keychain, or let Rekey keep an encrypted store of its own.',
  'keychain-timeout': 'See whether it waits for you, or restart it.',
  'keychain-died': 'Try again.',
  'keychain-too-long': 'Keep it in Rekey’s own encrypted store.',
  'keychain-write-unknown': 'Rekey looks again when you retry.',
  'needs-passphrase': 'Unlock the store with its passphrase.',
  'other-machine': 'Go on here only if no other machine uses this data folder.',
  'old-key-dead-before': 'Get a working one from the vendor and put it in.',
  'superseded-before': 'Nothing was touched. Put in the key that is right.',
  'wrong-subject': 'Put the right key in, or change whose key this is.',
  'no-vendor-file': 'Rotate it at its vendor, then put the new key in.',
  'no-probe': 'Rotate without the proof only if you know that the key works.',
  'not-proven': 'Try again, or rotate without the proof.',
  'tls-unknown': 'Compare the fingerprint with what whoever runs the server says, then trust it.',
  'needs-person': 'Start the guided rotation.',
  'key-invalid': 'Put a working key in.',
  'key-expired': 'Put a working key in.',
  'key-revoked': 'Put a working key in.',
  'not-found': 'Check whose key this is.',
  'invalid-request': 'Check whose key this is.',
  'new-key-rejected': 'The reply is kept: look at it, or put a key in.',
  'old-key-dead': 'Make a key in the vendor’s dashboard and put it in.',
  'no-reply': 'Ask again.',
  'torn-reply': 'Ask again.',
  'odd-reply': 'The reply is kept: look at it, or put a key in.',
  'courier-busy': 'Ask again in a minute.',
  'verify-no-answer': 'Ask again.',
  'old-key-no-answer': 'Ask again.',
  'operator-key-dead': 'Settle the operator first; the reply is kept.',
  'keychain-changed-meanwhile': 'Say which key is right.',
  'not-here': 'Use what this window offers instead.',
  'bad-vault': 'Nothing was changed.',
  'unknown-format': 'Say what it is.',
  'vault-needs': 'Give it, and try again.',
  'unknown-preview': 'Read the file again.',
  'unconfirmed-address': 'If the address is right, confirm it in the key’s details.',
  'unconfirmed-operator': 'If the operator is right, confirm it in the key’s details.',
  'import-running': 'Wait for it, then try again.',
  busy: 'It is being rotated already.',
  internal: 'Copy the report and send it to whoever looks after Rekey.',
}

export type FailureWords = {
  readonly what: string
  readonly next: string
  /** Whether the vendor may have acted; null where no vendor was asked. */
  readonly vendor: string | null
}

const happened = {
  'not-sent': 'Nothing was sent to the vendor.',
  refused: 'The vendor said no; nothing changed there.',
  applied: 'The vendor has done it.',
  unknown: 'The vendor may have acted.',
} as const

/** A file's name is as it is, at the beginning of a sentence too. */
const sentence = (text: string, isName = false): string => {
  const first = isName ? text : text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?…]$/.test(first) ? first : `${first}.`
}

export function failureWords(failure: Failure): FailureWords {
  const { message, hint } = explain(failure)
  const known = steps[failure.code]
  const isCommand = /\brekey\b|--\w|REKEY_/.test(hint)
  const row: { readonly happened: keyof typeof happened | null } = failures[failure.code]
  return {
    what: sentence(message, failures[failure.code].sentence.startsWith('{file}')),
    next: known ?? (isCommand ? 'Try again.' : sentence(hint)),
    vendor: row.happened === null ? null : happened[row.happened],
  }
}

/** The window's next step for a code alone, such as a result's. */
export const nextFor = (code: FailureCode | undefined): string | null =>
  code === undefined ? null : (steps[code] ?? null)

/** A report to send to somebody: codes and times, no key and no name. */
export const failureReport = (failure: Failure): string =>
  [`Rekey ${failure.code}`, `at ${new Date().toISOString()}`, failure.fields['id'] ?? ''].filter(Boolean).join('\n')
