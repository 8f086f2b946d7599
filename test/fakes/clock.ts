import type { Clock } from '../../src-main/core/ports.ts'

/** A clock that stands still until told. `advance` wakes the sleepers whose time has come, in order. */
export type TestClock = Clock & {
  advance(ms: number): Promise<void>
  /** Sets the wall clock alone, as a person or a time server does: ticks go on as before. */
  setWall(at: Date): void
  /** How many sleeps are waiting. */
  sleepers(): number
}

export function testClock(start = new Date('2026-11-21T10:00:00.000Z')): TestClock {
  let ticks = 0
  let offset = start.getTime()
  let sleepers: { readonly due: number; readonly wake: () => void }[] = []

  return {
    now: () => new Date(offset + ticks),
    ticks: () => ticks,
    sleep: (ms) => (ms <= 0 ? Promise.resolve() : new Promise((wake) => sleepers.push({ due: ticks + ms, wake }))),
    async advance(ms) {
      const end = ticks + ms
      for (;;) {
        const next = sleepers.filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)[0]
        if (!next) break
        ticks = Math.max(ticks, next.due)
        sleepers = sleepers.filter((sleeper) => sleeper !== next)
        next.wake()
        // Lets the woken run up to their next wait before time goes on.
        await new Promise(setImmediate)
      }
      ticks = end
      await new Promise(setImmediate)
    },
    setWall(at) {
      offset = at.getTime() - ticks
    },
    sleepers: () => sleepers.length,
  }
}
