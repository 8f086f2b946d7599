/**
 * Vault files are read and written in a thread with a bound on its memory and its time. It takes one job after the other and is
 * gone, with everything it read, soon after the last; a job that takes too much ends it at once.
 */
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VaultFormatView } from '../../src-contract/vault-views.ts'
import type { VaultFormats } from '../app/app-ports.ts'
import type { Vault } from '../formats/define-format.ts'
import { fromPages, toPages } from './vault-pages.ts'
import type { VaultAnswer, VaultJob } from './vault-work.ts'

const bounds = { memoryMib: 3072, timeMs: 180_000, idleMs: 1500 }

/** Where the built thread is, by the path of the built courier. */
export const vaultEntryBeside = (courierEntry: string): string => join(dirname(courierEntry), 'vault-worker.js')

/** A large file is handed to the thread rather than copied: two of it would be there as long as it is read. */
const LARGE_BYTES = 4 * 1024 * 1024

function handedOver(job: VaultJob): ArrayBuffer[] {
  if (job.kind !== 'read' || job.part.bytes.byteLength < LARGE_BYTES) return []
  const { buffer, byteLength } = job.part.bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
}

export function vaultsInWorker(entry: string, most: Partial<typeof bounds> = {}): VaultFormats {
  const { memoryMib, timeMs, idleMs } = { ...bounds, ...most }
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined
  let turn: Promise<unknown> = Promise.resolve()
  /** The vault that the thread wrote in its last job, and still has. */
  let last: { readonly vault: Vault; readonly thread: Worker } | null = null

  const dismiss = (): void => {
    clearTimeout(idle)
    void worker?.terminate()
    worker = null
    last = null
  }
  const summon = (): Worker => {
    clearTimeout(idle)
    worker ??= start()
    worker.ref()
    return worker
  }
  const start = (): Worker => {
    const thread = new Worker(entry, {
      resourceLimits: { maxOldGenerationSizeMb: memoryMib },
      env: {},
      argv: [],
    })
    // one that ends while it has no job is nobody's: the next job starts another
    thread.on('error', () => undefined)
    thread.on('exit', () => {
      if (worker === thread) worker = null
    })
    return thread
  }
  const rest = (thread: Worker): void => {
    thread.unref()
    idle = setTimeout(dismiss, idleMs)
    idle.unref()
  }

  /** `writes`: the vault that it writes, if it does. */
  const run = <J extends VaultJob>(job: J, writes: Vault | null): Promise<VaultAnswer<J['kind']>> =>
    new Promise((resolve, reject) => {
      const thread = summon()
      const tooMuch = (what: string, limit: string): void => {
        const failure = fail('vault-limit', { file: job.kind === 'read' ? job.part.fileName : 'it', what, limit })
        end(true)
        resolve(err(failure) as Result<never> as VaultAnswer<J['kind']>)
      }
      const timer = setTimeout(() => tooMuch('the time it takes', `${timeMs / 60_000} minutes`), timeMs)
      const answered = (answer: VaultAnswer<J['kind']>): void => {
        end(false)
        resolve(answer)
      }
      const broke = (error: Error & { readonly code?: string }): void => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return tooMuch('the memory it takes', `${memoryMib / 1024} GiB`)
        end(true)
        reject(error)
      }
      const left = (): void => broke(new Error('the thread for vault files ended without an answer'))
      const end = (isBroken: boolean): void => {
        clearTimeout(timer)
        thread.off('message', answered).off('error', broke).off('exit', left)
        if (isBroken) return dismiss()
        rest(thread)
      }
      thread.on('message', answered).on('error', broke).on('exit', left)
      last = writes && { vault: writes, thread }
      thread.postMessage(job, handedOver(job))
    })

  const inTurn = <J extends VaultJob>(
    job: J | (() => J),
    writes: Vault | null = null,
  ): Promise<VaultAnswer<J['kind']>> => {
    const done = turn.then(() => run(typeof job === 'function' ? job() : job, writes))
    turn = done.catch(() => undefined)
    return done
  }
  // the formats are those of this program: they do not change while it runs
  let listed: Promise<readonly VaultFormatView[]> | null = null
  return {
    list: () => (listed ??= inTurn({ kind: 'list' })),
    read: async (part, format, options) => {
      const read = await inTurn({ kind: 'read', part, format, options })
      return read.ok ? ok({ ...read.value, vault: fromPages(read.value.vault) }) : read
    },
    table: (part) => inTurn({ kind: 'table', part }),
    prepare: (format, options) => void inTurn({ kind: 'prepare', format, options }).catch(() => undefined),
    write: (vault, format, options) => inTurn({ kind: 'write', vault: toPages(vault), format, options }, vault),
    check: (vault, written) =>
      inTurn(() => {
        const isThere = last !== null && last.vault === vault && last.thread === worker
        return { kind: 'check', vault: isThere ? null : toPages(vault), written }
      }),
    warm: () => {
      if (worker === null) rest(summon())
    },
  }
}
