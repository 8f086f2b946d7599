import { describe, it } from 'vitest'
import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'
import { mintRows, only, rotated, withEndings, type Ending, type Row } from './fault-rows.ts'
import { checkTable } from './fault-table.ts'

/** Vendor × fault where another credential's key rotates this one, and where a lost reply can be read again. */
const whereItMatters = only(mintRows, [
  'none',
  'before',
  'after',
  'torn in the headers',
  'torn in the body',
  'hangs before acting',
  'hangs after acting',
  '500 without acting',
  '500 after acting',
  '502 page',
  '408',
  'portal',
  'redirect',
  'garbage',
  'a key it then refuses',
  'a refused key beside a living old one',
  'an old key that stays',
  'verify down afterwards',
])

const refused = (code: 'key-invalid' | 'forbidden' | 'not-found', says: string) =>
  ({ exit: 3, outcome: 'refused', code, oldKey: 'works', says }) as const
const forbidden = refused('forbidden', '{vendor} does not let op/{name} rotate {name}')

const noSession = (fault: string, played: Fault | null, why: string): Row => ({
  fault,
  faults: played === null ? [] : [{ match: 'session', ...played }],
  exit: 3,
  outcome: 'not-sent',
  code: 'session',
  oldKey: 'works',
  says: `{vendor} did not open a session: ${why}`,
  mints: 0,
})

describe.concurrent('a key that an operator rotates', () => {
  it('at hienergy', async ({ expect }) => {
    const rows: readonly Row[] = [
      ...whereItMatters,
      { fault: '403', faults: [{ kind: 'status', status: 403 }], ...forbidden },
      { fault: 'an operator without the right', faults: [], isPowerless: true, mints: 0, ...forbidden },
      {
        fault: "an operator's key that is dead",
        faults: [],
        operatorIsDead: true,
        mints: 0,
        ...refused('key-invalid', '{vendor} does not take the key of op/{name}, which rotates {name}'),
      },
    ]
    await checkTable(expect, { vendor: 'hienergy', rows, hasOperators: true })
  }, 600_000)

  it('at conjur', async ({ expect }) => {
    const rows: readonly Row[] = [
      ...whereItMatters,
      { fault: '403', faults: [{ kind: 'status', status: 403 }], ...forbidden },
      {
        fault: 'an operator without the right',
        faults: [],
        isPowerless: true,
        mints: 0,
        ...refused('not-found', '{vendor} does not know this principal'),
      },
      { ...noSession("an operator's key that is dead", null, 'it answered 401'), operatorIsDead: true },
      noSession('authenticate refuses', { kind: 'status', status: 401 }, 'it answered 401'),
      noSession('authenticate forbids', { kind: 'status', status: 403 }, 'it answered 403'),
      noSession('authenticate breaks', { kind: 'status', status: 500 }, 'it answered 500'),
      noSession('a page in place of the token', { kind: 'portal' }, 'its answer is not one its file knows'),
      noSession('garbage in place of the token', { kind: 'garbage' }, 'its answer is not one its file knows'),
      noSession('the token torn', { kind: 'torn', at: 30, from: 'body' }, 'its answer broke off'),
      noSession('the token torn in the headers', { kind: 'torn', at: 40 }, 'the connection broke off'),
      noSession('no answer to authenticate', { kind: 'before' }, 'the connection broke off'),
      noSession('authenticate resets', { kind: 'before', end: 'rst' }, 'the connection broke off'),
    ]
    await checkTable(expect, { vendor: 'conjur', rows, hasOperators: true })
  }, 600_000)

  it('is read again at conjur, where the password is known and the answer got lost', async ({ expect }) => {
    const isReadAgain = ({ outcome, code }: Row): boolean => outcome === 'lost' && code !== 'new-key-rejected'
    const endings = whereItMatters.filter(isReadAgain).map(({ fault }): [string, Ending] => [fault, rotated])
    const rows = withEndings(whereItMatters, Object.fromEntries(endings))
    await checkTable(expect, { vendor: 'conjur', rows, hasSecretInputs: true })
  }, 600_000)
})
