/** Entry of the thread for vault files: one job at its start, one answer, and it is gone with everything it read. */
import { parentPort, workerData } from 'node:worker_threads'
import { doVaultWork, type VaultJob } from './vault-work.ts'

parentPort?.postMessage(await doVaultWork(workerData as VaultJob))
