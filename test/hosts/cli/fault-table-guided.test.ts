import { describe, it } from 'vitest'
import { rotationResult } from '../../../src-contract/views.ts'
import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'
import type { FaultAt, Sandbox } from '../../../src-main/sandbox/sandbox.ts'
import { openWorld } from './world.ts'

/** The fault table's column of a key that a person rotates in a dashboard: the paste comes on standard input. */
const WRONG = 'uspl_0000000000000000000000000000'

type Case = {
  readonly title: string
  /** Does what the person and the vendor do first; gives the paste. */
  readonly before: (sandbox: Sandbox) => string
  readonly exit: 0 | 3 | 4
  readonly outcome: string
  readonly code?: string
  readonly oldKey: 'works' | 'dead' | 'unknown'
  readonly says: string
  /** Which key is in the keychain then. */
  readonly kept: 'old' | 'new'
  readonly recovers?: string
}

const rotate = (sandbox: Sandbox): string => sandbox.dashboardRotate('userplane')
const rotateAndThen = (sandbox: Sandbox, fault: Partial<Fault>): string => {
  const fresh = rotate(sandbox)
  sandbox.inject({ vendor: 'userplane', match: 'verify', times: 'all', kind: 'verify-down', ...fault } as FaultAt)
  return fresh
}

const cases: readonly Case[] = [
  {
    title: 'rotated there',
    before: rotate,
    ...{ exit: 0, outcome: 'rotated', oldKey: 'dead', kept: 'new', says: 'rotated; the old key is dead' },
  },
  {
    title: '503 to everything: nobody knows, and nothing is called dead',
    before: (sandbox) => rotateAndThen(sandbox, {}),
    ...{ exit: 4, outcome: 'rotated-unverified', code: 'verify-no-answer', oldKey: 'unknown', kept: 'new' },
    says: 'the new key is stored, but proof is still missing: Userplane did not say whether the new key works',
    recovers: 'rotated',
  },
  {
    title: 'a page in place of every answer',
    before: (sandbox) => rotateAndThen(sandbox, { kind: 'portal' }),
    ...{ exit: 4, outcome: 'rotated-unverified', code: 'verify-no-answer', oldKey: 'unknown', kept: 'new' },
    says: 'the new key is stored, but proof is still missing: Userplane did not say whether the new key works',
    recovers: 'rotated',
  },
  {
    title: '503 once',
    before: (sandbox) => rotateAndThen(sandbox, { times: 1 }),
    ...{ exit: 0, outcome: 'rotated', oldKey: 'dead', kept: 'new', says: 'rotated; the old key is dead' },
  },
  {
    title: 'a wrong paste: 401',
    before: (sandbox) => {
      rotate(sandbox)
      return WRONG
    },
    ...{ exit: 4, outcome: 'waiting', code: 'paste-rejected', oldKey: 'unknown', kept: 'old' },
    says: 'waiting for the new key from the dashboard: Userplane refuses that key; nothing was changed',
    recovers: 'waiting',
  },
  {
    title: 'a key that expired before it was pasted: 401',
    before: (sandbox) => {
      const stale = rotate(sandbox)
      rotate(sandbox)
      return stale
    },
    ...{ exit: 4, outcome: 'waiting', code: 'paste-rejected', oldKey: 'unknown', kept: 'old' },
    says: 'waiting for the new key from the dashboard: Userplane refuses that key; nothing was changed',
    recovers: 'waiting',
  },
  {
    title: 'a disabled key: 403',
    before: (sandbox) => {
      const fresh = rotate(sandbox)
      sandbox.dashboardDisable('userplane')
      return fresh
    },
    ...{ exit: 4, outcome: 'waiting', code: 'paste-rejected', oldKey: 'unknown', kept: 'old' },
    says: 'waiting for the new key from the dashboard: Userplane refuses that key; nothing was changed',
    recovers: 'waiting',
  },
  {
    title: 'the old key pasted again',
    before: (sandbox) => sandbox.currentKey('userplane') ?? '',
    ...{ exit: 4, outcome: 'waiting', code: 'same-key', oldKey: 'unknown', kept: 'old' },
    says: 'waiting for the new key from the dashboard: Userplane gave the old key again',
    recovers: 'waiting',
  },
  {
    title: 'a second key made, the old one left alive',
    before: (sandbox) => sandbox.dashboardCreate('userplane') ?? '',
    ...{ exit: 4, outcome: 'old-key-alive', oldKey: 'works', kept: 'new' },
    says: 'the new key works and is stored, but the old one still works too',
    recovers: 'old-key-alive',
  },
  {
    title: 'no paste at all',
    before: () => '',
    ...{ exit: 3, outcome: 'needs-person', code: 'needs-person', oldKey: 'unknown', kept: 'old' },
    says: 'Userplane rotates in its dashboard only',
  },
]

describe.concurrent('a key that a person rotates', () => {
  for (const row of cases) {
    for (const mode of ['json', 'human'] as const) {
      it(`${row.title}, ${mode}`, async ({ expect }) => {
        const world = await openWorld()
        try {
          const { sandbox } = world
          const { key, baseUrl } = sandbox.vendors.userplane
          const added = await world.rekey(['add', 'userplane', 'ops', '--base-url', baseUrl], `${key}\n`)
          expect(added.code, added.stderr).toBe(0)
          const paste = row.before(sandbox)
          const ran = await world.rekey(['rotate', 'ops', ...(mode === 'json' ? ['--json'] : [])], `${paste}\n`)
          expect(ran.code, ran.stderr).toBe(row.exit)
          if (mode === 'human') expect(ran.stdout.split('\n')[0]).toMatch(lineOf(row))
          else {
            const result = rotationResult.parse(JSON.parse(ran.stdout))
            const { outcome, oldKey, says } = row
            expect(result).toMatchObject({ name: 'ops', outcome, oldKey, message: says })
            expect(result.code).toBe(row.code)
            expect(ran.stderr).toBe('')
          }
          // a dashboard is the person's: nothing that changes anything is ever asked for
          expect(sandbox.log.filter(({ method }) => method !== 'GET')).toEqual([])
          const plain = await world.rekey(['get', 'ops'])
          expect(plain).toMatchObject(row.recovers ? { code: 4, stdout: '' } : { code: 0 })
          const given = await world.rekey(['get', 'ops', '--even-if-open'])
          expect(given.stdout).toBe(`${row.kept === 'old' ? key : paste}\n`)
          if (row.recovers === undefined) return
          sandbox.clearFaults()
          const recovered = await world.rekey(['recover', 'ops', '--json'])
          expect(rotationResult.parse(JSON.parse(recovered.stdout)).outcome).toBe(row.recovers)
          expect(recovered.code).toBe(row.recovers === 'rotated' ? 0 : 4)
        } finally {
          await world.close()
        }
      }, 600_000)
    }
  }
})

const lineOf = ({ outcome, recovers, says }: Case): RegExp => {
  const mark = outcome === 'rotated' ? '✓' : recovers === undefined ? '–' : '!'
  return new RegExp(`^${mark} ops {2}${says.replace(/[.;]/g, '\\$&')}( {2}….{4})?$`)
}
