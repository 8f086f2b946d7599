/**
 * The ledger as it is, beside it, before its schema changes: an older Rekey can go on with it. The copy is whole, proven and on disk
 * before the migration begins, or the migration does not begin. It is not encrypted: it is what the ledger beside it is, which holds no
 * secret, and a keychain that is locked must not keep a ledger from opening.
 */
import { closeSync, fsyncSync, lstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fail } from '../../../src-contract/failures.ts'
import { LedgerError } from '../../core/ports.ts'
import { connect, type Connection } from './connection.ts'
import { asLedgerError, unreadable } from './sqlite-failure.ts'

/** How many ledgers of earlier schemas are kept: a person who goes back needs the last, and may have missed one. */
const KEPT = 2
/** What a killed process left; another that is at it now is younger. */
const STALE_MS = 10 * 60_000

/** Makes the copy anew where an earlier one stands: who went back and worked on has a newer ledger of that schema. */
export function keepBeforeMigration(connection: Connection, version: number): void {
  const { file } = connection
  const folder = dirname(file)
  const kept = `${file}.schema-${version}`
  const beside = `${kept}.${process.pid}.part`
  try {
    rmSync(beside, { force: true })
    // empty is as good as none to SQLite, and closed to others from the beginning
    closeSync(openSync(beside, 'wx', 0o600))
    // SQLite's own way: a whole and sound database, whatever lies in the WAL and whoever reads meanwhile
    connection.get('VACUUM INTO ?', beside)
    // another process may have migrated in between: then its own copy is the one
    if (versionIn(beside) !== version) return rmSync(beside, { force: true })
    sync(beside)
    renameSync(beside, kept)
    if (process.platform !== 'win32') sync(folder)
    rmSync(beside, { force: true })
    prune(folder, basename(file))
  } catch (error) {
    rmSync(beside, { force: true })
    throw asLedgerError(named(error, file), file)
  }
}

/** What the disk says of a file, in the words of a ledger. */
function named(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const folder = dirname(file)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new LedgerError(fail('disk-full', { folder }), { cause: error })
  if (!/^E[A-Z]+$/.test(code)) return error
  const why = `its copy before the migration cannot be made (${code})`
  return new LedgerError(fail('ledger-readonly', { why, folder }), { cause: error })
}

/** The schema of the copy, once it was found whole. */
function versionIn(copy: string): number {
  const opened = connect(copy, { readOnly: true, immutable: true, busyMs: 0 })
  try {
    if (opened.get('PRAGMA quick_check(1)')?.['quick_check'] !== 'ok')
      throw new LedgerError(unreadable(copy, 'the copy before the migration came out damaged'))
    return Number(opened.get('PRAGMA user_version')?.['user_version'])
  } finally {
    opened.close()
  }
}

/** Of the copy and its folder: no lock of SQLite's hangs on either. */
function sync(path: string): void {
  const fd = openSync(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function prune(folder: string, ledger: string): void {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${ledger}.schema-`))
  const schemaOf = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1))
  const copies = names.filter((name) => /\.schema-\d+$/.test(name)).toSorted((a, b) => schemaOf(b) - schemaOf(a))
  const parts = names.filter((name) => /\.schema-\d+\.\d+\.part$/.test(name) && isStale(join(folder, name)))
  for (const name of [...copies.slice(KEPT), ...parts]) rmSync(join(folder, name), { force: true })
}

const isStale = (path: string): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS
}
