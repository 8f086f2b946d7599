import { dirname } from 'node:path'
import { fail, type Failure } from '../../../src-contract/failures.ts'

/** SQLite's primary result codes (https://sqlite.org/rescode.html, checked 2026-11-21), as the sealed store names them. */
const codes = { busy: 5, locked: 6, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 }

export const busyTimeoutMs = 10_000

const primaryCode = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null

const errnoOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null

export const damaged = (file: string, why: string): Failure => fail('store-damaged', { file, why })

/** The failure for what SQLite or the file system threw; what neither threw is a bug, and is thrown on. */
export function sqliteFailure(error: unknown, file: string): Failure {
  const folder = dirname(file)
  switch (primaryCode(error)) {
    case codes.busy:
    case codes.locked:
      return fail('keychain-timeout', { seconds: String(busyTimeoutMs / 1000) })
    case codes.readOnly:
      return readOnly(folder)
    case codes.full:
      return fail('disk-full', { folder })
    case codes.notADatabase:
      return damaged(file, 'it is not a database')
    case codes.corrupt:
      return damaged(file, 'its pages are damaged')
    case codes.cannotOpen:
      return damaged(file, 'it cannot be opened')
    case codes.ioError:
      return damaged(file, 'the disk gave an error')
    case null:
      return fileFailure(error, file)
    default:
      return damaged(file, 'SQLite cannot use it')
  }
}

const readOnly = (folder: string): Failure => fail('ledger-readonly', { why: 'the sealed store is read-only', folder })

function fileFailure(error: unknown, file: string): Failure {
  const errno = errnoOf(error)
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return fail('disk-full', { folder: dirname(file) })
  if (errno === 'EROFS' || errno === 'EACCES' || errno === 'EPERM') return readOnly(dirname(file))
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return damaged(file, 'its folder is not there')
  if (errno !== null && /^E[A-Z]+$/.test(errno)) return damaged(file, errno)
  throw error
}

export const isBusy = (error: unknown): boolean => primaryCode(error) === codes.busy

/** Whether a failed commit may still have reached the disk. */
export const mayHaveLanded = (error: unknown): boolean => primaryCode(error) === codes.ioError
