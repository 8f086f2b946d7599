/**
 * SECURITY: 39. Where backups stand: a folder of the user's own that nobody else can write to, behind nobody else's link. Only files
 * that carry our name and are plain files are listed, and only what the caller names of them is removed.
 */
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { walkTo } from './folder-safety.ts'

const NAME = /^rekey-\d{8}T\d{6}Z\.age$/
const PART = /^\.rekey-\d{8}T\d{6}Z\.age\.[0-9a-f]{12}\.part$/
/** One that is being written now is younger. */
const STALE_MS = 60_000

/** `usual`: the folder of the data folder, made when it is first needed; any other must be there. */
export function openBackupFolder(usual: string) {
  return {
    open: (folder: string | null): Result<{ readonly path: string; readonly names: readonly string[] }> => {
      const wanted = resolve(folder ?? usual)
      try {
        if (folder === null) mkdirSync(wanted, { recursive: true, mode: 0o700 })
        const { danger, real, exists } = walkTo(wanted)
        const why = danger?.why ?? (exists ? faultOf(wanted) : 'there is no such folder')
        if (why !== null) return err(fail('vault-unsafe', { file: wanted, why }))
        return ok({
          path: real,
          names: readdirSync(real).filter((name) => NAME.test(name) && isFile(join(real, name))),
        })
      } catch (error) {
        return err(failureOf(wanted, error))
      }
    },
    /** Also what killed backups left unfinished. */
    remove: (folder: string, names: readonly string[]): Result<void> => {
      try {
        const parts = readdirSync(folder).filter((name) => PART.test(name) && isStale(join(folder, name)))
        for (const name of [...names.filter((each) => NAME.test(each)), ...parts]) {
          const path = join(folder, name)
          if (isFile(path)) rmSync(path, { force: true })
        }
        return ok(undefined)
      } catch (error) {
        return err(failureOf(folder, error))
      }
    },
  }
}

/** The last step alone may not be a link either: what it leads to may be changed under a running backup. */
function faultOf(folder: string): string | null {
  const found = lstatSync(folder)
  if (found.isSymbolicLink()) return 'it is a link to somewhere else'
  if (process.platform === 'win32') return null
  const me = process.getuid?.() ?? 0
  if (found.uid !== me) return 'it belongs to another user'
  if ((found.mode & 0o022) === 0) return null
  return `other users can write to it (mode ${(found.mode & 0o777).toString(8).padStart(3, '0')})`
}

const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
const isStale = (path: string): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFile() === true && Date.now() - found.mtimeMs > STALE_MS
}

function failureOf(folder: string, error: unknown) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ENOSPC' || code === 'EDQUOT') return fail('disk-full', { folder })
  return fail('vault-unsafe', { file: folder, why: `it cannot be used (${code})` })
}
