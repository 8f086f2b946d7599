/**
 * keytar passes on whatever sentence libsecret, D-Bus, the macOS keychain or Windows gave, without a code. These are
 * the sentences that have been seen (gnome-keyring 42, libsecret 0.20, 2026-11-21) or read in their sources, and what
 * each says about a call that was out. A sentence not known here leaves everything open. gnome-keyring has none for a
 * prompt that was dismissed: the item stays out of sight and the collection locked.
 */
import { escapeText } from '../../../src-contract/escape.ts'
import { fail, type Failure } from '../../../src-contract/failures.ts'

export type Trouble = {
  readonly failure: Failure
  /** `no`: the keychain never took the call. `maybe`: only a read-back tells. */
  readonly mayHaveLanded: 'no' | 'maybe'
  /** The child's connection is of no use any more; the call never left it, so a fresh child may make it. */
  readonly isStale: boolean
}

type Row = readonly [RegExp, () => Failure, Trouble['mayHaveLanded'], isStale?: boolean]

const unavailable = (why: string) => (): Failure => fail('keychain-unavailable', { why })

const rows: readonly Row[] = [
  [/locked collection|collection is locked|User interaction is not allowed/i, () => fail('keychain-locked'), 'no'],
  [/dismissed|cancell?ed/i, () => fail('keychain-prompt-dismissed'), 'no'],
  [/The name :\d+\.\d+ was not provided/, unavailable('the keychain service was restarted'), 'no', true],
  [
    /secrets was not provided|ServiceUnknown|has no owner/i,
    unavailable('no program on this session’s D-Bus offers a Secret Service'),
    'no',
  ],
  [
    /Could not connect|Connection refused|address is empty|autolaunch|spawn a message bus|session bus address/i,
    unavailable('there is no D-Bus session to reach one by'),
    'no',
  ],
  [/Object does not exist|No such (object|collection)/i, unavailable('it has no default collection'), 'no'],
  [/Timeout was reached/i, () => fail('keychain-timeout', { seconds: '25' }), 'maybe'],
  [
    /connection is closed|disconnected from message bus|without replying|NoReply|Underlying GIOStream|Broken pipe|reset by peer/i,
    () => fail('keychain-died'),
    'maybe',
  ],
]

/** What a sentence of keytar's means. `hidden`: a value that must not be shown even if the sentence holds it. */
export function readTrouble(text: string, hidden: string | null = null): Trouble {
  for (const [pattern, failure, mayHaveLanded, isStale = false] of rows) {
    if (pattern.test(text)) return { failure: failure(), mayHaveLanded, isStale }
  }
  const shown =
    hidden !== null && text.includes(hidden) ? 'an error that cannot be shown' : escapeText(text.slice(0, 160))
  return { failure: fail('keychain-unavailable', { why: shown }), mayHaveLanded: 'maybe', isStale: false }
}

/** Why the native module did not load, in words a person can act on. */
export function moduleFailure(text: string, platform: NodeJS.Platform): Failure {
  const isLibrary = platform === 'linux' && /libsecret|native addon/i.test(text)
  return fail('keychain-unavailable', {
    why: isLibrary
      ? 'its library does not load (Debian and Ubuntu: apt install libsecret-1-0; Fedora: dnf install libsecret)'
      : `its native module does not load (${escapeText(text.slice(0, 160))})`,
  })
}
