/** Vault files are read and written in a thread with a bound on its memory and its time. */
import { Worker } from 'node:worker_threads'
import { fail } from '../../src-contract/failures.ts'
import { err, type Result } from '../../src-contract/result.ts'
import type { VaultFormatView } from '../../src-contract/vault-views.ts'
import type { VaultFormats } from '../app/app-ports.ts'
import type { VaultAnswer, VaultJob } from './vault-work.ts'

const bounds = { memoryMib: 3072, timeMs: 180_000 }

export function vaultsInWorker(entry: string, most: Partial<typeof bounds> = {}): VaultFormats {
  const { memoryMib, timeMs } = { ...bounds, ...most }
  const run = <J extends VaultJob>(job: J): Promise<VaultAnswer<J['kind']>> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(entry, {
        workerData: job,
        resourceLimits: { maxOldGenerationSizeMb: memoryMib },
        env: {},
        argv: [],
      })
      const tooMuch = (what: string, limit: string): void => {
        const failure = fail('vault-limit', { file: job.kind === 'read' ? job.part.fileName : 'it', what, limit })
        resolve(err(failure) as Result<never> as VaultAnswer<J['kind']>)
        void worker.terminate()
      }
      const timer = setTimeout(() => tooMuch('the time it takes', `${timeMs / 60_000} minutes`), timeMs)
      worker.once('message', (answer: VaultAnswer<J['kind']>) => resolve(answer))
      worker.once('error', (error: Error & { readonly code?: string }) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') tooMuch('the memory it takes', `${memoryMib / 1024} GiB`)
        else reject(error)
      })
      worker.once('exit', () => {
        clearTimeout(timer)
        // after an answer this is said to nobody
        reject(new Error('the thread for vault files ended without an answer'))
      })
    })
  // the formats are those of this program: they do not change while it runs
  let listed: Promise<readonly VaultFormatView[]> | null = null
  return {
    list: () => (listed ??= run({ kind: 'list' })),
    read: (part, format, options) => run({ kind: 'read', part, format, options }),
    write: (vault, format, options) => run({ kind: 'write', vault, format, options }),
  }
}
