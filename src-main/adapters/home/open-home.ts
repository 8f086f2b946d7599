import { accessSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Failure } from '../../../src-contract/failures.ts'
import { fail } from '../../../src-contract/failures.ts'
import type { Result } from '../../../src-contract/result.ts'
import { err, ok } from '../../../src-contract/result.ts'
import { dangerOf, walkTo } from './folder-safety.ts'
import type { Danger } from './folder-safety.ts'
import { homePath } from './home-path.ts'
import { sharedFolderWarnings } from './shared-folder.ts'

/** The data folder and what lies in it. All of it is closed to other users. */
export type Home = {
  /** The real path, links resolved. */
  readonly folder: string
  readonly ledgerFile: string
  readonly sealedFile: string
  readonly locksFolder: string
  readonly escrowFolder: string
  readonly vendorsFolder: string
  /** Made when it is first needed. */
  readonly exportsFolder: string
  /** Why rotating here deserves a second thought; sentences for the person. */
  readonly warnings: readonly string[]
  /** The umask the process had: what `rekey run` gives back to its child. */
  readonly callerUmask: number
}

let callerUmask: number | null = null

/**
 * Opens the data folder (REKEY_HOME or the platform's place unless a path is given), making it if there is none, and
 * sets the process's umask to 077. Refuses a folder that others own, can enter or could have planted: `home-unsafe`.
 */
export function openHome(path: string = homePath()): Result<Home> {
  callerUmask ??= process.umask(0o077)
  const wanted = resolve(path)
  try {
    const before = walkTo(wanted)
    if (before.danger) return err(unsafe(wanted, before.danger))
    // Asked of the parent, because mkdir says ENOENT where it means a read-only disk.
    if (!before.exists) accessSync(before.real, constants.W_OK | constants.X_OK)
    mkdirSync(wanted, { recursive: true, mode: 0o700 })
    const { danger, real: folder, warnings } = walkTo(wanted)
    if (danger) return err(unsafe(wanted, danger))
    const inside = (name: string): string => join(folder, name)
    const home: Home = {
      folder,
      ledgerFile: inside('ledger.sqlite'),
      sealedFile: inside('sealed.sqlite'),
      locksFolder: inside('locks'),
      escrowFolder: inside('escrow'),
      vendorsFolder: inside('vendors'),
      exportsFolder: inside('exports'),
      warnings: [...warnings, ...sharedFolderWarnings(folder)],
      callerUmask,
    }
    const refusal = check(folder)
    if (refusal) return err(refusal)
    for (const part of [home.locksFolder, home.escrowFolder, home.vendorsFolder]) {
      mkdirSync(part, { recursive: true, mode: 0o700 })
      const partRefusal = check(part)
      if (partRefusal) return err(partRefusal)
    }
    return ok(home)
  } catch (error) {
    const failure = failureOf(error, wanted)
    if (!failure) throw error
    return err(failure)
  }
}

const unsafe = (folder: string, danger: Danger): Failure => fail('home-unsafe', { folder, ...danger })

function check(folder: string): Failure | null {
  const danger = dangerOf(folder)
  if (danger) return unsafe(folder, danger)
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  return null
}

function failureOf(error: unknown, folder: string): Failure | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fail('ledger-readonly', { why: code === 'EROFS' ? 'the disk is read-only' : 'access is denied', folder })
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('disk-full', { folder })
    case 'EEXIST':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
    case 'ELOOP':
    case 'ENOENT':
      return unsafe(folder, { why: `it cannot be made (${code})`, fix: 'set REKEY_HOME to another folder' })
    default:
      return null
  }
}
