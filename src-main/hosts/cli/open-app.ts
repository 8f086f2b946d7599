import type { OperationName } from '../../../src-contract/operations.ts'
import type { Result } from '../../../src-contract/result.ts'
import type { App, AppOptions } from '../create-app.ts'

export type OpenApp = (options: AppOptions, first: OperationName) => Promise<Result<App>>
export type { App, AppOptions }

/**
 * The one door to the app. It is loaded only by a command that needs it; what its first operation needs beside, while it is
 * being loaded.
 */
export const openApp: OpenApp = async (options, first) => {
  const vaults = first.startsWith('vault.') ? await startVaults(options) : {}
  const { createApp } = await import('../create-app.ts')
  return createApp({ ...options, ...vaults })
}

async function startVaults({ courierEntry }: AppOptions): Promise<Pick<AppOptions, 'vaultFormats'>> {
  const { vaultEntryBeside, vaultsInWorker } = await import('../vaults-in-worker.ts')
  const vaultFormats = vaultsInWorker(vaultEntryBeside(courierEntry))
  vaultFormats.warm()
  return { vaultFormats }
}
