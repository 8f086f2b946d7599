/**
 * Every way an operation can end without doing what was asked, in one closed table. A code carries the
 * person's sentence, what to do next, the exit code, and what may have happened at the vendor. That last field
 * alone decides retry, resume or ask. Sentences hold `{placeholders}`, filled from the failure's `fields`.
 */

/** What may have happened at the vendor; null where no vendor was involved. */
export type Happened = 'not-sent' | 'refused' | 'applied' | 'unknown'

type Row = {
  readonly sentence: string
  readonly hint: string
  readonly exit: 1 | 2 | 3 | 4 | 5
  readonly happened: Happened | null
}

const usage = (sentence: string, hint: string): Row => ({ sentence, hint, exit: 2, happened: null })
const store = (sentence: string, hint: string): Row => ({ sentence, hint, exit: 5, happened: null })
const stopped = (sentence: string, hint: string, happened: Happened | null = 'not-sent'): Row => ({
  sentence,
  hint,
  exit: 3,
  happened,
})
const open = (sentence: string, hint: string, happened: Happened | null = 'unknown'): Row => ({
  sentence,
  hint,
  exit: 4,
  happened,
})

export const failures = {
  internal: {
    sentence: 'something in rekey is wrong ({id})',
    hint: 'nothing was shown to anyone; report it with this id',
    exit: 1,
    happened: null,
  },

  // usage and bad input: exit 2, before any effect
  'bad-input': usage('{what}', '{fix}'),
  'bad-flag': usage('{what}', 'see rekey {command} --help'),
  'unknown-name': usage('no credential is called {name}', 'rekey list shows every name'),
  'name-taken': usage(
    'a credential called {name} exists already',
    'choose another name, or rekey set {name} to put a new key in',
  ),
  'bad-name': usage(
    '{name} is not a name',
    'start with a letter or digit; then letters, digits and . _ / @ : + -, 128 at most',
  ),
  'unknown-vendor': usage(
    'no vendor file is called {vendor}',
    'rekey vendors lists them; use other to keep a key without rotating it',
  ),
  'needs-yes': usage('{what} and there is no terminal to ask on', 'add --yes'),
  'empty-secret': usage('no key came in', 'give the key on standard input, or at the prompt'),
  'bad-secret': usage('that is not a key: {why}', 'a key is one line of printable characters without spaces'),
  'needs-secret': usage('this needs a key and there is no terminal to ask on', 'give the key on standard input'),
  'known-secret': usage('this key is already kept as {name}', 'one key is one credential; rekey show {name}'),
  'known-subject': usage(
    '{subject} at {vendor} is already kept as {name}',
    'one principal is one credential; rekey show {name}',
  ),
  'item-exists': usage(
    'the keychain already has an item called {name} that rekey did not make',
    'take it over with --adopt, or choose another name',
  ),
  'needs-base-url': usage('{vendor} has no address of its own', 'give --base-url'),
  'bad-url': usage('{url} cannot be used: {why}', 'use https, or http to 127.0.0.1, without user, query or fragment'),
  'missing-input': usage('{vendor} needs the input {input}', 'give --input {input}=…'),
  'bad-input-value': usage('{input} is wrong: {why}', 'see rekey vendors {vendor}'),
  'bad-operator': usage(
    '{operator} cannot rotate {name}: {why}',
    'an operator is another credential of the same vendor and address',
  ),
  'operator-in-use': usage('{name} rotates {users}', 'point those at another operator first'),
  'has-open-rotation': open('a rotation of {name} is still open ({outcome})', 'rekey recover {name}', null),
  'bad-vendor-file': usage('{file}: {what}', 'rekey vendor check {file}'),
  'untrusted-vendor-file': usage('{file} is not trusted yet', 'read it, then rekey vendor trust {file}'),
  'changed-vendor-file': usage(
    '{file} has changed since it was trusted',
    'read the difference, then rekey vendor trust {file}',
  ),
  'nothing-to-settle': usage('{name} has no open rotation', 'rekey history {name}'),
  'not-here': usage('{what} is not possible here', '{fix}'),
  'no-window': usage('this rekey was built without its window', 'npm run build makes it; then do it again'),
  'too-many-reveals': usage('many keys were shown in a short time', 'wait until {at}'),
  'not-on-a-pipe': usage('{what} is shown on a terminal only', 'run it in a terminal'),
  'no-sealed-reply': usage(
    'there is no sealed reply for {name}',
    'rekey set {name} puts in a key you have from elsewhere',
  ),

  // vault files: nothing was changed
  'bad-vault': usage('{file}, {where}: {what}', 'nothing was changed'),
  'unknown-format': usage(
    '{file} is of no format that rekey knows',
    'rekey formats lists them; say which with --format',
  ),
  'vault-passphrase': usage('{file} does not open with that', 'nothing was changed; check the passphrase or key'),
  'vault-needs': usage('{file} needs {what}', 'give {option}'),
  'vault-newer': usage('{file} was written by a newer version ({found})', 'update rekey'),
  'vault-limit': usage('{file}: {what} is beyond what rekey takes ({limit})', 'nothing was changed'),
  'vault-exists': usage('{file} exists already', 'choose another name, or add --overwrite'),
  'vault-unsafe': usage('{file} cannot be written: {why}', 'choose another place'),
  'vault-changed': usage('{file} does not read back as it was written: {what}', 'the old file is untouched; try again'),
  'needs-plain-text': usage('{format} files hold every key in clear', 'add --plain-text, or choose rekey or kdbx'),
  'backup-running': stopped('another backup is at work', 'wait for it, then do it again', null),
  'import-running': stopped('another import is at work', 'wait for it, then do it again', null),
  'unknown-preview': usage('what was read of the file is forgotten', 'read it again'),
  'unclear-import': usage(
    '{file}, {where}: {what}',
    'nothing was changed; --on-conflict skip or rename goes on with the rest, and names each',
  ),
  'cannot-write-format': usage('rekey reads {format} and does not write it', 'rekey formats shows what it writes'),

  // keychain and ledger: exit 5
  'keychain-unavailable': store(
    'no keychain answers: {why}',
    'start one, or use REKEY_KEYCHAIN=sealed with a passphrase',
  ),
  'keychain-locked': store('the keychain is locked', 'unlock it and try again'),
  'keychain-prompt-dismissed': store('the keychain asked to be unlocked and was refused', 'unlock it and try again'),
  'keychain-timeout': store(
    'the keychain did not answer in {seconds} s',
    'see whether it waits for you, or restart it; rekey doctor tells more',
  ),
  'keychain-died': store('the keychain service stopped in the middle of a call', 'try again; rekey doctor tells more'),
  'keychain-locked-or-item-missing': store(
    'the keychain does not show {item}, which rekey put there',
    'unlock the keychain; if it was reset, restore it from a backup',
  ),
  'keychain-changed': store(
    'the keychain holds another {item} than rekey put there',
    'restore the keychain, or the data folder, that belong together',
  ),
  'keychain-too-long': store(
    'this key is {bytes} bytes and the keychain takes {limit}',
    'use REKEY_KEYCHAIN=sealed for it',
  ),
  'keychain-write-unknown': store('the keychain did not say whether it kept the key', 'rekey recover looks again'),
  locked: store('rekey is locked', 'unlock it first'),
  'settings-unwritable': store('the settings cannot be kept: {why}', 'make the data folder writable'),
  'wrong-passphrase': store('the passphrase is wrong', 'nothing was changed; try again'),
  'needs-passphrase': store('the sealed store needs its passphrase', 'set REKEY_PASSPHRASE_FILE, or run in a terminal'),
  'store-damaged': store('{file} cannot be read: {why}', 'nothing was changed; restore it from a backup'),
  'ledger-unreadable': store(
    'the ledger {file} cannot be read: {why}',
    'nothing was changed; restore it from a backup',
  ),
  'ledger-newer': store(
    'the ledger was written by a newer rekey (schema {found}, this one knows {known})',
    'update rekey',
  ),
  'ledger-readonly': store('the ledger cannot be written: {why}', 'make {folder} writable'),
  'disk-full': store('the disk is full: {folder}', 'free some space, then do it again'),
  'home-unsafe': store('{folder} is not safe: {why}', '{fix}'),
  'other-machine': store(
    'this data folder was used on another machine ({machine})',
    'rekey recover --here, once you are sure no other machine uses it',
  ),

  // before the request left: exit 3
  'unconfirmed-address': stopped(
    'the address {url} of {name} came with an import and nobody has confirmed it',
    'if it is right: rekey edit {name} --base-url {url}',
  ),
  'unconfirmed-operator': stopped(
    'the operator {operator} of {name} came with an import and nobody has confirmed it',
    'if it is right: rekey edit {name} --operator {operator}',
  ),
  busy: stopped('another rekey is rotating {name}', 'wait for it, or see rekey show {name}'),
  pace: stopped('{vendor} allows this {limit}', 'try again at {at}'),
  'same-subject': stopped('{subject} is rotated as {name} in this run', 'once is enough'),
  'dry-run': {
    sentence: 'everything is in place; nothing was sent',
    hint: 'run it without --dry-run',
    exit: 3,
    happened: 'not-sent',
  },
  'no-vendor-file': stopped(
    '{name} is kept, not rotated: there is no vendor file for it',
    'rotate it at its vendor, then rekey set {name}',
  ),
  'no-probe': stopped('{vendor} has no way to see whether a key works', 'add --unproven to go on without'),
  'not-proven': stopped('{vendor} did not say whether the old key works: {why}', 'try again, or add --unproven'),
  'old-key-dead-before': stopped('the key of {name} does not work any more', 'get a working one and rekey set {name}'),
  'wrong-subject': stopped(
    'this key belongs to {found}, not to {expected}',
    'rekey edit {name}, or put the right key in',
  ),
  'key-does-not-fit': stopped(
    '{vendor} does not know the key of {name} under the new address or inputs; nothing was changed',
    'if its key is to follow: rekey edit {name} again with --unproven, then rekey set {name}',
  ),
  'clock-behind': stopped(
    'the clock says {now}, and the ledger knows of {newest}: what is due cannot be told',
    'set the clock; or name the keys',
  ),
  stopping: stopped('the run was stopped before this one began', 'run it again'),
  'operator-open': stopped('its operator {operator} has an open rotation', 'rekey recover {operator}'),
  'users-open': stopped('a credential that {name} rotates has an open rotation', 'rekey recover'),
  dns: stopped('{host} has no address', 'check the network and the base URL'),
  connect: stopped('{host} does not answer', 'check the network'),
  tls: stopped('the certificate of {host} is not accepted: {why}', 'see --ca-file and --pin'),
  'tls-unknown': stopped(
    'the certificate of {host} is not one this machine trusts (SHA-256 {sha256})',
    'compare it with what whoever runs the server says, then add --pin sha256:{sha256}, or --ca-file',
  ),
  proxy: stopped('the proxy did not let us through: {why}', 'check HTTPS_PROXY'),
  session: stopped('{vendor} did not open a session: {why}', 'check the key and its rights'),
  courier: stopped('the courier did not start: {why}', 'try again'),
  'superseded-before': stopped(
    'the keychain holds another key for {name} than rekey put there',
    'nothing was touched; rekey set {name} takes the new one',
  ),
  'needs-person': stopped('{vendor} rotates in its dashboard only', 'rekey rotate {name} in a terminal'),
  cancelled: stopped('stopped before anything was sent', 'nothing changed'),
  'cancelled-file': stopped('stopped before anything was written', 'nothing changed', null),
  network: stopped('{host} gave no answer: {why}', 'check the network', 'unknown'),

  // the vendor said no: exit 3
  'rate-limited': stopped('{vendor} allows this {limit}', 'try again at {at}', 'refused'),
  'key-invalid': stopped('{vendor} does not know this key', 'put a working one in with rekey set {name}', 'refused'),
  'key-expired': stopped('{vendor} says this key has expired', 'put a working one in with rekey set {name}', 'refused'),
  'key-revoked': stopped('{vendor} says this key was revoked', 'put a working one in with rekey set {name}', 'refused'),
  'key-disabled': stopped('{vendor} says this key is disabled', 'enable it in the dashboard', 'refused'),
  forbidden: stopped('{vendor} does not let this key do that', 'check its rights', 'refused'),
  'not-found': stopped('{vendor} does not know this principal', 'check the inputs with rekey show {name}', 'refused'),
  quota: stopped('{vendor} says a quota is used up', 'see its dashboard', 'refused'),
  conflict: stopped('{vendor} says something else is going on with this key', 'try again later', 'refused'),
  'invalid-request': stopped(
    '{vendor} did not accept the request',
    'check the inputs with rekey show {name}',
    'refused',
  ),
  'not-supported': stopped('{vendor} cannot rotate this kind of key', 'see its documentation', 'refused'),

  // after the request may have left: exit 4 unless the outcome says otherwise
  'new-key-rejected': open('{vendor} refuses the key it gave', 'the reply is kept: rekey recover {name} --show-reply'),
  'same-key': stopped('{vendor} gave the old key again', 'nothing changed', 'applied'),
  'old-key-dead': open('the old key is dead and no new one is here', 'rekey set {name} with a key from the dashboard'),
  'no-reply': open('{vendor} did not answer', 'rekey recover {name}'),
  'torn-reply': open('the answer of {vendor} broke off', 'rekey recover {name}'),
  'odd-reply': open('{vendor} gave an answer that its file does not know', 'rekey recover {name} --show-reply'),
  'courier-busy': open('the request of {name} is still in the air', 'rekey recover {name} in a minute'),
  'keychain-changed-meanwhile': open(
    'the keychain item of {name} was changed by another program meanwhile',
    'rekey recover {name} --settle new|old',
    'applied',
  ),
  'verify-no-answer': open('{vendor} did not say whether the new key works', 'rekey recover {name}', 'applied'),
  'old-key-no-answer': open('{vendor} did not say whether the old key is dead', 'rekey recover {name}', 'applied'),
  'operator-key-dead': open(
    'the operator {operator} does not work any more',
    'see rekey history; the reply is kept',
    'unknown',
  ),
  'escrow-unreadable': open(
    'the sealed reply of {name} cannot be opened: {why}',
    'nothing was deleted; restore the keychain item',
    'unknown',
  ),
  'paste-rejected': open('{vendor} refuses that key; nothing was changed', 'copy it again from the dashboard', null),
} as const satisfies Record<string, Row>

export type FailureCode = keyof typeof failures
export const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]]

/** `fields` hold our own words and escaped names; never a secret, never a vendor's text. */
export type Failure = { readonly code: FailureCode; readonly fields: Readonly<Record<string, string>> }

/** As long as a path may be: a failure says what went wrong, and never sends back the ten megabytes that it was given. */
const LONGEST_FIELD = 4096
const cut = (text: string): string => (text.length > LONGEST_FIELD ? `${text.slice(0, LONGEST_FIELD)}…` : text)

export const fail = (code: FailureCode, fields: Readonly<Record<string, string>> = {}): Failure => ({
  code,
  fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, cut(text)])),
})

const fill = (template: string, fields: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (_, key: string) => fields[key] ?? '…')

/** The person's sentence and what to do, filled in. */
export function explain(failure: Failure): {
  readonly message: string
  readonly hint: string
  readonly exit: 1 | 2 | 3 | 4 | 5
} {
  const row: Row = failures[failure.code]
  return { message: fill(row.sentence, failure.fields), hint: fill(row.hint, failure.fields), exit: row.exit }
}
