import type { AppEvent } from './events.ts'
import type { InputOf, OperationName, OutputOf } from './operations.ts'
import type { Result } from './result.ts'

/** How any host's front end reaches the app; the same type in process, over IPC and over loopback. Never rejects. */
export interface Client {
  call<K extends OperationName>(name: K, input: InputOf<K>): Promise<Result<OutputOf<K>>>
  /** Returns the way to stop listening. */
  listen(listener: (event: AppEvent) => void): () => void
}
