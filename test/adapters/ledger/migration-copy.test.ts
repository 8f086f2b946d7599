import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepBeforeMigration } from '../../../src-main/adapters/ledger/backup.ts'
import { connect } from '../../../src-main/adapters/ledger/connection.ts'
import { migrate } from '../../../src-main/adapters/ledger/migrate.ts'
import { migrations } from '../../../src-main/adapters/ledger/migrations/list.ts'
import { openLedger } from '../../../src-main/adapters/ledger/open-ledger.ts'
import { ledgerFailure } from '../../contract/ledger.ts'
import { sampleCredential } from './samples.ts'

const at = '2026-11-21T10:00:00.000Z'
const newest = migrations.length
const next = { version: newest + 1, sql: 'CREATE TABLE of_the_next (id TEXT)' }
let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-migration-'))
  file = join(folder, 'ledger.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (where = file) => {
  const opened = openLedger({ file: where, machineId: () => 'this machine' })
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  return opened.value
}
const add = (n: number, where = file): void => {
  const ledger = open(where)
  ledger.insertCredential(sampleCredential(n), at)
  ledger.close()
}
const names = (where = file): readonly string[] => {
  const ledger = open(where)
  try {
    return ledger.credentials().map(({ name }) => name)
  } finally {
    ledger.close()
  }
}
const upgrade = (where = file, last = next): void => {
  const connection = connect(where, { readOnly: false, immutable: false, busyMs: 1000 })
  try {
    migrate(connection, { readOnly: false }, [...migrations, last])
  } finally {
    connection.close()
  }
}
const versionOf = (path: string): unknown => {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare('PRAGMA user_version').get()?.['user_version']
  } finally {
    database.close()
  }
}
const copy = (): string => `${file}.schema-${newest}`
const goBack = (): void => {
  for (const side of ['-wal', '-shm']) rmSync(`${file}${side}`, { force: true })
  copyFileSync(copy(), file)
}

describe('the copy before a migration', () => {
  it('takes a person back to the version before, with everything in it', () => {
    add(1)
    const reader = open()
    reader.insertCredential(sampleCredential(2), at)
    upgrade()
    reader.close()
    expect(versionOf(file)).toBe(newest + 1)
    expect(openLedger({ file, machineId: () => '' })).toMatchObject({ ok: false, failure: { code: 'ledger-newer' } })
    expect(statSync(copy()).mode & 0o777).toBe(0o600)
    goBack()
    expect(names()).toEqual(['prod/key-1', 'prod/key-2'])
  })

  it('is made anew by who went back, worked on, and comes forward again', () => {
    add(1)
    upgrade()
    goBack()
    add(2)
    upgrade()
    goBack()
    expect(names()).toEqual(['prod/key-1', 'prod/key-2'])
  })

  it('stays as it is where another process has migrated meanwhile', () => {
    add(1)
    upgrade()
    const before = statSync(copy()).ino
    const connection = connect(file, { readOnly: false, immutable: false, busyMs: 1000 })
    keepBeforeMigration(connection, newest)
    connection.close()
    expect(statSync(copy()).ino).toBe(before)
    expect(versionOf(copy())).toBe(newest)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('is one of two that are kept; what a kill left of another goes once it is old', () => {
    add(1)
    for (const version of [90, 91]) writeFileSync(`${file}.schema-${version}`, '')
    const [old, young] = [`${file}.schema-1.4711.part`, `${file}.schema-1.4712.part`]
    for (const path of [old, young]) writeFileSync(path, '')
    utimesSync(old, new Date(0), new Date(0))
    writeFileSync(`${file}.schema-mine`, '')
    upgrade()
    const left = readdirSync(folder).filter((name) => name.includes('schema'))
    expect(left.toSorted()).toEqual(
      ['schema-1.4712.part', 'schema-90', 'schema-91', 'schema-mine'].map((name) => `ledger.sqlite.${name}`),
    )
  })

  it('and a kill right after it leave both sound: the next start migrates', () => {
    add(1)
    const source = (name: string): string =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../src-main/adapters/ledger', name)).href)
    const code = `
      const { connect } = await import(${source('connection.ts')})
      const { migrate } = await import(${source('migrate.ts')})
      const { migrations } = await import(${source('migrations/list.ts')})
      const last = { version: ${newest + 1}, get sql() { process.kill(process.pid, 'SIGKILL'); return '' } }
      migrate(connect(process.argv[1], { readOnly: false, immutable: false, busyMs: 1000 }), { readOnly: false }, [...migrations, last])`
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', code, file], { encoding: 'utf8' })
    expect(child.signal, child.stderr).toBe('SIGKILL')
    expect(versionOf(copy())).toBe(newest)
    expect(names()).toEqual(['prod/key-1'])
    expect(names(copy())).toEqual(['prod/key-1'])
    upgrade()
    expect(versionOf(file)).toBe(newest + 1)
  })

  it('that has no room keeps the migration from beginning, and nothing is changed', ({ skip }) => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    const mount = ['-t', 'tmpfs', '-o', 'size=1m', 'rekey-test', disk]
    // a container may keep even root from mounting
    if (process.platform !== 'linux' || spawnSync('mount', mount).status !== 0) return skip()
    try {
      const there = join(disk, 'ledger.sqlite')
      add(1, there)
      // what takes its place in the log and its shared memory is there; only the copy finds none
      const held = open(there)
      held.insertCredential(sampleCredential(2), at)
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=4k'], { stdio: 'ignore' })
      expect(ledgerFailure(() => upgrade(there))).toEqual({ code: 'disk-full', fields: { folder: disk } })
      held.close()
      expect(existsSync(`${there}.schema-${newest}`)).toBe(false)
      expect(readdirSync(disk).filter((name) => name.endsWith('.part'))).toEqual([])
      rmSync(join(disk, 'filler'))
      expect(versionOf(there)).toBe(newest)
      expect(names(there)).toEqual(['prod/key-1', 'prod/key-2'])
      upgrade(there)
      expect(versionOf(there)).toBe(newest + 1)
    } finally {
      spawnSync('umount', [disk])
    }
  })
})
