import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, fsyncSync, openSync, readdirSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EscrowId } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { syncFolder, writeAt } from './disk.ts'
import { escrowFile, readUsed, type EscrowFile } from './file.ts'
import { begin, sealPart, type Part } from './format.ts'

/**
 * Where a reply goes when its own escrow file takes no more: a sealed file in the OS temp folder. Other users can make
 * names there, so ours ends at random, is opened without following links, and is read only if it is our own.
 */

/** The temp folder of this process, and those another one may have had. */
export const spareFolders = (): readonly string[] =>
  process.platform === 'win32' ? [tmpdir()] : [...new Set([tmpdir(), '/tmp', '/var/tmp'])]

const stem = (rotationId: string): string => `rekey-escrow-${rotationId}-`

/** A new spare file that holds this part, durable. Throws what the disk says, and then leaves nothing behind. */
export function createSpare(folder: string, id: EscrowId, key: Secret, part: Part): EscrowFile {
  const path = join(folder, `${stem(id.rotationId)}${randomBytes(6).toString('hex')}`)
  const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants
  const fd = openSync(path, O_CREAT | O_EXCL | O_RDWR | (O_NOFOLLOW ?? 0), 0o600)
  try {
    const begun = begin(key, id)
    const bytes = Buffer.concat([begun.bytes, sealPart(begun.key, part)])
    writeAt(fd, bytes, 0)
    fsyncSync(fd)
    syncFolder(folder)
    return escrowFile(fd, begun.key, bytes.length, [part])
  } catch (error) {
    closeSync(fd)
    unlinkSync(path)
    throw error
  }
}

/** Paths of the spare files of a rotation. Folders that cannot be listed hold none. */
export function sparePaths(folders: readonly string[], rotationId: string): readonly string[] {
  return folders.flatMap((folder) => namesIn(folder, stem(rotationId)).map((name) => join(folder, name)))
}

/** Its bytes; null if it is gone or somebody else's. */
export function readSpare(path: string): Buffer | null {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch {
    return null
  }
  try {
    const found = fstatSync(fd)
    const isOurs = process.getuid === undefined || found.uid === process.getuid()
    return found.isFile() && isOurs ? readUsed(fd) : null
  } finally {
    closeSync(fd)
  }
}

function namesIn(folder: string, start: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(start))
  } catch {
    return []
  }
}
