import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { idleLock } from '../../src-main/hosts/idle-lock.ts'

describe('a session that nobody touches', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is locked after the minutes that the settings say, counted from the last touch', () => {
    let now = 0
    let locks = 0
    let minutes: number | null = 15
    const idle = idleLock({ afterMinutes: () => minutes, lock: () => (locks += 1), ticks: () => now })
    const pass = (ms: number): void => {
      now += ms
      vi.advanceTimersByTime(ms)
    }
    pass(14 * 60_000)
    idle.touch()
    pass(14 * 60_000)
    expect(locks).toBe(0)
    pass(61_000)
    expect(locks).toBeGreaterThan(0)
    const before = locks
    minutes = null
    pass(600 * 60_000)
    expect(locks).toBe(before)
    idle.stop()
  })
})
