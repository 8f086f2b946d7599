import type { AppEvent } from '../../../src-contract/events.ts'
import type { Failure } from '../../../src-contract/failures.ts'
import type { InputOf, OperationName, OutputOf } from '../../../src-contract/operations.ts'
import type { Result } from '../../../src-contract/result.ts'
import type { OpenedWindow } from '../open-window.ts'
import type { Output } from './output.ts'
import type { InStream, Terminal } from './terminal.ts'
import type { Stopping } from './stopping.ts'

/** What a command works with. The app behind `call` is opened by the first call. */
export type Context = {
  readonly out: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: InStream
  /** null: there is nobody to ask. */
  readonly terminal: Terminal | null
  readonly stopping: Stopping
  readonly now: () => Date
  call<K extends OperationName>(name: K, input: InputOf<K>): Promise<Result<OutputOf<K>>>
  /** Hears of what the app does from its opening on. */
  listen(listener: (event: AppEvent) => void): () => void
  /** Opens the window in a browser; it ends with this process. */
  openWindow(options: { readonly port: number; readonly opensBrowser: boolean }): Promise<Result<OpenedWindow>>
  /** Lets go of the app and of signals: a child takes our place. */
  handOver(): Promise<void>
  /** Shows a failure and returns its exit code. */
  refuse(failure: Failure): number
}
