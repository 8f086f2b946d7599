import { errorCode } from '../adapters/escrow/disk.ts'
import { endPart, type SealedEnd } from '../adapters/escrow/contents.ts'
import type { EscrowFile } from '../adapters/escrow/file.ts'
import { replyCapBytes, type Part } from '../adapters/escrow/format.ts'

/**
 * Makes a reply durable, chunk by chunk, as it arrives. What the escrow file does not take goes to a spare file; what
 * neither takes stays in memory and is tried again until one does. Nothing that came is ever dropped.
 */
export type ReplySeal = {
  /** Durable when it returns, or held. */
  chunk(bytes: Buffer): void
  end(end: SealedEnd): void
  /** Bytes that came, those past the cap too. */
  readonly size: number
  /** From the arrival of the last chunk to the moment all was durable. */
  readonly sealMs: number
  /** Why bytes of the reply are in memory only; null if none are. */
  readonly heldWhy: string | null
  /** The reply as it came, up to the cap. */
  readonly bytes: Buffer
  /** Resolves once no byte of the reply is in memory only. */
  whenDurable(): Promise<void>
  close(): void
}

const retryMs = 250

/**
 * Goes once the way of a chunk, with bytes that mean nothing and a file that stays as it is: what is loaded and compiled at
 * its first use (the clock alone takes a millisecond) is there when a reply comes.
 */
export function rehearseSeal(file: EscrowFile): void {
  const stands: EscrowFile = {
    parts: [],
    isBroken: false,
    append: () => file.rehearse(),
    expect: () => undefined,
    rehearse: () => undefined,
    close: () => undefined,
  }
  const rehearsal = sealReply(stands, () => stands)
  rehearsal.chunk(Buffer.alloc(512))
  rehearsal.close()
}

export function sealReply(main: EscrowFile, makeSpare: (part: Part) => EscrowFile): ReplySeal {
  const files: EscrowFile[] = [main]
  const chunks: Buffer[] = []
  let pending: readonly Part[] = []
  let why = ''
  let size = 0
  let cameAt = 0
  let durableAt = 0
  let timer: NodeJS.Timeout | null = null
  let waiting: (() => void)[] = []

  const append = (part: Part): boolean => {
    // a file that holds the end is read alone: one that failed before may take it again, and would hide what lies elsewhere
    for (const file of part.type === 'end' ? files.slice(-1) : files) {
      if (file.isBroken) continue
      try {
        file.append(part)
        return true
      } catch (error) {
        why = errorCode(error)
      }
    }
    try {
      files.push(makeSpare(part))
      return true
    } catch (error) {
      why = errorCode(error)
      return false
    }
  }
  const isHeld = (): boolean => pending.some((part) => part.type === 'wire')
  const flush = (): void => {
    const wasHeld = isHeld()
    pending = pending.filter((part) => !append(part))
    if (wasHeld && !isHeld()) durableAt = performance.now()
    if (pending.length > 0) timer ??= setInterval(flush, retryMs)
    else if (timer) {
      clearInterval(timer)
      timer = null
    }
    if (isHeld()) return
    for (const resolve of waiting) resolve()
    waiting = []
  }

  const expectNext = (): void => main.expect({ type: 'wire', index: chunks.length })
  expectNext()

  return {
    chunk(bytes) {
      cameAt = performance.now()
      const plain = bytes.subarray(0, Math.max(0, replyCapBytes - Math.min(size, replyCapBytes)))
      size += bytes.length
      if (plain.length === 0) return
      pending = [...pending, { type: 'wire', index: chunks.length, plain }]
      chunks.push(plain)
      flush()
      setImmediate(expectNext)
    },
    end(end) {
      pending = [...pending, endPart({ ...end, bytes: size })]
      flush()
    },
    get size() {
      return size
    },
    get sealMs() {
      return Math.max(0, durableAt - cameAt)
    },
    get heldWhy() {
      return isHeld() ? why : null
    },
    get bytes() {
      return Buffer.concat(chunks)
    },
    whenDurable: () => (isHeld() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    close() {
      if (timer) clearInterval(timer)
      for (const file of files) file.close()
    },
  }
}
