import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync } from 'node:fs'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail } from '../../../src-contract/failures.ts'
import type { EscrowId } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { errorCode, writeAt } from './disk.ts'
import { keyOf, openParts, sealPart, type FileKey, type Part } from './format.ts'

/** A file that takes further parts. */
export interface EscrowFile {
  /** What it held when it was opened. */
  readonly parts: readonly Part[]
  /** True after a failed sync: what the disk then holds is not known, and a later sync would not tell. */
  readonly isBroken: boolean
  /** Durable when it returns: one write, one fdatasync. Throws what the disk says; the next append takes the same place. */
  append(part: Part): void
  /**
   * Goes once through what an append does, and leaves the file as it is. The first time takes a millisecond more than any
   * later one, and a reply that was taken from its socket and is not written yet is in memory only.
   */
  rehearse(): void
  close(): void
}

/** About as long as the answers that give a key. */
const rehearsedBytes = 512

/** Opens a file that exists, to append to it. */
export function openEscrowFile(path: string, id: EscrowId, key: Secret): Result<EscrowFile> {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    return err(fail('escrow-unreadable', { name: id.credentialId, why: errorCode(error) }))
  }
  try {
    const bytes = readAll(fd)
    const opened = openParts(bytes, key, id)
    if (opened.kind === 'sound') return ok(escrowFile(fd, keyOf(bytes, key, id), opened.end, opened.parts))
    closeSync(fd)
    return err(fail('escrow-unreadable', { name: id.credentialId, why: opened.why }))
  } catch (error) {
    closeSync(fd)
    return err(fail('escrow-unreadable', { name: id.credentialId, why: errorCode(error) }))
  }
}

/** Takes parts at `end` of an open file. */
export function escrowFile(fd: number, key: FileKey, end: number, parts: readonly Part[]): EscrowFile {
  let next = end
  let isBroken = false
  return {
    parts,
    get isBroken() {
      return isBroken
    },
    append(part) {
      if (isBroken) throw Object.assign(new Error('this escrow file failed to sync'), { code: 'EIO' })
      const record = sealPart(key, part)
      writeAt(fd, record, next)
      try {
        fdatasyncSync(fd)
      } catch (error) {
        isBroken = true
        throw error
      }
      next += record.length
    },
    rehearse() {
      const record = sealPart(key, { type: 'wire', index: 0, plain: Buffer.alloc(rehearsedBytes) })
      // zeros over zeros: past the last record the file holds nothing else
      writeAt(fd, Buffer.alloc(record.length), next)
    },
    close: () => closeSync(fd),
  }
}

export function readAll(fd: number): Buffer {
  const bytes = Buffer.allocUnsafe(fstatSync(fd).size)
  let at = 0
  while (at < bytes.length) {
    const read = readSync(fd, bytes, at, bytes.length - at, at)
    if (read === 0) break
    at += read
  }
  return bytes.subarray(0, at)
}
