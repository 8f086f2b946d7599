import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src-main/adapters/clock/system-clock.ts'
import { openIds } from '../../../src-main/adapters/ids/ulid-ids.ts'
import { testClock } from '../../fakes/clock.ts'

describe('the system clock', () => {
  it('tells the time, ticks, and sleeps at least as long as asked', async () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000)
    const started = systemClock.ticks()
    await systemClock.sleep(20)
    expect(systemClock.ticks() - started).toBeGreaterThan(18)
  })
})

describe('the test clock', () => {
  it('stands still, wakes sleepers in order, and gives each its own instant', async () => {
    const clock = testClock()
    const woken: string[] = []
    const nap = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms)
      woken.push(`${name} ${clock.ticks()}`)
    }
    const all = [nap('late', 200), nap('soon', 50), nap('twice', 60).then(() => nap('twice', 60))]
    await clock.advance(49)
    expect(woken).toEqual([])
    await clock.advance(100)
    expect(woken).toEqual(['soon 50', 'twice 60', 'twice 120'])
    expect(clock.sleepers()).toBe(1)
    await clock.advance(51)
    await Promise.all(all)
    expect(clock.now().toISOString()).toBe('2026-11-21T10:00:00.200Z')
  })

  it('can be set back without turning its ticks', async () => {
    const clock = testClock()
    await clock.advance(1000)
    clock.setWall(new Date('2020-01-01T00:00:00Z'))
    expect([clock.now().getUTCFullYear(), clock.ticks()]).toEqual([2020, 1000])
  })
})

it('ids are ULIDs that ascend, a thousand in one go', () => {
  const ids = openIds()
  const made = Array.from({ length: 1000 }, () => ids.next())
  expect(made).toEqual(made.toSorted())
  expect(new Set(made).size).toBe(1000)
  expect(made.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))).toBe(true)
})
