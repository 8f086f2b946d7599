/** Locks a session that nobody has touched for as long as the settings allow. */
export type IdleLock = { touch(): void; stop(): void }

const LOOK_EVERY_MS = 5_000

export function idleLock(options: {
  /** Null: never. */
  readonly afterMinutes: () => number | null
  readonly lock: () => void
  /** Milliseconds that only go forward. */
  readonly ticks?: () => number
}): IdleLock {
  const ticks = options.ticks ?? (() => performance.now())
  let last = ticks()
  const timer = setInterval(() => {
    const minutes = options.afterMinutes()
    if (minutes !== null && ticks() - last >= minutes * 60_000) options.lock()
  }, LOOK_EVERY_MS)
  timer.unref()
  return {
    touch: () => {
      last = ticks()
    },
    stop: () => clearInterval(timer),
  }
}
