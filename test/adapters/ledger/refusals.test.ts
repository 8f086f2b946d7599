import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../../src-main/adapters/ledger/connection.ts'
import { migrate } from '../../../src-main/adapters/ledger/migrate.ts'
import { migrations } from '../../../src-main/adapters/ledger/migrations/list.ts'
import { openLedger } from '../../../src-main/adapters/ledger/open-ledger.ts'
import type { Ledger } from '../../../src-main/core/ports.ts'
import { ledgerFailure } from '../../contract/ledger.ts'
import { sampleCredential, sampleRotation } from './samples.ts'

const at = '2026-11-21T10:00:00.000Z'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-ledger-'))
  file = join(folder, 'ledger.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const openOn = (machine: string, readOnly = false) => openLedger({ file, machineId: () => machine, readOnly })
function open(machine = 'this machine'): Ledger {
  const opened = openOn(machine)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  return opened.value
}
const refusal = (readOnly = false) => {
  const opened = openOn('this machine', readOnly)
  if (opened.ok) opened.value.close()
  return opened.ok ? null : opened.failure
}
function filled(): void {
  const ledger = open()
  const credential = sampleCredential(1)
  ledger.insertCredential(credential, at)
  ledger.insertRotation(sampleRotation(1, credential), [{ step: 'mint', mints: true, phase: 'intent', detail: {} }])
  for (let n = 2; n < 200; n += 1) ledger.insertCredential(sampleCredential(n), at)
  ledger.close()
}
/** Changes the database as a stranger would, and is done with it. */
function meddle(sql: string): void {
  const database = new DatabaseSync(file)
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}

describe('settings', () => {
  it('are the ones that the promises rest on', () => {
    writeFileSync(file, '')
    const connection = connect(file, { readOnly: false, immutable: false, busyMs: 10_000 })
    const value = (name: string) => Object.values(connection.get(`PRAGMA ${name}`) ?? {})[0]
    expect(
      ['synchronous', 'fullfsync', 'checkpoint_fullfsync', 'secure_delete', 'foreign_keys', 'busy_timeout'].map(value),
    ).toEqual([2, 1, 1, 1, 1, 10_000])
    expect(value('trusted_schema')).toBe(0)
    expect(() => connection.write('SELECT 1')).toThrow('outside a transaction')
    connection.close()
    open().close()
    expect(readFileSync(file).subarray(18, 20)).toEqual(Buffer.from([2, 2]))
  })

  it.skipIf(process.platform === 'win32')('keep the files closed to others, whatever the umask', () => {
    const before = process.umask(0)
    try {
      const ledger = open()
      for (const name of ['', '-wal', '-shm']) expect(statSync(file + name).mode & 0o777).toBe(0o600)
      ledger.close()
      chmodSync(file, 0o644)
      open().close()
      expect(statSync(file).mode & 0o777).toBe(0o600)
    } finally {
      process.umask(before)
    }
  })
})

describe('a file that is not a ledger of this version', () => {
  it('is refused if it is newer, and not touched', () => {
    filled()
    meddle('PRAGMA user_version = 99')
    const before = readFileSync(file)
    const known = String(migrations.at(-1)!.version)
    expect(refusal()).toEqual({ code: 'ledger-newer', fields: { found: '99', known } })
    expect(refusal(true)).toEqual({ code: 'ledger-newer', fields: { found: '99', known } })
    expect(readFileSync(file)).toEqual(before)
  })

  it('is refused if it is no database, and not touched', () => {
    writeFileSync(file, 'dear diary '.repeat(500))
    expect(refusal()).toMatchObject({ code: 'ledger-unreadable', fields: { file, why: 'it is not a database' } })
    expect(readFileSync(file, 'utf8')).toBe('dear diary '.repeat(500))
  })

  it('is refused if it is a database of another program', () => {
    meddle('CREATE TABLE cookies (value TEXT)')
    expect(refusal()?.fields['why']).toBe('it is a database of another program')
    meddle('PRAGMA user_version = 1')
    expect(refusal()?.fields['why']).toBe('it is a database of another program')
  })

  it('is refused if it is a link, and what lies behind keeps its mode', () => {
    const behind = join(folder, 'somebody-elses')
    writeFileSync(behind, 'not ours', { mode: 0o644 })
    chmodSync(behind, 0o644)
    symlinkSync(behind, file)
    expect(refusal()).toMatchObject({ code: 'ledger-unreadable', fields: { why: 'it is a link' } })
    expect(statSync(behind).mode & 0o777).toBe(0o644)
  })

  it('is refused if it is torn', () => {
    filled()
    truncateSync(file, Math.floor(statSync(file).size / 2))
    expect(refusal()).toMatchObject({ code: 'ledger-unreadable', fields: { file } })
  })

  it('is refused, at the latest when read, if its pages are damaged', () => {
    filled()
    const bytes = readFileSync(file)
    bytes.fill(0xa5, 4096 * 3)
    writeFileSync(file, bytes)
    const opened = openOn('this machine')
    const failure = opened.ok ? ledgerFailure(() => opened.value.credentials()) : opened.failure
    if (opened.ok) opened.value.close()
    expect(failure).toMatchObject({ code: 'ledger-unreadable', fields: { file } })
    expect(readFileSync(file)).toEqual(bytes)
  })

  it('is refused if it is a folder, or not there for a reader', () => {
    expect(refusal(true)).toMatchObject({ code: 'ledger-unreadable', fields: { why: 'there is none yet' } })
    file = folder
    expect(refusal()).toMatchObject({ code: 'ledger-unreadable', fields: { why: 'it is not a file' } })
  })
})

describe('a row that does not hold what it should', () => {
  it.each([
    [`UPDATE credentials SET tags = '[1]' WHERE name = 'prod/key-1'`, 'tags'],
    [`UPDATE credentials SET inputs = '{' WHERE name = 'prod/key-1'`, 'inputs'],
    [`UPDATE credentials SET store = 'paper' WHERE name = 'prod/key-1'`, 'store'],
  ])('is named and kept: %s', (sql, column) => {
    filled()
    meddle(sql)
    const ledger = open()
    const { id } = sampleCredential(1)
    const failure = ledgerFailure(() => ledger.credentials())
    expect(failure).toEqual({
      code: 'ledger-unreadable',
      fields: { file, why: `credential ${id} has an unreadable ${column}` },
    })
    expect(ledger.credentialByName('prod/key-2')).toEqual(sampleCredential(2))
    ledger.close()
    meddle(`UPDATE credentials SET tags = '[]', inputs = '{}', store = 'os' WHERE id = '${id}'`)
    const again = open()
    expect(again.credentials()).toHaveLength(199)
    again.close()
  })

  it('is named for a snapshot, which recovery must not half-read', () => {
    filled()
    meddle(`UPDATE rotations SET snapshot = json_remove(snapshot, '$.tls.caPem')`)
    const ledger = open()
    expect(ledgerFailure(() => ledger.openRotations()).fields['why']).toContain('has an unreadable snapshot')
    ledger.close()
  })
})

describe('rules that hold whoever asks', () => {
  it('the journal is append-only', () => {
    filled()
    for (const sql of [
      'UPDATE journal SET mints = 0',
      'DELETE FROM journal',
      `REPLACE INTO journal SELECT * FROM journal`,
    ])
      expect(() => meddle(`PRAGMA recursive_triggers = ON; ${sql}`)).toThrow('append-only')
  })

  it('a second open rotation of a credential is refused by the database itself', () => {
    filled()
    expect(() =>
      meddle(`INSERT INTO rotations SELECT 'another', credential_id, strategy, state, reached, snapshot, outcome,
      settled, code, retry_at, old_key, new_fingerprint, new_tail, rescues, dismissed, started_at, updated_at, folded FROM rotations`),
    ).toThrow('UNIQUE')
  })

  it('no column could hold a secret', () => {
    filled()
    const database = new DatabaseSync(file)
    const columns = database
      .prepare("SELECT p.name FROM sqlite_schema s, pragma_table_info(s.name) p WHERE s.type = 'table'")
      .all()
      .map((row) => String(row['name']))
    database.close()
    expect(columns.length).toBeGreaterThan(50)
    expect(
      columns.filter((name) => /secret|password|token|(?:^|_)key$|value|body|reply/.test(name)).toSorted(),
    ).toEqual([
      'key', // of meta
      'old_key', // works, dead or unknown
      'secret_inputs', // names of inputs
      'value', // of meta
    ])
  })
})

describe('migrations', () => {
  it('are numbered one by one', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })

  it.each([0, ...migrations.map(({ version }) => version)])('bring a ledger of version %i to the newest', (version) => {
    writeFileSync(file, '')
    const connection = connect(file, { readOnly: false, immutable: false, busyMs: 1000 })
    migrate(connection, { readOnly: false }, migrations.slice(0, version))
    connection.close()
    const ledger = open()
    ledger.insertCredential(sampleCredential(1), at)
    ledger.close()
    open().close()
  })

  it('happen whole or not at all', () => {
    filled()
    const next = migrations.length + 1
    const broken = { version: next, sql: 'CREATE TABLE half (id TEXT); INSERT INTO nowhere VALUES (1)' }
    const connection = connect(file, { readOnly: false, immutable: false, busyMs: 1000 })
    const failure = ledgerFailure(() => migrate(connection, { readOnly: false }, [...migrations, broken]))
    expect(failure.code).toBe('ledger-unreadable')
    expect(connection.get("SELECT 1 FROM sqlite_schema WHERE name = 'half'")).toBeUndefined()
    migrate(connection, { readOnly: false }, [...migrations, { version: next, sql: 'CREATE TABLE whole (id TEXT)' }])
    connection.close()
    expect(refusal()).toMatchObject({ code: 'ledger-newer' })
  })

  it('are not made by a reader', () => {
    writeFileSync(file, '')
    expect(refusal(true)).toMatchObject({ code: 'ledger-unreadable', fields: { file } })
    expect(statSync(file).size).toBe(0)
  })
})

