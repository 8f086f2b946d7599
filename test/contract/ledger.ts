import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Failure } from '../../src-contract/failures.ts'
import type { Credential } from '../../src-main/core/credentials/credential.ts'
import type { Ledger } from '../../src-main/core/ports.ts'
import { LedgerError } from '../../src-main/core/ports.ts'
import type { JournalEntry } from '../../src-main/core/rotation/record.ts'
import { sampleCredential, sampleRotation } from '../adapters/ledger/samples.ts'

const at = '2026-11-21T10:00:00.000Z'

const minted: JournalEntry = { step: 'mint', mints: true, phase: 'intent', detail: { attempt: 1 } }

/** The failure that fn throws; fails the test if it throws none. */
export function ledgerFailure(fn: () => unknown): Failure {
  try {
    fn()
  } catch (error) {
    if (error instanceof LedgerError) return error.failure
    throw error
  }
  throw new Error('nothing was thrown')
}

/** What every ledger keeps. The factory gives an empty one. */
export function describeLedger(name: string, factory: () => { readonly ledger: Ledger; cleanUp(): void }): void {
  describe(`ledger contract: ${name}`, () => {
    let ledger: Ledger
    let cleanUp: () => void
    const one = sampleCredential(1)

    beforeEach(() => {
      const made = factory()
      ledger = made.ledger
      cleanUp = () => made.cleanUp()
    })
    afterEach(() => cleanUp())

    describe('credentials', () => {
      it('gives back exactly what was put in', () => {
        const full = sampleCredential(2, {
          label: 'Zwei 🔑',
          secretInputs: ['password'],
          rotatedAt: at,
          expiresAt: at,
          tls: { caPem: '-----BEGIN CERTIFICATE-----', pinSha256: 'ab'.repeat(32) },
          operatorId: one.id,
        })
        const bare = sampleCredential(3, {
          vendor: 'other',
          baseUrl: null,
          subject: null,
          tail: null,
          maxAgeDays: null,
        })
        for (const credential of [one, full, bare]) ledger.insertCredential(credential, at)
        expect(ledger.credentials()).toEqual([one, full, bare])
        expect(ledger.credentialById(full.id)).toEqual(full)
        expect(ledger.credentialById('nobody')).toBeNull()
      })

      it('finds a name without regard to case, a subject at its origin, a fingerprint', () => {
        ledger.insertCredential(one, at)
        expect(ledger.credentialByName('PROD/Key-1')).toEqual(one)
        expect(ledger.credentialBySubject('scrapebit', 'https://api.scrapebit.com', one.subject ?? '')).toEqual(one)
        expect(ledger.credentialBySubject('scrapebit', 'https://elsewhere.example', one.subject ?? '')).toBeNull()
        expect(ledger.credentialByFingerprint(one.fingerprint)).toEqual(one)
      })

      it('refuses a second of a name, a subject, a secret, and says whose it is', () => {
        ledger.insertCredential(one, at)
        const refused = (patch: Partial<Credential>) =>
          ledgerFailure(() => ledger.insertCredential(sampleCredential(2, patch), at))
        expect(refused({ name: 'PROD/KEY-1' })).toEqual({ code: 'name-taken', fields: { name: one.name } })
        // The path of the base URL does not make another principal.
        expect(refused({ subject: one.subject, baseUrl: 'https://api.scrapebit.com/v2' })).toEqual({
          code: 'known-subject',
          fields: { vendor: 'scrapebit', subject: one.subject, name: one.name },
        })
        expect(refused({ fingerprint: one.fingerprint })).toEqual({ code: 'known-secret', fields: { name: one.name } })
        expect(ledger.credentials()).toEqual([one])
        const other = { subject: one.subject, baseUrl: 'https://staging.scrapebit.com' }
        ledger.insertCredential(sampleCredential(2, other), at)
        ledger.insertCredential(sampleCredential(3, { subject: null }), at)
        ledger.insertCredential(sampleCredential(4, { subject: null }), at)
      })

      it('holds the same rules on update', () => {
        ledger.insertCredential(one, at)
        ledger.insertCredential(sampleCredential(2), at)
        const two = sampleCredential(2).id
        const refused = (patch: Partial<Credential>) => ledgerFailure(() => ledger.updateCredential(two, patch)).code
        expect(refused({ name: one.name.toUpperCase() })).toBe('name-taken')
        expect(refused({ subject: one.subject })).toBe('known-subject')
        expect(refused({ fingerprint: one.fingerprint })).toBe('known-secret')
        expect(refused({ operatorId: 'nobody' })).toBe('bad-operator')
        expect(ledger.credentialById(two)).toEqual(sampleCredential(2))
        ledger.updateCredential(two, { name: 'PROD/key-2', tags: [], baseUrl: null, subject: one.subject })
        expect(ledger.credentialById(two)).toMatchObject({
          name: 'PROD/key-2',
          tags: [],
          baseUrl: null,
          maxAgeDays: 90,
        })
        expect(ledgerFailure(() => ledger.updateCredential('nobody', {})).code).toBe('unknown-name')
      })

      it('remembers every fingerprint, newest first, once each', () => {
        ledger.insertCredential(one, at)
        ledger.addFingerprint(one.id, 'bbbb', at)
        ledger.addFingerprint(one.id, 'cccc', at)
        ledger.addFingerprint(one.id, 'bbbb', at)
        expect(ledger.fingerprintsOf(one.id)).toEqual(['bbbb', 'cccc', one.fingerprint])
        expect(ledger.fingerprints([one.id, 'nobody'])).toEqual(
          new Map([
            [one.id, ['bbbb', 'cccc', one.fingerprint]],
            ['nobody', []],
          ]),
        )
      })

      it('does not remove an operator in use, nor what has an open rotation', () => {
        ledger.insertCredential(one, at)
        const user = sampleCredential(2, { operatorId: one.id })
        ledger.insertCredential(user, at)
        ledger.insertRotation(sampleRotation(1, user), [])
        expect(ledgerFailure(() => ledger.removeCredential(one.id))).toEqual({
          code: 'operator-in-use',
          fields: { name: one.name, users: user.name },
        })
        expect(ledgerFailure(() => ledger.removeCredential(user.id))).toEqual({
          code: 'has-open-rotation',
          fields: { name: user.name, outcome: 'sent' },
        })
        ledger.advanceRotation(sampleRotation(1, user).id, { settled: true }, [], at)
        ledger.removeCredential(user.id)
        ledger.removeCredential(one.id)
        expect(ledger.credentials()).toEqual([])
        expect(ledger.fingerprintsOf(one.id)).toEqual([])
        expect(ledger.fingerprints([one.id]).get(one.id)).toEqual([])
      })
    })

    describe('rotations', () => {
      beforeEach(() => ledger.insertCredential(one, at))

      it('keeps the row, its snapshot and its journal together', () => {
        const record = sampleRotation(1, one, { retryAt: at, code: 'rate-limited', rescues: null })
        ledger.insertRotation(record, [minted])
        expect(ledger.rotation(record.id)).toEqual(record)
        expect(ledger.journal(record.id)).toEqual([{ ...minted, at: record.startedAt }])
        const later = '2026-11-21T10:00:01.000Z'
        const done: JournalEntry = { step: 'mint', mints: true, phase: 'done', detail: {} }
        ledger.advanceRotation(record.id, { state: 'sealed', reached: 'sealed' }, [done], later)
        expect(ledger.rotation(record.id)).toEqual({ ...record, state: 'sealed', reached: 'sealed', updatedAt: later })
        expect(ledger.journal(record.id).map(({ phase, at: when }) => [phase, when])).toEqual([
          ['intent', at],
          ['done', later],
        ])
      })

      it('has one open rotation a credential', () => {
        const first = sampleRotation(1, one)
        ledger.insertRotation(first, [])
        const second = sampleRotation(2, one, { startedAt: '2026-11-21T11:00:00.000Z' })
        expect(ledgerFailure(() => ledger.insertRotation(second, [minted]))).toEqual({
          code: 'has-open-rotation',
          fields: { name: one.name, outcome: 'sent' },
        })
        expect(ledger.rotation(second.id)).toBeNull()
        expect(ledger.journal(second.id)).toEqual([])
        expect(ledger.openRotationOf(one.id)).toEqual(first)
        ledger.advanceRotation(first.id, { state: 'ended', outcome: 'not-rotated', settled: true }, [], at)
        ledger.insertRotation(second, [])
        // A settled record that turns out to be wrong cannot be reopened beside another.
        expect(ledgerFailure(() => ledger.advanceRotation(first.id, { settled: false }, [minted], at)).code).toBe(
          'has-open-rotation',
        )
        expect(ledger.journal(first.id)).toEqual([])
        expect(ledger.openRotations().map(({ id }) => id)).toEqual([second.id])
        expect(ledger.rotationsOf(one.id).map(({ id }) => id)).toEqual([first.id])
        expect(ledger.rotationsOf(one.id, ['of no rotation', first.id]).map(({ id }) => id)).toEqual([first.id])
        expect(ledger.rotationsOf(one.id, [])).toEqual([])
      })

      it('lists open ones oldest first and settled ones newest first', () => {
        const times = ['2026-11-21T12:00:00Z', '2026-11-21T10:00:00Z', '2026-11-21T11:00:00Z']
        for (const [index, startedAt] of times.entries()) {
          const credential = sampleCredential(index + 10)
          ledger.insertCredential(credential, at)
          ledger.insertRotation(sampleRotation(index + 10, credential, { startedAt }), [])
          ledger.insertRotation(sampleRotation(index + 20, one, { startedAt, settled: true, outcome: 'rotated' }), [])
        }
        expect(ledger.openRotations().map(({ startedAt }) => startedAt)).toEqual([times[1], times[2], times[0]])
        expect(ledger.rotationsOf(one.id).map(({ startedAt }) => startedAt)).toEqual([times[0], times[2], times[1]])
      })

      it('settles a lost rotation and starts its rescue in one transaction', () => {
        const lost = sampleRotation(1, one, { state: 'ended', outcome: 'lost' })
        ledger.insertRotation(lost, [])
        const rescue = sampleRotation(2, one, { rescues: lost.id })
        ledger.transaction(() => {
          ledger.advanceRotation(lost.id, { settled: true }, [], at)
          ledger.insertRotation(rescue, [minted])
        })
        expect(ledger.openRotationOf(one.id)).toEqual(rescue)
      })

      it('does not advance a rotation that is not there', () => {
        expect(ledgerFailure(() => ledger.advanceRotation('nobody', {}, [], at)).code).toBe('ledger-unreadable')
      })
    })

    describe('history', () => {
      const entry = (name: string, when: string, event = 'rotated') => ({
        at: when,
        name,
        event,
        rotationId: null,
        detail: { outcome: 'rotated', n: 1 },
      })

      it('is newest first, by name without regard to case, up to a limit', () => {
        const times = ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.500Z', '2026-11-21T09:00:00Z']
        for (const when of times) ledger.appendHistory(entry('a', when))
        ledger.appendHistory(entry('b', '2026-11-21T12:00:00Z'))
        expect(ledger.history({}).map((row) => row.at)).toEqual(['2026-11-21T12:00:00Z', times[1], times[0], times[2]])
        expect(ledger.history({ name: 'A', limit: 2 })).toEqual([entry('a', times[1]!), entry('a', times[0]!)])
        expect(ledger.history({ limit: 0 })).toEqual([])
        expect(ledger.history({ name: 'nobody' })).toEqual([])
      })

      it('keeps the order of events of one instant', () => {
        for (const event of ['added', 'verified', 'rotated']) ledger.appendHistory(entry('a', at, event))
        expect(ledger.history({}).map((row) => row.event)).toEqual(['rotated', 'verified', 'added'])
        expect(ledger.history({ events: ['added', 'rotated'] }).map((row) => row.event)).toEqual(['rotated', 'added'])
        expect(ledger.history({ name: 'nobody', events: ['added'] })).toEqual([])
        expect(ledger.history({ events: ['added'], limit: 1 }).map((row) => row.event)).toEqual(['added'])
      })

      it('follows a rename, and stays under the last name after removal', () => {
        ledger.insertCredential(one, at)
        ledger.appendHistory(entry(one.name, at, 'added'))
        ledger.updateCredential(one.id, { name: 'new/name' })
        expect(ledger.history({ name: 'new/name' }).map((row) => row.event)).toEqual(['added'])
        expect(ledger.history({ name: one.name })).toEqual([])
        ledger.removeCredential(one.id)
        ledger.appendHistory(entry('new/name', at, 'removed'))
        expect(ledger.history({ name: 'new/name' }).map((row) => row.event)).toEqual(['removed', 'added'])
      })

      it('takes one event of many credentials, each under the name it has now, or had', () => {
        const [two, gone] = [sampleCredential(2), sampleCredential(3)]
        for (const credential of [one, two, gone]) ledger.insertCredential(credential, at)
        ledger.updateCredential(one.id, { name: 'new/name' })
        ledger.removeCredential(gone.id)
        const event = { at, event: 'exported', rotationId: null, detail: { format: 'kdbx' } }
        ledger.appendHistoryOf([one, two, gone], event)
        expect(ledger.history({})).toEqual([gone.name, two.name, 'new/name'].map((name) => ({ ...event, name })))
        ledger.updateCredential(two.id, { name: 'another' })
        expect(ledger.history({ name: 'another' })).toEqual([{ ...event, name: 'another' }])
        expect(() => ledger.appendHistoryOf([one], { ...event, at: 'never' })).toThrow('without a time')
        ledger.appendHistoryOf([], event)
        expect(ledger.history({})).toHaveLength(3)
      })

      it('is read of many names at once, as of each alone', () => {
        for (const when of [
          '2026-11-21T10:00:00Z',
          '2026-11-21T09:00:00Z',
          '2026-11-21T11:00:00Z',
          '2026-11-21T10:00:00Z',
        ])
          for (const name of ['b', 'a', 'B', 'other']) ledger.appendHistory(entry(name, when, `${name} ${when}`))
        const asked = ['A', 'nobody', 'b']
        const found = ledger.historiesOf([...asked, 'b'])
        expect([...found]).toEqual(asked.map((name) => [name, ledger.history({ name })]))
        expect(asked.map((name) => found.get(name)?.length)).toEqual([4, 0, 8])
      })

      it('comes with its credential, all of it or none, and is its own from then on', () => {
        const past = ['added', 'rotated'].map((event) => ({ at, event, rotationId: null, detail: {} }))
        expect(() => ledger.insertCredential(one, at, [...past, { ...past[0]!, at: 'never' }])).toThrow()
        expect([ledger.credentialById(one.id), ledger.history({})]).toEqual([null, []])
        ledger.insertCredential(one, at, past)
        ledger.updateCredential(one.id, { name: 'new/name' })
        expect(ledger.history({ name: 'new/name' }).map((row) => row.event)).toEqual(['rotated', 'added'])
      })
    })

    describe('many credentials', () => {
      const added = Array.from({ length: 47 }, (_, n) => ({
        credential: sampleCredential(n + 1),
        past: ['added', 'rotated'].map((event) => ({ at, event, rotationId: null, detail: { n } })),
      }))

      it('come with their fingerprints and pasts, each with its own', () => {
        ledger.insertCredentials(added, at)
        ledger.insertCredentials([], at)
        expect(ledger.credentials()).toHaveLength(added.length)
        for (const { credential, past } of added) {
          const { id, name, fingerprint } = credential
          expect([ledger.credentialById(id), ledger.fingerprintsOf(id)]).toEqual([credential, [fingerprint]])
          expect(ledger.history({ name })).toEqual(past.toReversed().map((event) => ({ ...event, name })))
        }
      })

      it('come all or none, and the one that cannot is named', () => {
        const same = { ...sampleCredential(48), name: one.name.toUpperCase() }
        const failure = ledgerFailure(() => ledger.insertCredentials([...added, { credential: same, past: [] }], at))
        expect(failure).toMatchObject({ code: 'name-taken', fields: { name: one.name } })
        expect([ledger.credentials(), ledger.history({}), ledger.fingerprintsOf(one.id)]).toEqual([[], [], []])
      })
    })

    describe('the rest', () => {
      it('counts pace in a scope, from a time on, oldest first', () => {
        ledger.recordPace('key:1', '2026-11-21T10:00:02Z')
        ledger.recordPace('key:1', '2026-11-21T10:00:01.500Z')
        ledger.recordPace('key:2', '2026-11-21T10:00:03Z')
        expect(ledger.paceSince('key:1', '2026-11-21T10:00:01.500Z')).toEqual([
          '2026-11-21T10:00:01.500Z',
          '2026-11-21T10:00:02.000Z',
        ])
        expect(ledger.paceSince('key:1', '2026-11-21T10:00:01.501Z')).toEqual(['2026-11-21T10:00:02.000Z'])
        ledger.recordPace('key:1', '2027-11-21T10:00:00Z')
        expect(ledger.paceSince('key:1', '2026-01-01T00:00:00Z')).toEqual(['2027-11-21T10:00:00.000Z'])
        expect(ledger.paceSince('key:2', '2026-01-01T00:00:00Z')).toHaveLength(1)
      })

      it('writes the id of an internal key once', () => {
        expect(ledger.internalKeyId('os', 'escrow-key')).toBeNull()
        ledger.recordInternalKey('os', 'escrow-key', 'aaaa', at)
        ledger.recordInternalKey('os', 'escrow-key', 'aaaa', at)
        ledger.recordInternalKey('sealed', 'escrow-key', 'bbbb', at)
        expect(ledgerFailure(() => ledger.recordInternalKey('os', 'escrow-key', 'cccc', at))).toEqual({
          code: 'keychain-changed',
          fields: { item: 'escrow-key' },
        })
        expect(ledger.internalKeyId('os', 'escrow-key')).toBe('aaaa')
        expect(ledger.internalKeyId('os', 'fingerprint-key')).toBeNull()
      })

      it('keeps vendor files by hash and trusted files by path', () => {
        ledger.saveVendorFile('h1', 'scrapebit', 'id: scrapebit')
        ledger.saveVendorFile('h1', 'scrapebit', 'id: scrapebit')
        expect(ledger.vendorFileText('h1')).toBe('id: scrapebit')
        expect(ledger.vendorFileText('h2')).toBeNull()
        const trusted = { path: '/v/mine.yaml', vendorId: 'mine', sha256: 'a', text: 'id: mine', trustedAt: at }
        ledger.trustFile(trusted)
        ledger.trustFile({ ...trusted, sha256: 'b' })
        expect(ledger.trustedFile('/v/mine.yaml')).toEqual({ ...trusted, sha256: 'b' })
        expect(ledger.trustedFile('/v/other.yaml')).toBeNull()
      })

      it('undoes a whole transaction, and of a nested one that was caught only its own part', () => {
        const broken = new Error('a bug')
        expect(() =>
          ledger.transaction(() => {
            ledger.insertCredential(one, at)
            throw broken
          }),
        ).toThrow(broken)
        expect(ledger.credentials()).toEqual([])
        const answer = ledger.transaction(() => {
          ledger.insertCredential(one, at)
          expect(() =>
            ledger.transaction(() => {
              ledger.insertCredential(sampleCredential(2), at)
              ledger.insertCredential(sampleCredential(3, { fingerprint: one.fingerprint }), at)
            }),
          ).toThrow(LedgerError)
          return 'done'
        })
        expect(answer).toBe('done')
        expect(ledger.credentials()).toEqual([one])
      })

      it('does not let a transaction wait', () => {
        expect(() => ledger.transaction(() => Promise.resolve())).toThrow('cannot wait')
        ledger.insertCredential(one, at)
      })

      it('commits together what is asked for together, and of that only what is whole', async () => {
        const broken = new Error('a bug')
        const add = (n: number) => ledger.commit(() => ledger.insertCredential(sampleCredential(n), at))
        const failing = ledger.commit(() => {
          ledger.insertCredential(sampleCredential(9), at)
          throw broken
        })
        const all = [add(1), failing, add(2), add(1)]
        expect(ledger.credentials()).toEqual([])
        const ends = await Promise.allSettled(all)
        expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
        expect(ends[1]).toHaveProperty('reason', broken)
        expect(ends[3]).toHaveProperty('reason', expect.any(LedgerError))
        expect(ledger.credentials()).toEqual([sampleCredential(1), sampleCredential(2)])
      })

      it('has an id and knows its machine', () => {
        expect(ledger.ledgerId).toMatch(/^[0-9a-f]{24}$/)
        expect(ledger.machine.isHere).toBe(true)
      })
    })
  })
}
