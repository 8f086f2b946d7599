/** What the command line asks of the host that opens a window, without knowing that host. */
import type { Result } from '../../src-contract/result.ts'
import type { StoreKind } from '../../src-contract/views.ts'
import type { App, AppOptions } from './create-app.ts'

export type WindowOptions = Pick<
  AppOptions,
  'homePath' | 'courierEntry' | 'keychainEntry' | 'replyWaitSeconds' | 'environment'
> & {
  readonly version: string
  readonly port: number
  readonly opensBrowser: boolean
  /** Folder of the built window. */
  readonly pages: string
  /** What REKEY_KEYCHAIN says; null if it says nothing. */
  readonly fixedStore: StoreKind | null
  /** A sentence for whoever started it. */
  readonly note: (sentence: string) => void
}

export type OpenedWindow = {
  readonly app: App
  /** `http://127.0.0.1:PORT/`, without a token. */
  readonly address: string
  /** The address with a fresh token, good once within a minute. */
  readonly launch: () => string
  readonly isOpened: boolean
  readonly close: () => Promise<void>
}

export type OpenWindow = (options: WindowOptions) => Promise<Result<OpenedWindow>>
