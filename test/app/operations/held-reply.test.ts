import { afterEach, beforeEach, expect, it } from 'vitest'
import { halfSealing, silentLedger } from './half-sealing.ts'
import { openWorld, valueOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())
const replies = (): readonly string[] => [...world.store.items.keys()].filter((name) => name.includes(':reply:'))

it('a reply that was sealed in part is whole in the keychain: recovery takes that, and a later start takes it away', async () => {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  await world.reopen((ports) => silentLedger(halfSealing(ports)))
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'unknown', settled: false }])
  expect(replies()).toHaveLength(1)

  await world.reopen()
  expect(valueOf(await world.app.call('rotation.recover', { names: [] }))).toMatchObject([{ outcome: 'rotated' }])
  expect(world.sandbox.keyState('projectdiscovery', world.keyIn('pd') ?? '')).toBe('works')
  expect(replies()).toHaveLength(1)

  await world.reopen()
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  expect(world.ports.escrow.list()).toHaveLength(2)
  await world.reopen()
  valueOf(await world.app.call('rotation.recover', { names: [] }))
  expect(replies()).toEqual([])
  expect(world.ports.escrow.list()).toEqual([])
})

it('a courier that still looks for room is not waited for: what it handed over is the whole', async () => {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  await world.reopen((ports) => silentLedger(halfSealing(ports)))
  const [open] = await world.rotate('pd')
  await world.reopen()
  // it holds the rotation's lock for as long as it tries
  const courier = world.ports.locks.exclusive(open?.rotationId ?? '')
  const began = performance.now()
  const recovered = valueOf(await world.app.call('rotation.recover', { names: [] }))
  courier?.release()
  expect(courier).not.toBeNull()
  expect(recovered).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
  expect(performance.now() - began).toBeLessThan(6000)
})

it('a refusal that was handed over is not kept in the keychain either', async () => {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  await world.reopen(halfSealing)
  world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'status', status: 401, principal: who.principal })
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'refused' }])
  expect(replies()).toEqual([])
  expect(world.ports.escrow.list()).toEqual([])
})
