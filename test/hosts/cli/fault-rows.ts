import type { FailureCode } from '../../../src-contract/failures.ts'
import type { Outcome } from '../../../src-contract/outcomes.ts'
import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'

/** What a fault must come to, whoever asks: the ending, why, what was seen of the old key, and the sentence of it. */
export type Row = {
  readonly fault: string
  readonly faults: readonly Fault[]
  readonly exit: 0 | 3 | 4
  readonly outcome: Outcome
  readonly code?: FailureCode
  readonly oldKey: 'works' | 'dead' | 'unknown'
  /** The line for a person after its mark and name; `{vendor}` and `{name}` are filled in. */
  readonly says: string
  /** Minting requests that reached the vendor; 1 unless told. */
  readonly mints?: 0 | 1
  /** What recovery says once the trouble is over; nothing unless told, for what is settled. */
  readonly recovers?: Outcome
  /** The operator may not rotate others. */
  readonly isPowerless?: boolean
  /** The operator's key was replaced behind our back. */
  readonly operatorIsDead?: boolean
}

export const rotated = { exit: 0, outcome: 'rotated', oldKey: 'dead', says: 'rotated; the old key is dead' } as const

export type Ending = Omit<Row, 'fault' | 'faults'>

const whys = {
  'no-reply': '{vendor} did not answer',
  'torn-reply': 'the answer of {vendor} broke off',
  'odd-reply': '{vendor} gave an answer that its file does not know',
  'same-key': '{vendor} gave the old key again',
  'new-key-rejected': '{vendor} refuses the key it gave',
} as const
type Why = keyof typeof whys

const unchanged = (code: Why) =>
  ({
    exit: 3,
    outcome: 'not-rotated',
    code,
    oldKey: 'works',
    says: `nothing changed; the old key works: ${whys[code]}`,
  }) as const

const lost = (code: Why) =>
  ({
    exit: 4,
    outcome: 'lost',
    code,
    oldKey: 'dead',
    says: `the old key is dead and the new one is not here: ${whys[code]}`,
    recovers: 'lost',
  }) as const

const row = (fault: string, faults: Fault | readonly Fault[], ending: Ending, more: Partial<Row> = {}): Row => ({
  fault,
  faults: Array.isArray(faults) ? (faults as readonly Fault[]) : [faults as Fault],
  ...ending,
  ...more,
})

/** What may befall the minting request itself. */
export const mintRows: readonly Row[] = [
  row('none', [], rotated),
  row('before', { kind: 'before' }, unchanged('no-reply')),
  row('before, by reset', { kind: 'before', end: 'rst' }, unchanged('no-reply')),
  row('after', { kind: 'after' }, lost('no-reply')),
  row('after, by reset', { kind: 'after', end: 'rst' }, lost('no-reply')),
  row('torn in the status line', { kind: 'torn', at: 7 }, lost('torn-reply')),
  row('torn in the headers', { kind: 'torn', at: 40 }, lost('torn-reply')),
  row('torn after the headers', { kind: 'torn', at: 0, from: 'body' }, lost('torn-reply')),
  row('torn in the body', { kind: 'torn', at: 12, from: 'body' }, lost('torn-reply')),
  row('torn before the last byte', { kind: 'torn', at: -1 }, rotated),
  row('hangs before acting', { kind: 'hang', until: 'gone', when: 'before' }, lost('no-reply')),
  row('hangs after acting', { kind: 'hang', until: 'gone', when: 'after' }, lost('no-reply')),
  row('slow, but comes', { kind: 'delay', ms: 700 }, rotated),
  row('500 without acting', { kind: 'status', status: 500 }, unchanged('odd-reply')),
  row('500 after acting', { kind: 'status', status: 500, acts: true }, lost('odd-reply')),
  row('502 page', { kind: 'status', status: 502, body: 'html' }, unchanged('odd-reply')),
  row('504 page after acting', { kind: 'status', status: 504, body: 'html', acts: true }, lost('odd-reply')),
  row('408', { kind: 'status', status: 408, body: 'empty' }, unchanged('odd-reply')),
  row('429', { kind: 'status', status: 429, retryAfterSeconds: 60 }, unchanged('odd-reply')),
  row('garbage', { kind: 'garbage' }, lost('odd-reply')),
  row('portal', { kind: 'portal' }, unchanged('odd-reply')),
  row('redirect', { kind: 'redirect' }, unchanged('odd-reply')),
  row('the same key', { kind: 'same-key' }, unchanged('same-key')),
  row('masked', { kind: 'masked' }, lost('odd-reply')),
  row('the wrong place', { kind: 'wrong-place' }, rotated),
  row('a key it then refuses', { kind: 'reject-new' }, lost('new-key-rejected')),
  row('a refused key beside a living old one', { kind: 'reject-new', oldKey: 'works' }, unchanged('new-key-rejected')),
  row('close-delimited', { kind: 'close-delimited' }, rotated),
  row('an old key that lives a second longer', { kind: 'stale', ms: 1000 }, rotated),
  row(
    'an old key that stays',
    { kind: 'stale', ms: 600_000 },
    {
      exit: 4,
      outcome: 'old-key-alive',
      oldKey: 'works',
      says: 'the new key works and is stored, but the old one still works too',
      recovers: 'rotated',
    },
  ),
  row(
    'verify down afterwards',
    { kind: 'verify-down', afterMint: true, times: 'all' },
    {
      exit: 4,
      outcome: 'rotated-unverified',
      code: 'verify-no-answer',
      oldKey: 'unknown',
      says: 'the new key is stored, but proof is still missing: {vendor} did not say whether the new key works',
      recovers: 'rotated',
    },
  ),
]

/** The table with other endings where a vendor's own file makes them. */
export const withEndings = (rows: readonly Row[], endings: Readonly<Record<string, Ending>>): readonly Row[] =>
  rows.map((each) => {
    const ending = endings[each.fault]
    return ending ? { ...ending, fault: each.fault, faults: each.faults } : each
  })

export const only = (rows: readonly Row[], faults: readonly string[]): readonly Row[] =>
  faults.map((fault) => {
    const found = rows.find((each) => each.fault === fault)
    if (!found) throw new Error(`no such fault: ${fault}`)
    return found
  })
