import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchLedger } from '../../src-main/hosts/watch-ledger.ts'

describe('what another process wrote', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is told of within a second, once, and not any more when nobody wants to know', () => {
    let commits = 7
    let told = 0
    const stop = watchLedger({ foreignCommits: () => commits }, () => (told += 1))
    vi.advanceTimersByTime(5000)
    expect(told).toBe(0)
    commits += 1
    vi.advanceTimersByTime(1000)
    expect(told).toBe(1)
    vi.advanceTimersByTime(5000)
    expect(told).toBe(1)
    stop()
    commits += 1
    vi.advanceTimersByTime(5000)
    expect(told).toBe(1)
  })
})
