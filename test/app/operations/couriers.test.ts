import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { childrenOf } from '../../fixtures/children.ts'
import { openWorld, valueOf, type World } from './world.ts'

/** One courier serves every window, and does not outlive its use or its own death. */
let world: World
beforeEach(async () => {
  world = await openWorld()
  for (const name of ['one', 'other'])
    valueOf(await world.add('projectdiscovery', name, world.sandbox.addPrincipal('projectdiscovery')))
})
afterEach(() => world.close())

const couriers = () => childrenOf(process.pid, 'courier.js')

describe('the courier', () => {
  it('of two windows that rotate at once stays until both are through', async () => {
    let isFirstOver = () => {}
    const firstOver = new Promise<void>((resolve) => (isFirstOver = resolve))
    let orders = 0
    await world.reopen((ports) => ({
      ...ports,
      couriers: {
        start: () => {
          const courier = ports.couriers.start()
          return {
            ...courier,
            // the second is ready, and goes only when the first run has ended
            prepare: async (order) => {
              const [mine, prepared] = [(orders += 1), await courier.prepare(order)]
              if (mine === 2) await firstOver
              return prepared
            },
          }
        },
      },
    }))
    const first = world.rotate('one')
    await expect.poll(() => orders).toBe(1)
    const second = world.rotate('other')
    expect(await first).toMatchObject([{ outcome: 'rotated' }])
    await expect.poll(() => orders).toBe(2)
    isFirstOver()
    expect(await second).toMatchObject([{ outcome: 'rotated' }])
    await expect.poll(couriers).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('that died while a person made up their mind is another', async () => {
    valueOf(await world.app.call('rotation.plan', { all: true }))
    await expect.poll(couriers).toHaveLength(1)
    for (const pid of couriers()) process.kill(pid, 'SIGKILL')
    await expect.poll(couriers).toEqual([])
    expect(await world.rotate('one')).toMatchObject([{ outcome: 'rotated' }])
  })
})
