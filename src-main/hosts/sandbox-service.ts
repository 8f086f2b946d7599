import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import type { WindowServices } from '../app/window-services.ts'

/** The five vendors' stand-ins, started inside the app at the first wish and kept until it ends. */
export function sandboxService(): WindowServices['sandbox'] {
  let running: { close(): Promise<void> } | null = null
  const stop = async (): Promise<void> => {
    await running?.close()
    running = null
  }
  return {
    start: async () => {
      await stop()
      const { startSandbox } = await import('../sandbox/start-sandbox.ts')
      try {
        const sandbox = await startSandbox({ quiet: true })
        running = sandbox
        const vendors = Object.entries(sandbox.vendors).map(([vendor, { baseUrl, key, inputs }]) => [
          vendor,
          { baseUrl, key, inputs: inputs ?? {} },
        ])
        return ok(Object.fromEntries(vendors))
      } catch {
        return err(fail('bad-input', { what: 'the stand-ins found no free port', fix: 'try again' }))
      }
    },
    stop,
  }
}
