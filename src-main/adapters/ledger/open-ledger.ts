import { accessSync, chmodSync, closeSync, constants, lstatSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail } from '../../../src-contract/failures.ts'
import type { Failure } from '../../../src-contract/failures.ts'
import type { Result } from '../../../src-contract/result.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { Ledger } from '../../core/ports.ts'
import { LedgerError } from '../../core/ports.ts'
import { compaction } from './compact.ts'
import type { Connection } from './connection.ts'
import { connect } from './connection.ts'
import { credentialTable } from './credentials.ts'
import { groupCommits } from './group-commit.ts'
import { historyTable } from './history.ts'
import { importTable } from './imports.ts'
import { metaTable } from './meta.ts'
import { migrate } from './migrate.ts'
import { paceTable } from './pace.ts'
import { rotationTable } from './rotations.ts'
import { asLedgerError, isBusy, isCannotOpen, unreadable } from './sqlite-failure.ts'
import { vendorFileTable } from './vendor-files.ts'

export type LedgerOptions = {
  readonly file: string
  /** Names the machine; asked only when needed (adapters/home/machine-id.ts). */
  readonly machineId: () => string
  readonly readOnly?: boolean
  /** How long a write waits for another process's; 10 s unless a test is in a hurry. */
  readonly busyMs?: number
}

/**
 * Opens the ledger, making it if there is none, and brings its schema up to date. A file that is not ours, is newer,
 * torn or cannot be written is a failure, and is left as it was.
 */
export function openLedger(options: LedgerOptions): Result<Ledger> {
  const { file, readOnly = false, busyMs = 10_000 } = options
  let connection: Connection | null = null
  try {
    const refusal = prepareFile(file, readOnly)
    if (refusal) return err(refusal)
    connection = open(file, readOnly, busyMs)
    // of a file that is made now; an older one uses its free pages again
    if (!readOnly && statSync(file).size === 0) connection.script('PRAGMA auto_vacuum = INCREMENTAL')
    if (!readOnly) useWal(connection, busyMs)
    migrate(connection, { readOnly })
    return ok(assemble(connection, metaTable(connection, { machineId: options.machineId, readOnly })))
  } catch (thrown) {
    connection?.close()
    const error = asLedgerError(thrown, file)
    if (!(error instanceof LedgerError)) throw error
    // Without its side files WAL cannot be opened: SQLite says "cannot open", a person must hear why.
    if (!readOnly && isCannotOpen(error.cause) && !isWritable(dirname(file)))
      return err(fail('ledger-readonly', { why: 'its disk or folder is read-only', folder: dirname(file) }))
    return err(error.failure)
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Makes the file with its mode before SQLite would make it with another, and refuses what is not a plain file. */
function prepareFile(file: string, readOnly: boolean): Failure | null {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found) {
    // SECURITY: 14. What lies behind a link may be anybody's: its mode is not ours to change.
    if (found.isSymbolicLink()) return unreadable(file, 'it is a link')
    if (!found.isFile()) return unreadable(file, 'it is not a file')
    // Never through a descriptor: closing one would drop the locks that this process holds on the file.
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0 && !readOnly) chmodSync(file, 0o600)
    return null
  }
  if (readOnly) return unreadable(file, 'there is none yet')
  try {
    closeSync(openSync(file, 'wx', 0o600))
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EEXIST') return null
    if (code === 'ENOSPC' || code === 'EDQUOT') return fail('disk-full', { folder: dirname(file) })
    return fail('ledger-readonly', { why: `its file cannot be made (${code})`, folder: dirname(file) })
  }
}

/**
 * A ledger on a read-only disk has no room for the shared-memory file that WAL needs. If no WAL is left over, the file
 * itself is the whole truth, and can be read as one that nobody changes.
 */
function open(file: string, readOnly: boolean, busyMs: number): Connection {
  let connection: Connection | null = null
  try {
    connection = connect(file, { readOnly, immutable: false, busyMs })
    connection.get('SELECT 1 FROM sqlite_schema')
    return connection
  } catch (thrown) {
    connection?.close()
    const error = asLedgerError(thrown, file)
    const isLeftOver = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
    if (!readOnly || isLeftOver || !(error instanceof LedgerError) || !isCannotOpen(error.cause)) throw error
    return connect(file, { readOnly, immutable: true, busyMs })
  }
}

/** WAL is written into the file once. Going there takes the whole file for a moment, and SQLite does not wait for it. */
function useWal(connection: Connection, busyMs: number): void {
  const deadline = performance.now() + busyMs
  for (;;) {
    try {
      connection.script('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      const cause = error instanceof LedgerError ? error.cause : error
      if (!isBusy(cause) || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function assemble(connection: Connection, meta: ReturnType<typeof metaTable>): Ledger {
  const rest: Omit<Ledger, keyof typeof meta> = {
    ...credentialTable(connection),
    ...rotationTable(connection),
    ...historyTable(connection),
    ...importTable(connection),
    ...compaction(connection),
    ...paceTable(connection),
    ...vendorFileTable(connection),
    transaction: (fn) => connection.transaction(fn),
    commit: groupCommits(connection),
    close: () => connection.close(),
  }
  // Onto meta, whose `machine` is a getter that a spread would call.
  return Object.assign(meta, rest)
}
