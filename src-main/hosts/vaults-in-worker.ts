/**
 * Vault files are read and written in a thread with a bound on its memory and its time. It takes one job after the other and is
 * gone, with everything it read, soon after the last; a job that takes too much ends it at once.
 */
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VaultFormatView } from '../../src-contract/vault-views.ts'
import type { VaultDraft, VaultFormats } from '../app/app-ports.ts'
import type { VaultEntry } from '../formats/define-format.ts'
import type { VaultRest } from './vault-draft.ts'
import { entriesOn, pagesOf, type Page } from './vault-pages.ts'
import type { VaultAnswer, VaultJob, VaultNews, VaultPage } from './vault-work.ts'

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
  let isBusy = false
  let turn: Promise<unknown> = Promise.resolve()
  /** The draft that the thread has. */
  let begun: { readonly draft: VaultDraft; readonly thread: Worker } | null = null

  const dismiss = (): void => {
    clearTimeout(idle)
    void worker?.terminate()
    worker = null
    begun = null
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
  /** It stays a while, for what may come next. */
  const rest = (thread: Worker): void => {
    clearTimeout(idle)
    thread.unref()
    idle = setTimeout(dismiss, idleMs)
    idle.unref()
  }

  const run = <J extends VaultJob>(job: J, found: (page: Page) => void): Promise<VaultAnswer<J['kind']>> =>
    new Promise((resolve, reject) => {
      const thread = summon()
      isBusy = true
      const tooMuch = (what: string, limit: string): void => {
        const failure = fail('vault-limit', { file: job.kind === 'read' ? job.part.fileName : 'it', what, limit })
        end(true)
        resolve(err(failure) as Result<never> as VaultAnswer<J['kind']>)
      }
      const timer = setTimeout(() => tooMuch('the time it takes', `${timeMs / 60_000} minutes`), timeMs)
      const answered = (answer: VaultAnswer<J['kind']> | VaultPage): void => {
        if ('page' in answer) return found(answer.page)
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
        isBusy = false
        clearTimeout(timer)
        thread.off('message', answered).off('error', broke).off('exit', left)
        if (isBroken) return dismiss()
        rest(thread)
      }
      thread.on('message', answered).on('error', broke).on('exit', left)
      thread.postMessage(job, handedOver(job))
    })

  const inTurn = <J extends VaultJob>(
    job: J,
    { before, found }: { readonly before?: () => void; readonly found?: (page: Page) => void } = {},
  ): Promise<VaultAnswer<J['kind']>> => {
    const done = turn.then(() => {
      before?.()
      return run(job, found ?? (() => undefined))
    })
    turn = done.catch(() => undefined)
    return done
  }
  const tell = (news: VaultNews): void => {
    const thread = summon()
    thread.postMessage(news)
    if (!isBusy) rest(thread)
  }
  // the formats are those of this program: they do not change while it runs
  let listed: Promise<readonly VaultFormatView[]> | null = null
  return {
    list: () =>
      (listed ??= inTurn({ kind: 'list' }).catch((error: unknown) => {
        listed = null
        throw error
      })),
    read: async (part, format, { found: tell, ...options }) => {
      const entries: VaultEntry[] = []
      let taking: Promise<unknown> = Promise.resolve()
      const take = async (page: Page): Promise<void> => {
        const some = entriesOn(page)
        for (const entry of some) entries.push(entry)
        tell?.(some)
        // many pages may wait: whatever else does has its turn between them
        await new Promise((resolve) => setImmediate(resolve))
      }
      const found = (page: Page): void => {
        taking = taking.then(() => take(page))
        // whoever asked for the file hears of it
        taking.catch(() => undefined)
      }
      const read = await inTurn({ kind: 'read', part, format, options }, { found })
      await taking
      if (!read.ok) return read
      const { rest: beside, ...value } = read.value
      return ok({ ...value, vault: { ...beside, entries } })
    },
    table: (part) => inTurn({ kind: 'table', part }),
    begin: (format, options) => {
      const entries: VaultEntry[] = []
      let beside: VaultRest = { notes: [] }
      const isThere = (): boolean => begun !== null && begun.draft === draft && begun.thread === worker
      const send = (some: readonly VaultEntry[]): void => {
        for (const page of pagesOf(some)) tell({ kind: 'add', page })
      }
      /** Anew, where the thread is another one or began another draft meanwhile. */
      const begin = (): void => {
        tell({ kind: 'begin', format, options })
        begun = worker && { draft, thread: worker }
        send(entries)
      }
      const before = (): void => {
        if (!isThere()) begin()
      }
      const draft: VaultDraft = {
        add: (some) => {
          for (const entry of some) entries.push(entry)
          if (isThere()) send(some)
        },
        write: (rest) => {
          beside = rest
          return inTurn({ kind: 'write', rest }, { before })
        },
        check: (written) => inTurn({ kind: 'check', rest: beside, written }, { before }),
      }
      begin()
      return draft
    },
    warm: () => {
      if (worker === null) rest(summon())
    },
  }
}
