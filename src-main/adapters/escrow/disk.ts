import { closeSync, fsync, fsyncSync, openSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { fail, type Failure } from '../../../src-contract/failures.ts'

/** Writes all of it at that place, or throws: a short write is a full disk. */
export function writeAt(fd: number, bytes: Uint8Array, position: number): void {
  const written = writeSync(fd, bytes, 0, bytes.length, position)
  if (written !== bytes.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
}

/** Waits for the disk without holding up the rest of the process. */
export const sync = promisify(fsync)

/** Makes a new or removed name in a folder durable. Windows cannot open a folder, and needs no such thing. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'

/** What a failed write in that folder is called. */
export function writeFailure(error: unknown, folder: string): Failure {
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return fail('disk-full', { folder })
  return fail('ledger-readonly', { folder, why: code })
}
