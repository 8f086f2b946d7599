import type { EventEmitter } from 'node:events'

/** Electron's own complaint for what is asked too early. */
export const early = (what: string): never => {
  throw new Error(`${what} cannot be used before the app is ready`)
}

/** An event that can be refused, as Electron hands it to listeners. */
export class FakeEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

/** Emits with an event in front; true if nobody refused it. */
export function emitEvent(emitter: EventEmitter, name: string, fields: object = {}, ...rest: unknown[]): boolean {
  const event = Object.assign(new FakeEvent(), fields)
  emitter.emit(name, event, ...rest)
  return !event.defaultPrevented
}
