import type { Client } from '../../src-contract/client.ts'
import type { AppEvent } from '../../src-contract/events.ts'
import type { Result } from '../../src-contract/result.ts'

/** What the desktop's preload script puts on the page: one function an operation, and the events. */
export type DesktopBridge = {
  readonly operations: Readonly<Record<string, (input: unknown) => Promise<unknown>>>
  readonly listen: (listener: (event: AppEvent) => void) => () => void
}

declare global {
  // The preload's name on the page; absent in a browser.
  var rekey: DesktopBridge | undefined
}

export function desktopClient(bridge: DesktopBridge): Client {
  return {
    call: async (name, input) => (await bridge.operations[name]?.(input)) as Result<never>,
    listen: bridge.listen,
  }
}
