/**
 * What a rotation came to (docs/architecture.md). `settled` says that nothing is open about it any more; `exit` is
 * what a script sees. Every outcome says which key works as seen in the same run, never as assumed.
 */
type Row = { readonly settled: boolean; readonly exit: 0 | 3 | 4; readonly says: string }

export const outcomes = {
  rotated: { settled: true, exit: 0, says: 'rotated; the old key is dead' },
  'rotated-unverified': { settled: false, exit: 4, says: 'the new key is stored, but proof is still missing' },
  'old-key-alive': {
    settled: false,
    exit: 4,
    says: 'the new key works and is stored, but the old one still works too',
  },
  held: { settled: false, exit: 4, says: 'the new key works and is sealed; the keychain would not take it' },
  refused: { settled: true, exit: 3, says: 'the vendor said no; the old key works' },
  'not-sent': { settled: true, exit: 3, says: 'the request never left; nothing changed' },
  'not-rotated': { settled: true, exit: 3, says: 'nothing changed; the old key works' },
  'needs-person': { settled: true, exit: 3, says: 'a person is needed; nothing changed' },
  cancelled: { settled: true, exit: 3, says: 'stopped before anything was sent; nothing changed' },
  'not-started': { settled: true, exit: 3, says: 'not started; nothing changed' },
  superseded: { settled: true, exit: 3, says: 'somebody changed the key since; nothing was touched' },
  waiting: { settled: false, exit: 4, says: 'waiting for the new key from the dashboard' },
  unknown: { settled: false, exit: 4, says: 'no clear answer, and nobody can tell yet which key works' },
  lost: { settled: false, exit: 4, says: 'the old key is dead and the new one is not here' },
} as const satisfies Record<string, Row>

export type Outcome = keyof typeof outcomes
export const outcomeNames = Object.keys(outcomes) as [Outcome, ...Outcome[]]

/** What was seen of a key in this run. */
export type KeySight = 'works' | 'dead' | 'unknown'
