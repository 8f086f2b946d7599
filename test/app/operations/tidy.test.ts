import { afterEach, beforeEach, expect, it } from 'vitest'
import { openWorld, valueOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const later = (days: number) =>
  world.reopen((ports) => ({
    ...ports,
    clock: { ...ports.clock, now: () => new Date(Date.now() + days * 86_400_000) },
  }))
const stepsOf = (id: string): readonly string[] => world.ports.ledger.journal(id).map(({ step }) => step)

it('folds the steps of old rotations beside a recovery, once their sealed file is gone', async () => {
  const keys = [world.sandbox.addPrincipal('projectdiscovery'), world.sandbox.addPrincipal('projectdiscovery')]
  valueOf(await world.add('projectdiscovery', 'over', keys[0] as (typeof keys)[0]))
  valueOf(await world.add('projectdiscovery', 'open', keys[1] as (typeof keys)[0]))
  const [over] = await world.rotate('over')
  const rejecting = { vendor: 'projectdiscovery', kind: 'reject-new', principal: keys[1]?.principal ?? '' } as const
  world.sandbox.inject(rejecting)
  const [open] = await world.rotate('open')
  const [ids, before] = [[over, open].map((result) => result?.rotationId ?? ''), world.ports.ledger.history({})]
  expect(ids.map((id) => stepsOf(id).length > 2)).toEqual([true, true])

  await later(300)
  await world.app.call('rotation.recover', {})
  expect(ids.map((id) => stepsOf(id).includes('folded'))).toEqual([false, false])
  await later(500)
  await world.app.call('rotation.recover', {})
  expect(stepsOf(ids[0] ?? '')).toEqual(['folded'])
  expect(stepsOf(ids[1] ?? '').length).toBeGreaterThan(2)
  expect(world.ports.ledger.history({ name: 'over' })).toEqual(before.filter(({ name }) => name === 'over'))
})
