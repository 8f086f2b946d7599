import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  unlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { Escrow, EscrowId } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { contentsOf } from './contents.ts'
import { errorCode, sync, syncFolder, writeAt, writeFailure } from './disk.ts'
import { openEscrowFile, readUsed } from './file.ts'
import { begin, escrowBytes, openParts, sealPart, type Part } from './format.ts'
import { readSpare, spareFolders, sparePaths } from './spare.ts'

/**
 * The folder of escrow files, one a rotation. Nothing here ever deletes a file by itself: a file nobody asks for is
 * listed, and one that cannot be opened is named and left alone.
 */

const idPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/

export type EscrowFolders = {
  readonly folder: string
  /** Where spare files are looked for; the OS temp folders unless given. */
  readonly tempFolder?: string
}

/** Escrow files in that folder, which is made (0700) when the first file is. */
export function openEscrow({ folder, tempFolder }: EscrowFolders): Escrow {
  const pathOf = (rotationId: string): string => {
    if (!idPattern.test(rotationId)) throw new Error('not a rotation id')
    return join(folder, rotationId)
  }
  /** Rotations whose file was seen to hold its end. */
  const whole = new Set<string>()
  const sparesOf = (rotationId: string): readonly string[] =>
    sparePaths(tempFolder === undefined ? spareFolders() : [tempFolder], rotationId)

  return {
    async create(id, key, old) {
      const path = pathOf(id.rotationId)
      try {
        makeFolder(folder)
        await writeNew(path, firstBytes(id, key, old))
        return ok({ path })
      } catch (error) {
        return err(writeFailure(error, folder))
      }
    },
    read(id, key) {
      const main = readParts(pathOf(id.rotationId), id, key)
      if (!main.ok) return main
      // the end is sealed where the last piece went: nothing lies elsewhere, and nothing need be looked for
      if (main.value?.some((part) => part.type === 'end')) {
        whole.add(id.rotationId)
        return ok(contentsOf(main.value))
      }
      const spare = readSpares(sparesOf(id.rotationId), id, key)
      if (!spare.ok) return spare
      if (main.value === null && spare.value.length === 0) return ok(null)
      return ok(contentsOf([...(main.value ?? []), ...spare.value]))
    },
    appendPasted(id, key, pasted) {
      const file = openEscrowFile(pathOf(id.rotationId), id, key)
      if (!file.ok) return file
      const { parts } = file.value
      const index = parts.filter((part) => part.type === 'pasted').length
      try {
        file.value.append({ type: 'pasted', index, plain: pasted.use((value) => Buffer.from(value)) })
        return ok(undefined)
      } catch (error) {
        return err(writeFailure(error, folder))
      } finally {
        file.value.close()
      }
    },
    remove(rotationId) {
      const main = pathOf(rotationId)
      try {
        const spares = whole.has(rotationId) ? [] : sparesOf(rotationId).filter((path) => readSpare(path) !== null)
        for (const path of [main, ...spares]) wipe(path)
        whole.delete(rotationId)
        return ok(undefined)
      } catch (error) {
        return err(writeFailure(error, folder))
      }
    },
    list() {
      try {
        return readdirSync(folder).filter((name) => idPattern.test(name))
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return []
        throw error
      }
    },
  }
}

function makeFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(dirname(folder))
  const found = lstatSync(folder)
  if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}

function firstBytes(id: EscrowId, key: Secret, old: Secret | null): Buffer {
  const { bytes, key: fileKey } = begin(key, id)
  const first = old?.use((value) => sealPart(fileKey, { type: 'old', index: 0, plain: Buffer.from(value) }))
  return first ? Buffer.concat([bytes, first]) : bytes
}

const zeros = Buffer.alloc(escrowBytes)

/** All of it on the disk with room for the reply, or no file. Others go on meanwhile: a sync is the longest wait there is. */
async function writeNew(path: string, bytes: Buffer): Promise<void> {
  const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants
  const fd = openSync(path, O_CREAT | O_EXCL | O_RDWR | (O_NOFOLLOW ?? 0), 0o600)
  try {
    writeAt(fd, bytes, 0)
    writeAt(fd, zeros.subarray(bytes.length), bytes.length)
    await sync(fd)
    syncFolder(dirname(path))
  } catch (error) {
    unlinkSync(path)
    throw error
  } finally {
    closeSync(fd)
  }
}

function readParts(path: string, id: EscrowId, key: Secret): Result<readonly Part[] | null> {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? ok(null) : err(unreadable(id, errorCode(error)))
  }
  try {
    const opened = openParts(readUsed(fd), key, id)
    return opened.kind === 'sound' ? ok(opened.parts) : err(unreadable(id, opened.why))
  } catch (error) {
    return err(unreadable(id, errorCode(error)))
  } finally {
    closeSync(fd)
  }
}

/** A spare file that was never begun (its maker died) holds nothing; one that was and does not open is damage. */
function readSpares(paths: readonly string[], id: EscrowId, key: Secret): Result<readonly Part[]> {
  const parts: Part[] = []
  for (const path of paths) {
    const bytes = readSpare(path)
    if (!bytes) continue
    const opened = openParts(bytes, key, id)
    if (opened.kind === 'sound') parts.push(...opened.parts)
    else if (opened.begun) return err(unreadable(id, opened.why))
  }
  return ok(parts)
}

/** Overwritten, then unlinked. A file that is not there is removed already. */
function wipe(path: string): void {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  try {
    writeAt(fd, Buffer.alloc(readUsed(fd).length), 0)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  unlinkSync(path)
}

const unreadable = (id: EscrowId, why: string) => fail('escrow-unreadable', { name: id.credentialId, why })
