import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openLedger } from '../../../src-main/adapters/ledger/open-ledger.ts'
import type { Ledger } from '../../../src-main/core/ports.ts'
import { sampleCredential, sampleRotation } from './samples.ts'

/** What a ledger of many years must never do at one key's or one rotation's account: look at all of them. */
const at = '2026-11-21T10:00:00.000Z'
let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-plans-'))
  file = join(folder, 'ledger.sqlite')
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const open = (): Ledger => {
  const opened = openLedger({ file, machineId: () => 'this machine' })
  if (!opened.ok) throw new Error(opened.failure.code)
  return opened.value
}

/** Every statement that the ledger prepares while each of its methods is called once. */
async function statements(): Promise<readonly string[]> {
  const seen = new Set<string>()
  const prepare = DatabaseSync.prototype.prepare
  vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql, ...rest) {
    seen.add(sql)
    return prepare.call(this, sql, ...rest)
  })
  const ledger = open()
  const operator = sampleCredential(1)
  const credential = sampleCredential(2, { operatorId: operator.id })
  const rotation = sampleRotation(1, credential)
  const entry = { step: 'mint', mints: true, phase: 'intent', detail: {} } as const
  const calls: { readonly [Name in keyof Ledger]: () => unknown } = {
    ledgerId: () => ledger.ledgerId,
    machine: () => ledger.machine,
    foreignCommits: () => ledger.foreignCommits(),
    adoptMachine: () => ledger.adoptMachine(),
    transaction: () => ledger.transaction(() => null),
    commit: () => ledger.commit(() => undefined),
    insertCredential: () => ledger.insertCredential(operator, at),
    insertCredentials: () => ledger.insertCredentials([{ credential, past: [] }], at),
    credentials: () => ledger.credentials(),
    credentialById: () => ledger.credentialById(credential.id),
    credentialByName: () => ledger.credentialByName(credential.name),
    credentialBySubject: () => ledger.credentialBySubject(credential.vendor, 'https://a.example', 'b'),
    credentialByFingerprint: () => ledger.credentialByFingerprint(credential.fingerprint),
    updateCredential: () => ledger.updateCredential(credential.id, { name: 'another' }),
    addFingerprint: () => ledger.addFingerprint(credential.id, 'f'.repeat(16), at),
    fingerprints: () => ledger.fingerprints([credential.id]),
    fingerprintsOf: () => ledger.fingerprintsOf(credential.id),
    insertRotation: () => ledger.insertRotation(rotation, [entry]),
    openRotations: () => ledger.openRotations(),
    openRotationOf: () => ledger.openRotationOf(credential.id),
    advanceRotation: () =>
      ledger.advanceRotation(rotation.id, { state: 'ended', outcome: 'rotated', settled: true }, [entry], at),
    rotation: () => ledger.rotation(rotation.id),
    rotationsOf: () => [ledger.rotationsOf(credential.id), ledger.rotationsOf(credential.id, [rotation.id])],
    journal: () => ledger.journal(rotation.id),
    appendHistory: () =>
      ledger.appendHistory({ at, name: 'another', event: 'rotated', rotationId: rotation.id, detail: {} }),
    appendHistoryOf: () =>
      ledger.appendHistoryOf([credential], { at, event: 'exported', rotationId: null, detail: {} }),
    historiesOf: () => ledger.historiesOf(['another']),
    history: () => [
      ledger.history({ limit: 10 }),
      ledger.history({ name: 'another', limit: 10 }),
      ledger.history({ events: ['set'] }),
    ],
    internalKeyId: () => ledger.internalKeyId('sealed', 'escrow-key'),
    recordInternalKey: () => ledger.recordInternalKey('sealed', 'escrow-key', 'a', at),
    recordPace: () => ledger.recordPace('scope', at),
    paceSince: () => ledger.paceSince('scope', at),
    beginImport: () => ledger.beginImport({ id: 'i', at, store: 'sealed', items: [] }),
    clearImport: () => ledger.clearImport('i'),
    openImports: () => ledger.openImports(),
    endImport: () => ledger.endImport('i'),
    compact: () => ledger.compact({ before: '2027-01-01T00:00:00.000Z', except: [], forMs: 1000 }),
    saveVendorFile: () => ledger.saveVendorFile('hash', 'acme', 'text'),
    vendorFileText: () => ledger.vendorFileText('hash'),
    trustFile: () => ledger.trustFile({ path: '/a', vendorId: 'acme', sha256: 'b', text: 'c', trustedAt: at }),
    trustedFile: () => ledger.trustedFile('/a'),
    removeCredential: () => ledger.removeCredential(credential.id),
    close: () => ledger.close(),
  }
  for (const call of Object.values(calls)) await call()
  vi.restoreAllMocks()
  return [...seen].filter((sql) => /^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(sql))
}

