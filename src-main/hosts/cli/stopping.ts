import { constants } from 'node:os'
import { outcomes } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'

/**
 * What a signal means. The first one: start nothing new, finish what is in the air. A second Ctrl-C or TERM leaves, but
 * only 5 s later, so that an impatient double press loses nothing; HUP never leaves. The exit code is 128 + n if nothing
 * was in flight, else the worst outcome.
 */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
export const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export type Stoppable = { stop(): void; inFlight(): number }

const patienceMs = 5000

export class Stopping {
  readonly #ticks: () => number
  readonly #abort = new AbortController()
  #app: Stoppable | null = null
  #first: { readonly signal: StopSignal; readonly atMs: number; readonly wasInFlight: boolean } | null = null
  #landed = false
  #isHandedOver = false
  /** Says the sentence that fits; set by the one who owns the screen. */
  onStop: (inFlight: number) => void = () => {}

  constructor(ticks: () => number = () => performance.now()) {
    this.#ticks = ticks
  }

  /** Aborted by the first signal: prompts and reads end. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get isStopped(): boolean {
    return this.#first !== null
  }

  attach(app: Stoppable | null): void {
    this.#app = app
    if (this.#first !== null) app?.stop()
  }

  inFlight(): number {
    return this.#app?.inFlight() ?? 0
  }

  receive(signal: StopSignal): 'stop' | 'wait' | 'leave' {
    if (this.#isHandedOver) return 'wait'
    if (this.#first === null) {
      const inFlight = this.inFlight()
      this.#first = { signal, atMs: this.#ticks(), wasInFlight: inFlight > 0 }
      this.#app?.stop()
      this.onStop(inFlight)
      this.#abort.abort()
      return 'stop'
    }
    const isLate = this.#ticks() - this.#first.atMs >= patienceMs
    return isLate && signal !== 'SIGHUP' ? 'leave' : 'wait'
  }

  /** From here on signals are a child's. */
  handOver(): void {
    this.#isHandedOver = true
  }

  /** Start nothing new, without a signal: something broke. */
  stopApp(): void {
    this.#app?.stop()
  }

  /** A rotation that ends after the signal, and was not merely left undone, was in flight. */
  ended({ outcome }: Pick<RotationResult, 'outcome'>): void {
    const isUndone = outcome === 'not-started' || outcome === 'cancelled' || outcome === 'needs-person'
    if (this.#first !== null && outcome in outcomes && !isUndone) this.#landed = true
  }

  exitCode(code: number): number {
    if (this.#first === null || this.#first.wasInFlight || this.#landed) return code
    return 128 + constants.signals[this.#first.signal]
  }

  /** The code for leaving in the middle: what is in the air is not known to anybody here. */
  leavingCode(): number {
    return this.inFlight() > 0 ? 4 : this.exitCode(4)
  }
}
