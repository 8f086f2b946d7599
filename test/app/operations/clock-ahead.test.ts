import { afterEach, beforeEach, expect, it } from 'vitest'
import { openWorld, valueOf, type World } from './world.ts'

/** Found by torture (clock-jumps): what a clock years ahead wrote was taken for this process's own, and its escrow kept for years. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

it('a rotation of a day that has not come yet leaves no sealed key behind at a later start', async () => {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  const ahead = 10 * 31_557_600_000
  await world.reopen((ports) => ({
    ...ports,
    clock: { ...ports.clock, now: () => new Date(Date.now() + ahead), ticks: () => performance.now() },
  }))
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  expect(world.ports.escrow.list()).toHaveLength(1)
  await world.reopen()
  valueOf(await world.app.call('rotation.recover', {}))
  expect(world.ports.escrow.list()).toEqual([])
  expect(world.sandbox.keyState('projectdiscovery', world.keyIn('pd') ?? '')).toBe('works')
})
