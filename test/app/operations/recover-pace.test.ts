import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorld, valueOf, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

it('recovery obeys a limit that counts every call, says until when, and goes on afterwards', async () => {
  const who = world.sandbox.addPrincipal('hienergy')
  valueOf(await world.add('hienergy', 'he', who))
  world.sandbox.inject({
    vendor: 'hienergy',
    kind: 'verify-down',
    times: 'all',
    afterMint: true,
    principal: who.principal,
  })
  expect((await world.rotate('he'))[0]).toMatchObject({ settled: false })
  world.sandbox.clearFaults('hienergy')

  // a thousand calls in the hour that ends in a second and a half
  const { origin } = new URL(world.sandbox.vendors.hienergy.baseUrl)
  const at = new Date(Date.now() - 3_598_500).toISOString()
  world.ports.ledger.transaction(() => {
    for (let n = 0; n < 1000; n += 1)
      world.ports.ledger.recordPace(`hienergy ${origin} subject all ${who.principal}`, at)
  })
  const asked = world.sandbox.log.length
  const [held] = valueOf(await world.app.call('rotation.recover', { names: ['he'] }))
  expect(held).toMatchObject({ settled: false, code: 'pace', message: expect.stringContaining('Hi Energy AI allows') })
  expect(held?.retryAfterSeconds).toBeGreaterThan(0)
  expect(world.sandbox.log.length).toBe(asked)

  await new Promise((resolve) => setTimeout(resolve, 1600))
  expect(valueOf(await world.app.call('rotation.recover', { names: ['he'] }))).toMatchObject([{ outcome: 'rotated' }])
})
