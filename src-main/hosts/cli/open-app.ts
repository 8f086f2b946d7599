import type { Result } from '../../../src-contract/result.ts'
import type { App, AppOptions } from '../create-app.ts'

export type OpenApp = (options: AppOptions) => Promise<Result<App>>
export type { App, AppOptions }

/** The one door to the app. It is loaded only by a command that needs it. */
export const openApp: OpenApp = async (options) => {
  const { createApp } = await import('../create-app.ts')
  return createApp(options)
}
