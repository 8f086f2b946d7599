/** Entry of the thread for vault files: one job after the other, one answer each. */
import { parentPort } from 'node:worker_threads'
import { doVaultWork, isNews, takeNews, type VaultJob, type VaultNews, type VaultPage } from './vault-work.ts'

const tell = (page: VaultPage): void => parentPort?.postMessage(page)

parentPort?.on('message', (message: VaultJob | VaultNews) => {
  if (isNews(message)) return takeNews(message)
  // a bug ends the thread, and whoever asked hears of it
  void doVaultWork(message, tell).then((answer) => parentPort?.postMessage(answer))
})
