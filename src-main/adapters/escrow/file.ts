import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync } from 'node:fs'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail } from '../../../src-contract/failures.ts'
import type { EscrowId } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { errorCode, writeAt } from './disk.ts'
import { escrowBytes, openParts, readySeal, sealPart, type FileKey, type Part } from './format.ts'

/** A file that takes further parts. */
export interface EscrowFile {
  /** What it held when it was opened. */
  readonly parts: readonly Part[]
  /** True after a failed sync: what the disk then holds is not known, and a later sync would not tell. */
  readonly isBroken: boolean
  /** Durable when it returns: one write, one fdatasync. Throws what the disk says; the next append takes the same place. */
  append(part: Part): void
  /** Does ahead what an append of this part needs but for its bytes, so that they are in memory only for less long. */
  expect(part: Pick<Part, 'type' | 'index'>): void
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
    const opened = openParts(readUsed(fd), key, id)
    if (opened.kind === 'sound') return ok(escrowFile(fd, opened.key, opened.end, opened.parts))
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
  let ready: (Pick<Part, 'type' | 'index'> & { readonly seal: (plain: Buffer) => Buffer }) | null = null
  const seal = (part: Part): Buffer => {
    const record =
      ready?.type === part.type && ready.index === part.index ? ready.seal(part.plain) : sealPart(key, part)
    // a nonce is for one record
    ready = null
    return record
  }
  return {
    parts,
    get isBroken() {
      return isBroken
    },
    append(part) {
      if (isBroken) throw Object.assign(new Error('this escrow file failed to sync'), { code: 'EIO' })
      const record = seal(part)
      writeAt(fd, record, next)
      try {
        fdatasyncSync(fd)
      } catch (error) {
        isBroken = true
        throw error
      }
      next += record.length
    },
    expect({ type, index }) {
      ready = { type, index, seal: readySeal(key, type, index) }
    },
    rehearse() {
      const record = sealPart(key, { type: 'wire', index: 0, plain: Buffer.alloc(rehearsedBytes) })
      // zeros over zeros: past the last record the file holds nothing else
      writeAt(fd, Buffer.alloc(record.length), next)
    },
    close: () => closeSync(fd),
  }
}

// A quarter of a MiB for each read would be mapped, filled and freed again: ten times the work of reading it.
const scratch = Buffer.allocUnsafeSlow(escrowBytes)
const block = Buffer.alloc(8192)

/** Up to the last block that is not all zeros, and one more (a record may end on zeros): the rest was never written to. */
export function readUsed(fd: number): Buffer {
  const { size } = fstatSync(fd)
  const bytes = size > scratch.length ? Buffer.allocUnsafe(size) : scratch
  let end = 0
  for (let read = -1; read !== 0 && end < size; end += read) read = readSync(fd, bytes, end, size - end, end)
  let used = end
  while (used > 0 && isUnused(bytes.subarray(Math.max(0, used - block.length), used))) used -= block.length
  return Buffer.from(bytes.subarray(0, Math.min(end, Math.max(0, used) + block.length)))
}

const isUnused = (bytes: Buffer): boolean => bytes.equals(block.subarray(0, bytes.length))