/** What grows with the years. Of the credentials there are as many as a person keeps. */
const growing = /\b(history|journal|rotations|fingerprints|pace|vendor_files)\b/
type Row = Readonly<Record<string, unknown>>

/** Loops over a whole table or index, those of the foreign keys among them, which no query plan shows. */
const loopsOf = (database: DatabaseSync, sql: string): number =>
  database
    .prepare(`EXPLAIN ${sql}`)
    .all()
    .filter((row: Row) => row['opcode'] === 'Rewind' || row['opcode'] === 'Last').length

describe('every statement of the ledger', () => {
  it('finds what it looks for by an index', async () => {
    const all = await statements()
    expect(all.length).toBeGreaterThan(30)
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: true })
    try {
      const scans = all.flatMap((sql) =>
        database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map((row: Row) => `${String(row['detail'])}: ${sql.replaceAll(/\s+/g, ' ')}`)
          .filter((plan) => (/^SCAN (?!CONSTANT)/.test(plan) || plan.startsWith('USE TEMP')) && growing.test(plan)),
      )
      expect(scans.toSorted()).toEqual([
        // the many whose event is told
        expect.stringMatching(/^SCAN e VIRTUAL TABLE .* INSERT INTO history/),
        // by the index of time, as far as the limit, and only what is open
        expect.stringMatching(/^SCAN history USING INDEX history_by_time: SELECT/),
        expect.stringMatching(/^SCAN history USING INDEX history_by_time: SELECT .* WHERE event IN/),
        // the many whose fingerprints are asked for, the few sealed files, the few events that are wanted
        expect.stringMatching(/^SCAN json_each .* FROM rotations WHERE credential_id/),
        expect.stringMatching(/^SCAN json_each .* FROM fingerprints WHERE credential_id IN/),
        expect.stringMatching(/^SCAN json_each .* FROM rotations WHERE settled = 1 AND folded = 0/),
        expect.stringMatching(/^SCAN json_each .* FROM history/),
        // the names whose past is asked for
        expect.stringMatching(/^SCAN n VIRTUAL TABLE .* FROM json_each/),
        expect.stringMatching(/^SCAN rotations USING INDEX one_open_rotation_a_credential: SELECT .* settled = 0/),
        // in memory: what is open, one credential's own, and what is told of many or asked of many
        expect.stringMatching(/^USE TEMP B-TREE FOR ORDER BY: INSERT INTO history .* ORDER BY e.key/),
        expect.stringMatching(/^USE TEMP B-TREE FOR ORDER BY: .* credential_id = \?1 AND settled = 1 AND id IN/),
        expect.stringMatching(/^USE TEMP B-TREE FOR ORDER BY: .* credential_id = \?1 AND settled = 1 ORDER BY/),
        expect.stringMatching(/^USE TEMP B-TREE FOR ORDER BY: .* settled = 0 ORDER BY/),
        expect.stringMatching(/^USE TEMP B-TREE FOR ORDER BY: .* fingerprints WHERE credential_id IN .* ORDER BY/),
        expect.stringMatching(/^USE TEMP B-TREE FOR ORDER BY: .* fingerprints WHERE credential_id = \? ORDER BY/),
        expect.stringMatching(/^USE TEMP B-TREE FOR ORDER BY: .* history ON name = n.value ORDER BY n.key/),
      ])
      const loops = all.filter((sql) => /^\s*(UPDATE|DELETE)/.test(sql) && loopsOf(database, sql) > 0)
      expect(loops).toEqual([])
    } finally {
      database.close()
    }
  })
})
