import { closeSync, openSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail } from '../../../src-contract/failures.ts'
import type { Lock, Locks } from '../../core/ports.ts'
import { LedgerError } from '../../core/ports.ts'

/**
 * A lease is an open transaction on an empty SQLite file: the kernel drops it when its holder dies, whatever pid
 * namespace, boot or clock it lived in. Nobody else may open, read, copy or delete these files: closing any descriptor
 * of one drops this process's lock, and a deleted one can be held twice. They stay empty, in rollback-journal mode (in
 * WAL a reader would not stop a writer), and stay after release. Nothing is written, so the journal is one in memory: as
 * a file it would be made and removed with every lock, five times the cost of the lock itself.
 */

// Not to wait for a holder: two who try a free lock in the same instant would otherwise refuse each other.
const collisionMs = 15

// A handle that nobody refers to would be collected, and its lock with it.
const held = new Set<DatabaseSync>()

const namePattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/

/** Locks in a folder that exists. Names are ids and fixed words. Throws LedgerError if a lock file cannot be used. */
export function openLocks(folder: string): Locks {
  if (!isAbsolute(folder)) throw new Error('the folder of locks must be absolute')
  const path = (name: string): string => {
    if (!namePattern.test(name)) throw new Error('not a name for a lock')
    return join(folder, name)
  }
  return {
    exclusive: (name) => take(path(name), folder, 'BEGIN EXCLUSIVE'),
    shared: (name) => take(path(name), folder, 'BEGIN; SELECT 1 FROM sqlite_schema'),
    path,
  }
}

function take(file: string, folder: string, begin: string): Lock | null {
  let database: DatabaseSync | null = null
  try {
    makeFile(file)
    database = new DatabaseSync(file, { timeout: collisionMs })
    database.exec(`PRAGMA journal_mode = MEMORY; ${begin}`)
  } catch (error) {
    database?.close()
    if (codeOf(error) === 5) return null
    throw new LedgerError(failureOf(error, file, folder), { cause: error })
  }
  return hold(database)
}

function hold(database: DatabaseSync): Lock {
  held.add(database)
  return {
    release() {
      if (!held.delete(database)) return
      database.exec('ROLLBACK')
      database.close()
    },
  }
}

/** With our mode, not SQLite's. O_EXCL: a file that exists, and may be locked, is never opened this way. */
function makeFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

const codeOf = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null

function failureOf(error: unknown, file: string, folder: string): ReturnType<typeof fail> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT' || codeOf(error) === 13) return fail('disk-full', { folder })
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return fail('ledger-readonly', { why: `a lock cannot be made (${code})`, folder })
  return fail('ledger-unreadable', { file, why: error instanceof Error ? error.message : 'a lock cannot be taken' })
}
