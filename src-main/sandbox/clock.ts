/** The sandbox's own time: the machine's, plus what a test has skipped, so that an hour's limit needs no hour. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly advance: (ms: number) => void
}

export function createClock(): Clock {
  let skippedMs = 0
  return {
    now: () => Date.now() + skippedMs,
    advance: (ms) => {
      skippedMs += ms
    },
  }
}
