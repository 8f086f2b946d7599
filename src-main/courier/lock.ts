import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'

/**
 * The rotation's lock, as long as its reply may still come: an exclusive transaction on an empty SQLite file, like every
 * other lock of rekey, so that recovery sees this courier at work. The kernel drops it when the courier dies.
 */

// A handle that nobody refers to would be collected, and its lock with it.
const held = new Set<DatabaseSync>()

export type Release = () => void

/** Takes the lock or says at once why not: `busy` if another process holds it. */
export function takeLock(path: string, name: string): Result<Release> {
  let database: DatabaseSync | null = null
  try {
    makeFile(path)
    database = new DatabaseSync(path, { timeout: 15 })
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database?.close()
    const isHeld = error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5
    return err(isHeld ? fail('busy', { name }) : fail('courier', { why: 'the lock of the rotation cannot be taken' }))
  }
  const taken = database
  held.add(taken)
  return ok(() => {
    if (held.delete(taken)) taken.close()
  })
}

/** O_EXCL, so that a file that exists, and may be locked by us, is never opened this way. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
