/** Entry of the thread for vault files: one job after the other, one answer each. */
import { parentPort } from 'node:worker_threads'
import { doVaultWork, type VaultJob } from './vault-work.ts'

parentPort?.on('message', (job: VaultJob) => {
  // a bug ends the thread, and whoever asked hears of it
  void doVaultWork(job).then((answer) => parentPort?.postMessage(answer))
})
