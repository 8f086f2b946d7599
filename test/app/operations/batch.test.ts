import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { openWorld, valueOf, type World } from './world.ts'

/** Many at once: how many are in the air, what a stop leaves, and one principal under two names. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function addMany(count: number): Promise<readonly string[]> {
  const names: string[] = []
  for (let n = 0; n < count; n += 1) {
    valueOf(await world.add('projectdiscovery', `pd/${n}`, world.sandbox.addPrincipal('projectdiscovery')))
    names.push(`pd/${n}`)
  }
  return names
}
const mints = () => world.sandbox.log.filter((entry) => entry.class === 'mint')

describe('a batch', () => {
  it.each([1, 3])('has never more than %i minting requests in the air, and as many as it may', async (concurrency) => {
    const names = await addMany(7)
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'delay', ms: 150, times: 'all' })
    const seen: number[] = []
    const timer = setInterval(() => seen.push(mints().filter((entry) => !entry.isOver).length), 3)
    const results = valueOf(await world.app.call('rotation.run', { selection: { all: true }, concurrency }))
    clearInterval(timer)
    expect(results.map(({ outcome }) => outcome)).toEqual(names.map(() => 'rotated'))
    expect(mints()).toHaveLength(7)
    expect(Math.max(...seen)).toBe(concurrency)
  })

  it('that is stopped finishes what is in the air, and says of every other that it did not begin', async () => {
    const names = await addMany(8)
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'delay', ms: 400, times: 'all' })
    const running = world.app.call('rotation.run', { selection: { all: true }, concurrency: 2 })
    await world.sandbox.waitFor((entry) => entry.class === 'mint')
    valueOf(await world.app.call('rotation.stop', {}))
    const results = valueOf(await running)
    expect(results.map(({ name }) => name)).toEqual(names)
    const left = results.filter(({ outcome }) => outcome !== 'rotated')
    expect(left.length).toBeGreaterThanOrEqual(5)
    for (const { outcome, code, settled } of left) {
      expect(['not-started', 'cancelled']).toContain(outcome)
      expect(['stopping', 'cancelled']).toContain(code)
      expect(settled).toBe(true)
    }
    // those that waited for a place were not even prepared
    expect(left.filter(({ code }) => code === 'stopping').length).toBeGreaterThanOrEqual(4)
    expect(mints()).toHaveLength(results.length - left.length)
    expect(valueOf(await world.app.call('rotation.open', {}))).toEqual([])
    // the stop was for that run
    const [again] = await world.rotate(left[0]?.name ?? '')
    expect(again).toMatchObject({ outcome: 'rotated' })
  })

  it('rotates a principal once, under whichever name comes first', async () => {
    await addMany(2)
    const first = world.ports.ledger.credentialByName('pd/0')
    // the ledger itself lets no two be one principal; one that was restored or merged might
    const doubled = (ports: AppPorts): AppPorts => ({
      ...ports,
      ledger: new Proxy(ports.ledger, {
        get: (target, name, receiver) =>
          name === 'credentials'
            ? () => target.credentials().map((each) => ({ ...each, subject: first?.subject ?? null }))
            : (Reflect.get(target, name, receiver) as unknown),
      }),
    })
    await world.reopen(doubled)
    expect(valueOf(await world.app.call('rotation.run', { selection: { all: true } }))).toMatchObject([
      { name: 'pd/0', outcome: 'rotated' },
      { name: 'pd/1', outcome: 'not-started', code: 'same-subject', oldKey: 'unknown' },
    ])
    expect(mints()).toHaveLength(1)
  })
})
