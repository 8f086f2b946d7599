import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import type { AppEvent } from '../../src-contract/events.ts'
import type { RotationResult } from '../../src-contract/views.ts'
import type { App } from '../../src-main/app/compose.ts'
import { keepRecovering } from '../../src-main/hosts/keep-recovering.ts'

/** What each recovery of the app says, in turn; the last one for ever. */
function appThat(...says: readonly unknown[]) {
  let isLocked = false
  let recoveries = 0
  const listeners = new Set<(event: AppEvent) => void>()
  const app = {
    session: { isLocked: () => isLocked },
    call: async () => says[Math.min(recoveries++, says.length - 1)],
    listen: (listener: (event: AppEvent) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } as unknown as App
  return {
    app,
    recoveries: () => recoveries,
    end: (outcome: string, code?: string) => {
      const result = { outcome, settled: false, code } as unknown as RotationResult
      for (const listener of listeners) listener({ type: 'rotation.ended', result })
    },
    lock: (to: boolean) => {
      isLocked = to
      for (const listener of listeners) listener({ type: 'session.changed', isLocked: to })
    },
  }
}
const open = (outcome: string) => ok([{ outcome, settled: false }])
const settled = ok([{ outcome: 'rotated', settled: true }])
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('a window', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('goes on with what is open when it starts, and again until nothing is', async () => {
    const { app, recoveries } = appThat(open('unknown'), err(fail('keychain-died')), settled)
    keepRecovering(app)
    await pass(0)
    expect(recoveries()).toBe(1)
    await pass(31_000)
    expect(recoveries()).toBe(2)
    await pass(31_000)
    expect(recoveries()).toBe(2)
    await pass(30_000)
    expect(recoveries()).toBe(3)
    await pass(24 * 3_600_000)
    expect(recoveries()).toBe(3)
  })

  it('goes on with what was left open while it stood there', async () => {
    const { app, recoveries, end } = appThat(ok([]), settled)
    keepRecovering(app)
    await pass(3_600_000)
    end('lost')
    await pass(3_600_000)
    expect(recoveries()).toBe(1)
    end('held')
    await pass(31_000)
    expect(recoveries()).toBe(2)
  })

  it('asks ever less often, and leaves to a person what waits for one', async () => {
    const lost = appThat(open('unknown'))
    keepRecovering(lost.app)
    await pass(24 * 3_600_000)
    expect(lost.recoveries()).toBeGreaterThan(40)
    expect(lost.recoveries()).toBeLessThan(60)
    const waiting = appThat(open('waiting'))
    keepRecovering(waiting.app)
    const moved = appThat(err(fail('other-machine')))
    keepRecovering(moved.app)
    await pass(24 * 3_600_000)
    expect([waiting.recoveries(), moved.recoveries()]).toEqual([1, 1])
  })

  it('does not ask a person who refused to unlock the keychain again and again', async () => {
    const refused = ok([{ outcome: 'held', settled: false, code: 'keychain-locked' }])
    const { app, recoveries, end } = appThat(refused, err(fail('keychain-locked')), refused, settled)
    keepRecovering(app)
    await pass(29 * 60_000)
    expect(recoveries()).toBe(1)
    await pass(2 * 60_000)
    expect(recoveries()).toBe(2)
    end('held', 'keychain-locked')
    await pass(28 * 60_000)
    expect(recoveries()).toBe(2)
    await pass(2 * 60_000)
    expect(recoveries()).toBe(3)
    // another that only a network keeps from its end does not wait for it
    end('unknown')
    end('held', 'keychain-locked')
    await pass(31_000)
    expect(recoveries()).toBe(4)
  })

  it('does nothing while it is locked, begins when it is unlocked, and stops when told', async () => {
    const { app, recoveries, lock } = appThat(open('unknown'))
    lock(true)
    const stop = keepRecovering(app)
    await pass(3_600_000)
    expect(recoveries()).toBe(0)
    lock(false)
    await pass(10)
    expect(recoveries()).toBe(1)
    stop()
    await pass(3_600_000)
    expect(recoveries()).toBe(1)
  })
})
