import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotationResult } from '../../../src-contract/views.ts'
import { ok } from '../../../src-contract/result.ts'
import { fail } from '../../../src-contract/failures.ts'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** What an open rotation refuses, and how a person, a pasted key or recovery closes it. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

async function lose(name: string) {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', name, who))
  world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'after', principal: who.principal })
  const [result] = await world.rotate(name)
  expect(result).toMatchObject({ outcome: 'lost', settled: false, oldKey: 'dead' })
  return { ...who, now: world.sandbox.currentKey('projectdiscovery', who.principal) ?? '' }
}

describe('an open rotation', () => {
  it('refuses everything but recovery and set, which settles it with a key that works', async () => {
    const who = await lose('open/lost')
    const name = 'open/lost'
    for (const refused of [
      () => world.app.call('credential.edit', { name, label: 'x' }),
      () => world.app.call('credential.rename', { name, to: 'open/else' }),
      () => world.app.call('credential.remove', { names: [name] }),
      () => world.app.call('credential.reveal', { name }),
    ])
      expect(await refused()).toMatchObject(failed('has-open-rotation'))
    expect(await world.rotate(name)).toMatchObject([{ outcome: 'not-started', code: 'has-open-rotation' }])
    expect(await world.app.call('credential.reveal', { name, evenIfOpen: true })).toMatchObject({ ok: true })
    const dead = await world.app.call('credential.set', { name, secret: 'synthetic-dead-0123456789' })
    expect(dead.ok).toBe(false)
    expect(world.keyIn(name)).toBe(who.key)
    const set = rotationResult.parse(valueOf(await world.app.call('credential.set', { name, secret: who.now })))
    expect(set).toMatchObject({ outcome: 'rotated', settled: true, oldKey: 'dead' })
    expect(world.keyIn(name)).toBe(who.now)
    expect(valueOf(await world.app.call('rotation.open', {}))).toEqual([])
  })

  it('is closed by a person’s word', async () => {
    await lose('open/neither')
    const recover = { names: ['open/neither'] }
    expect(await world.app.call('rotation.recover', { ...recover, settle: 'new' })).toMatchObject(
      failed('no-sealed-reply'),
    )
    const closed = valueOf(await world.app.call('rotation.recover', { ...recover, settle: 'neither' }))
    expect(closed).toMatchObject([{ outcome: 'lost', settled: true }])
    expect(await world.app.call('rotation.recover', { ...recover, settle: 'old' })).toMatchObject(
      failed('nothing-to-settle'),
    )
  })
})

describe('set', () => {
  it('says when the old key still works', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'set/two', who))
    const second = world.sandbox.dashboardCreate('userplane', who.principal) ?? ''
    const set = valueOf(await world.app.call('credential.set', { name: 'set/two', secret: second }))
    expect(set).toMatchObject({ outcome: 'old-key-alive', oldKey: 'works' })
    expect(world.sandbox.keyState('userplane', who.key)).toBe('works')
    expect(world.keyIn('set/two')).toBe(second)
  })
})

describe('a guided rotation', () => {
  it('waits durably, takes no key that fails, and ends with the right one', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    const name = 'guided/one'
    valueOf(await world.add('userplane', name, who))
    const begun = valueOf(await world.app.call('guided.begin', { name }))
    await world.reopen()
    expect(valueOf(await world.app.call('rotation.recover', { names: [name] }))).toMatchObject([
      { outcome: 'waiting', settled: false },
    ])
    expect(valueOf(await world.app.call('guided.begin', { name })).rotationId).toBe(begun.rotationId)
    const bad = valueOf(await world.app.call('guided.paste', { name, secret: 'uspl_synthetic_0123456789' }))
    expect(bad).toMatchObject({ code: 'paste-rejected', settled: false })
    expect(valueOf(await world.app.call('guided.paste', { name, secret: who.key }))).toMatchObject({ code: 'same-key' })
    expect(world.keyIn(name)).toBe(who.key)
    const fresh = world.sandbox.dashboardRotate('userplane', who.principal)
    const done = valueOf(await world.app.call('guided.paste', { name, secret: fresh }))
    expect(done).toMatchObject({ outcome: 'rotated', settled: true, oldKey: 'dead' })
    expect(world.keyIn(name)).toBe(fresh)
  })

  it('is cancelled with nothing changed', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'guided/two', who))
    valueOf(await world.app.call('guided.begin', { name: 'guided/two' }))
    expect(valueOf(await world.app.call('guided.cancel', { name: 'guided/two' }))).toMatchObject({
      outcome: 'cancelled',
    })
    expect(world.keyIn('guided/two')).toBe(who.key)
    expect(await world.app.call('guided.cancel', { name: 'guided/two' })).toMatchObject(failed('nothing-to-settle'))
  })
})

describe('a pace limit', () => {
  it('survives a restart, and counts only requests that left', async () => {
    const who = world.sandbox.addPrincipal('scrapebit')
    const name = 'pace/one'
    valueOf(await world.add('scrapebit', name, who))
    await world.reopen((ports) => ({
      ...ports,
      couriers: {
        start: () => {
          const courier = ports.couriers.start()
          return {
            close: () => courier.close(),
            isGone: () => courier.isGone(),
            prepare: async (order) => {
              const prepared = await courier.prepare(order)
              if (!prepared.ok) return prepared
              const failure = fail('connect', { host: 'x', why: 'refused' })
              const go = async () => {
                await prepared.value.abort()
                return { kind: 'not-sent' as const, failure }
              }
              return ok({ ...prepared.value, go })
            },
          }
        },
      },
    }))
    expect(await world.rotate(name)).toMatchObject([{ outcome: 'not-sent' }])
    await world.reopen()
    expect(await world.rotate(name)).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
    await world.reopen()
    const [again] = await world.rotate(name)
    expect(again).toMatchObject({ outcome: 'not-started', code: 'pace' })
    expect(again?.retryAfterSeconds).toBeGreaterThan(3500)
  })
})

describe('an operator', () => {
  it('is rotated after its users, and rescues one that is lost', async () => {
    const operator = world.sandbox.vendors.conjur.operator
    if (!operator) throw new Error('no operator')
    valueOf(await world.add('conjur', 'op/admin', operator))
    const user = world.sandbox.addPrincipal('conjur')
    valueOf(await world.add('conjur', 'op/user', user, { operator: 'op/admin' }))
    world.sandbox.inject({ vendor: 'conjur', kind: 'after', principal: user.principal })
    const both = await world.rotate('op/admin', 'op/user')
    expect(both).toMatchObject([
      { name: 'op/admin', outcome: 'not-started', code: 'users-open' },
      { name: 'op/user', outcome: 'lost' },
    ])
    // still open from an earlier run: the operator may be what rescues it
    expect(await world.rotate('op/admin', 'op/user')).toMatchObject([
      { code: 'users-open' },
      { code: 'has-open-rotation' },
    ])
    const rescue = { selection: { names: ['op/user'] }, unproven: true }
    expect(valueOf(await world.app.call('rotation.run', rescue))).toMatchObject([{ outcome: 'rotated', settled: true }])
    expect(world.sandbox.keyState('conjur', world.keyIn('op/user') ?? '')).toBe('works')
    const all = await world.rotate('op/admin', 'op/user')
    expect(all.map((result) => result.outcome)).toEqual(['rotated', 'rotated'])
  })
})
