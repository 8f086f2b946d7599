/**
 * Files that people bring and take. Read bounded and only where they are files; written beside their place, closed to others,
 * on disk and looked at before one step puts them there, so that a crash or a full disk leaves what was there before.
 */
import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { companionsOf, isEnvFile, wellKnown } from '../../../src-contract/vault-places.ts'
import { codeOf, partName, syncFolder, writeNew, type BegunExports } from './begun-exports.ts'

const CAP_BYTES = 256 * 1024 * 1024
const COMPANION_CAP_BYTES = 1024 * 1024

type Source = {
  readonly parts: readonly Part[]
  readonly folder: string | null
  readonly refused: readonly Failure[]
}
type Part = {
  readonly fileName: string
  readonly bytes: Uint8Array
  readonly companions: Readonly<Record<string, string>>
}

type Places = { readonly userFolder: string | null; readonly begun: BegunExports }

export function openVaultFiles({ userFolder, begun }: Places) {
  return {
    read: (path: string): Result<Source> => {
      try {
        if (statSync(path).isDirectory()) return readFolder(path)
        const part = readPart(path, basename(path))
        return part.ok ? ok({ parts: [part.value], folder: null, refused: [] }) : part
      } catch (error) {
        return err(unreadable(path, error))
      }
    },
    known: (): readonly string[] =>
      userFolder === null ? [] : wellKnown.map((name) => join(userFolder, name)).filter(isFile),
    check: checkPlace,
    write: (path: string, bytes: Uint8Array, how: Writing): Promise<Result<void>> =>
      writeVault(path, bytes, { ...how, begun }),
    tidy: begun.tidy,
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

const bad = (file: string, what: string): Result<never> => err(fail('bad-vault', { file, where: 'the file', what }))

function unreadable(file: string, error: unknown): Failure {
  const code = codeOf(error)
  const what = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
  return fail('bad-vault', { file, where: 'the file', what })
}

function readPart(path: string, fileName: string): Result<Part> {
  const bytes = readBounded(path, CAP_BYTES)
  if (!bytes.ok) return bytes
  const companions: Record<string, string> = {}
  for (const name of companionsOf[basename(path)] ?? []) {
    const beside = join(dirname(path), name)
    const text = isFile(beside) ? readBounded(beside, COMPANION_CAP_BYTES) : null
    if (!text?.ok) continue
    // read with other letters in it, a key would be another one
    if (!isUtf8(text.value))
      return err(fail('bad-vault', { file: path, where: `${name} beside it`, what: 'it is not text in UTF-8' }))
    companions[name] = new TextDecoder().decode(text.value)
  }
  return ok({ fileName, bytes: bytes.value, companions })
}

function readBounded(path: string, cap: number): Result<Uint8Array> {
  try {
    const stat = statSync(path)
    // a pipe or a device would be read for ever
    if (!stat.isFile()) return bad(path, 'it is not a file')
    if (stat.size > cap)
      return err(fail('vault-limit', { file: path, what: 'its size', limit: `${cap / 1_048_576} MiB` }))
    return ok(readFileSync(path))
  } catch (error) {
    return err(unreadable(path, error))
  }
}

/**
 * A project's or a person's folder: its .env files and what tools keep there. Nothing deeper is looked at, and one that cannot be read
 * is no reason to leave the others.
 */
function readFolder(folder: string): Result<Source> {
  const env = readdirSync(folder).filter(isEnvFile)
  const parts: Part[] = []
  const refused: Failure[] = []
  for (const name of [...env.toSorted(), ...wellKnown]) {
    const path = join(folder, name)
    if (!isFile(path)) continue
    const part = readPart(path, name)
    if (!part.ok) refused.push(fail(part.failure.code, { ...part.failure.fields, file: name }))
    else if (part.value.bytes.length > 0) parts.push(part.value)
  }
  return parts.length + refused.length > 0
    ? ok({ parts, folder: basename(resolve(folder)), refused })
    : bad(folder, 'no file in this folder is one that rekey takes keys from')
}

/** Whether a file could be put there. */
export function checkPlace(path: string, { overwrite }: { readonly overwrite: boolean }): Result<void> {
  const unsafe = (why: string): Result<void> => err(fail('vault-unsafe', { file: path, why }))
  const folder = dirname(resolve(path))
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return unsafe('its folder is not there')
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (!there) return ok(undefined)
  if (there.isSymbolicLink()) return unsafe('it is a link to somewhere else')
  if (!there.isFile()) return unsafe('something that is not a file is there')
  return overwrite ? ok(undefined) : err(fail('vault-exists', { file: path }))
}

type Writing = { readonly overwrite: boolean; readonly look: (written: Uint8Array) => Promise<Result<void>> }

async function writeVault(
  path: string,
  bytes: Uint8Array,
  { overwrite, look, begun }: Writing & { readonly begun: BegunExports },
): Promise<Result<void>> {
  const place = checkPlace(path, { overwrite })
  if (!place.ok) return place
  const folder = dirname(resolve(path))
  const beside = join(folder, partName(basename(path), randomBytes(6).toString('hex')))
  const note = await begun.begin(beside, path)
  if (!note.ok) return note
  // whoever leaves in the middle leaves nothing in clear; what is killed is in the note
  const leave = (): void => rmSync(beside, { force: true })
  process.once('exit', leave)
  try {
    await removeStale(folder, basename(path))
    await writeNew(beside, bytes)
    const looked = await look(readFileSync(beside))
    if (!looked.ok) return looked
    // asked again: it may have come meanwhile
    const free = checkPlace(path, { overwrite })
    if (!free.ok) return free
    if (overwrite) await rename(beside, path)
    else await link(beside, path).catch((error: unknown) => linkless(error, beside, path))
    await syncFolder(folder)
    return ok(undefined)
  } catch (error) {
    return err(writeFailure(path, folder, error))
  } finally {
    process.off('exit', leave)
    const isGone = await rm(beside, { force: true }).then(
      () => true,
      () => false,
    )
    await note.value.end({ isGone })
  }
}

const STALE_MS = 60_000

/** What an export that nobody noted left of this very file when it was killed; one that is being written now is younger. */
async function removeStale(folder: string, name: string): Promise<void> {
  const parts = readdirSync(folder).filter((each) => each.startsWith(`.${name}.`) && /\.[0-9a-f]{12}\.part$/.test(each))
  for (const part of parts.map((each) => join(folder, each))) {
    // another export there may be over by now, and its file gone
    const found = lstatSync(part, { throwIfNoEntry: false })
    if (found && Date.now() - found.mtimeMs > STALE_MS) await rm(part, { force: true })
  }
}

/** Some disks have no hard links; there the look just before has to do. */
async function linkless(error: unknown, from: string, to: string): Promise<void> {
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
  await rename(from, to)
}

function writeFailure(file: string, folder: string, error: unknown): Failure {
  const code = codeOf(error)
  if (code === 'EEXIST') return fail('vault-exists', { file })
  if (code === 'ENOSPC' || code === 'EDQUOT') return fail('disk-full', { folder })
  return fail('vault-unsafe', { file, why: `it cannot be written (${code})` })
}