describe('the machine', () => {
  it('is another one after a copy, until it is adopted (A11)', () => {
    filled()
    const first = open()
    const { ledgerId, machine } = first
    expect(machine.isHere).toBe(true)
    expect(machine.id).not.toContain('this machine')
    first.close()
    copyFileSync(file, `${file}.copy`)
    file = `${file}.copy`
    const copy = open('that machine')
    expect(copy.ledgerId).toBe(ledgerId)
    expect(copy.machine).toEqual({ id: machine.id, isHere: false })
    copy.adoptMachine()
    expect(copy.machine.isHere).toBe(true)
    copy.close()
    const back = open('this machine')
    expect(back.machine.isHere).toBe(false)
    back.close()
  })

  it('is not asked for by who only reads credentials', () => {
    filled()
    const opened = openLedger({
      file,
      machineId: () => {
        throw new Error('asked')
      },
    })
    if (!opened.ok) throw new Error(opened.failure.code)
    expect(opened.value.credentials()).toHaveLength(199)
    expect(() => opened.value.machine).toThrow('asked')
    opened.value.close()
  })

  it('is told apart by each ledger in its own way', () => {
    const one = open()
    const { id } = one.machine
    one.close()
    file = join(folder, 'second.sqlite')
    const two = open()
    expect(two.machine.id).not.toBe(id)
    two.close()
  })
})
