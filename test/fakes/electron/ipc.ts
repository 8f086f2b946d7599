type Handler = (event: unknown, ...rest: unknown[]) => unknown

/** ipcMain, and the far end of it: what crosses is cloned both ways, and a throw arrives as a message alone. */
export class FakeIpc {
  readonly handlers = new Map<string, Handler>()
  readonly main = {
    handle: (channel: string, handler: Handler): void => {
      if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
      this.handlers.set(channel, handler)
    },
    on: (): void => undefined,
  }
  invoke = async (channel: string, event: unknown, ...rest: unknown[]): Promise<unknown> => {
    const handler = this.handlers.get(channel)
    if (!handler)
      throw new Error(`Error invoking remote method '${channel}': Error: No handler registered for '${channel}'`)
    try {
      return structuredClone(await handler(event, ...structuredClone(rest)))
    } catch (error) {
      throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, { cause: error })
    }
  }
}
