/**
 * SECURITY: 44. Exports that have begun, so that what a killed one left beside its place, in clear perhaps, does not stay: before the
 * file is made a note of it is on disk, in the data folder, and goes once the file is gone. Every export holds a shared lease; who gets
 * the exclusive one knows that each note is of one that died, and removes what it names, if that is still exactly such a file.
 */
import { constants, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { lstat, open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { Lock, Locks } from '../../core/ports.ts'

/** What a killed export left that could not be removed, and where that is noted. */
export type LeftExport = { readonly path: string; readonly why: string; readonly note: string }

export type BegunExports = {
  /** Before `part` is made, which is to become `file`; `end` when it is over, and `isGone` if nothing is left of it. */
  begin(part: string, file: string): Promise<Result<{ end(how: { readonly isGone: boolean }): Promise<void> }>>
  /** Removes what killed exports left; gives what is still there. Does nothing while an export is at work. */
  tidy(): Promise<readonly LeftExport[]>
}

const LEASE = 'export'
/** Whoever tidies is through in a moment, unless a disk does not answer. */
const LEASE_TRIES = 40
const LEASE_TRY_MS = 50

const PART = /^\..+\.([0-9a-f]{12})\.part$/s
/** The name of a file that is being written: beside its place, hidden, and by its token no other one's. */
export const partName = (name: string, token: string): string => `.${name}.${token}.part`
const tokenOf = (part: string): string => PART.exec(basename(part))?.[1] ?? ''

/** `folder`: in the data folder, made when it is first needed. */
export function openBegunExports({ folder, locks }: { readonly folder: string; readonly locks: Locks }): BegunExports {
  let tidying: Promise<readonly LeftExport[]> | null = null
  return {
    begin: async (part, file) => {
      const lease = await sharedLease(locks)
      if (!lease)
        return err(fail('vault-unsafe', { file, why: 'what a killed export left is being removed; try again' }))
      const note = join(folder, tokenOf(part))
      try {
        if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) await syncFolder(dirname(folder))
        // as it really lies: a link on the way may lead elsewhere by then
        const place = realpathSync(dirname(part))
        if (place === realpathSync(folder)) {
          lease.release()
          return err(fail('vault-unsafe', { file, why: 'its folder holds notes of rekey’s own' }))
        }
        const noted: Noted = { path: join(place, basename(part)), folder: identityOf(place) ?? '' }
        await writeNew(note, Buffer.from(JSON.stringify(noted)))
        await syncFolder(folder)
      } catch (error) {
        await rm(note, { force: true }).catch(() => undefined)
        lease.release()
        return err(noteFailure(file, folder, error))
      }
      return ok({
        end: async ({ isGone }) => {
          // one that cannot be removed is of a file that is not there: the next look forgets it
          if (isGone) await rm(note, { force: true }).catch(() => undefined)
          lease.release()
        },
      })
    },
    tidy: () => (tidying ??= tidy(folder, locks).finally(() => (tidying = null))),
  }
}

async function tidy(folder: string, locks: Locks): Promise<readonly LeftExport[]> {
  if (namesIn(folder).length === 0) return []
  const lease = locks.exclusive(LEASE)
  if (!lease) return []
  try {
    const left: LeftExport[] = []
    for (const name of namesIn(folder)) {
      const note = join(folder, name)
      const { path, why } = await settle(note)
      if (why !== null) left.push({ path, why, note })
      else await rm(note, { force: true }).catch(() => undefined)
    }
    return left
  } finally {
    lease.release()
  }
}

async function sharedLease(locks: Locks): Promise<Lock | null> {
  for (let tries = LEASE_TRIES; ; tries -= 1) {
    const lease = locks.shared(LEASE)
    if (lease || tries === 0) return lease
    await sleep(LEASE_TRY_MS)
  }
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{12}$/.test(name))
  } catch {
    return []
  }
}

/** A file, and which folder it is in: at the same path there may be another one, such as that under a disk which is away. */
type Noted = { readonly path: string; readonly folder: string }

/** `why` null: nothing is left of what it names. */
async function settle(note: string): Promise<{ readonly path: string; readonly why: string | null }> {
  let text: string
  try {
    text = readFileSync(note, 'utf8')
  } catch (error) {
    return { path: `the place that ${note} names`, why: `it cannot be read (${codeOf(error)})` }
  }
  const noted = notedIn(text)
  if (noted === null || tokenOf(noted.path) !== basename(note)) return { path: note, why: null }
  return { path: noted.path, why: await remove(noted) }
}

/** Null: it was cut short, so the file that it would name was never made. */
function notedIn(text: string): Noted | null {
  try {
    const { path, folder }: Partial<Noted> = JSON.parse(text)
    return typeof path === 'string' && typeof folder === 'string' ? { path, folder } : null
  } catch {
    return null
  }
}

/** Its number on its disk: that of the disk itself may be another one each time. Null: there is none. */
function identityOf(folder: string): string | null {
  const found = statSync(folder, { bigint: true, throwIfNoEntry: false })
  return found?.isDirectory() === true ? String(found.ino) : null
}

/** Null: it is gone. Of the last step of its path no link is followed, here or in removing it. */
async function remove({ path, folder }: Noted): Promise<string | null> {
  try {
    const found = await lstat(path)
    if (!found.isFile()) return 'something else is there'
    if (process.platform !== 'win32' && found.uid !== process.getuid?.()) return 'it belongs to another user'
    if (process.platform !== 'win32' && (found.mode & 0o777) !== 0o600) return 'others were let in'
    await rm(path)
    await syncFolder(dirname(path))
    return null
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return `it cannot be removed (${code})`
    // a disk that is not there may come back
    const there = identityOf(dirname(path))
    if (there === null) return 'its folder is not there'
    return there === folder ? null : 'another folder is where its folder was'
  }
}

/** A file that was not there, closed to others, and on disk. */
export async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY | (constants.O_NOFOLLOW ?? 0), 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function noteFailure(file: string, folder: string, error: unknown): Failure {
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return fail('disk-full', { folder })
  return fail('vault-unsafe', { file, why: `it cannot be noted in ${folder} (${code})` })
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
