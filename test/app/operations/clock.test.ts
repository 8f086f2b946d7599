import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** A wall clock that jumps, as a time server or a restored machine makes it. Ticks go on as before. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const offBy =
  (offset: () => number) =>
  (ports: AppPorts): AppPorts => ({
    ...ports,
    clock: { ...ports.clock, now: () => new Date(Date.now() + offset()) },
  })
const HOUR = 3_600_000

describe('a clock that went back', () => {
  it('cannot tell what is due: --due starts nothing, a name still does', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who, { maxAgeDays: 1 }))
    await world.reopen(offBy(() => -HOUR))
    const due = await world.app.call('rotation.run', { selection: { due: true } })
    expect(due).toMatchObject(failed('clock-behind'))
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  })

  it('by less than minutes is a time server’s business', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who, { maxAgeDays: 1 }))
    await world.reopen(offBy(() => -HOUR / 60))
    expect(await world.app.call('rotation.run', { selection: { due: true } })).toMatchObject({ ok: true, value: [] })
    await world.reopen(offBy(() => 48 * HOUR))
    expect(await world.app.call('rotation.run', { selection: { due: true } })).toMatchObject({
      value: [{ name: 'pd', outcome: 'rotated' }],
    })
  })

  it('between the request and its answer changes nothing of what is true', async () => {
    const who = world.sandbox.addPrincipal('scrapebit')
    valueOf(await world.add('scrapebit', 'sb', who))
    let offset = 0
    await world.reopen(offBy(() => offset))
    world.app.listen((event) => {
      if (event.type === 'rotation.progressed' && event.step === 'sent') offset = -30 * 24 * HOUR
    })
    const [result] = await world.rotate('sb')
    expect(offset).toBeLessThan(0)
    expect(result).toMatchObject({ outcome: 'rotated', settled: true, oldKey: 'dead' })
    expect(result?.durationMs).toBeGreaterThanOrEqual(0)
    // the hour of the limit counts from now on, not from a month ahead
    await world.reopen(offBy(() => offset))
    const [again] = await world.rotate('sb')
    expect(again).toMatchObject({ outcome: 'not-started', code: 'pace' })
    expect(again?.retryAfterSeconds).toBeGreaterThan(3500)
    expect(again?.retryAfterSeconds).toBeLessThanOrEqual(3600)
  })

  it('while a reply is lost still waits out the settle time before it says not rotated', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    let offset = 0
    await world.reopen(offBy(() => offset))
    world.app.listen((event) => {
      if (event.type === 'rotation.progressed' && event.step === 'sent') offset = HOUR
    })
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'before', principal: who.principal })
    const began = performance.now()
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'not-rotated', oldKey: 'works' }])
    expect(performance.now() - began).toBeGreaterThan(2000)
  })
})
