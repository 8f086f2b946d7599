import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** What is said of a key that a person puts in: never more than was seen of it, and of the one before it, in this run. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const set = (name: string, secret: string, more = {}) => world.app.call('credential.set', { name, secret, ...more })
const shown = async (name: string) => valueOf(await world.app.call('credential.show', { name }))
const silence = (vendor: 'projectdiscovery' | 'userplane', skip = 0) =>
  world.sandbox.inject({ vendor, kind: 'verify-down', times: 'all', skip })

describe('a key that nobody can be asked about', () => {
  it('is stored, settled, and called neither working nor rotated', async () => {
    const other = { vendor: 'other', name: 'set/other', secret: 'synthetic-other-first-0123' }
    valueOf(await world.app.call('credential.add', other))
    expect(valueOf(await set('set/other', 'synthetic-other-second-0123'))).toMatchObject({
      outcome: 'rotated-unverified',
      settled: true,
      oldKey: 'unknown',
      newKey: { tail: '0123' },
      message: 'the new key is stored; it was not tried',
    })
    expect(await shown('set/other')).toMatchObject({ verifiedAt: null, openRotation: null })
    expect((await shown('set/other')).rotatedAt).not.toBeNull()
  })
})

describe('a key put in unproven', () => {
  it('is asked about at no vendor, neither it nor the old one', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'set/unproven', who))
    const asked = world.sandbox.log.length
    const result = valueOf(await set('set/unproven', 'synthetic-never-asked', { unproven: true }))
    expect(result).toMatchObject({ outcome: 'rotated-unverified', settled: true, oldKey: 'unknown' })
    expect(result.code).toBeUndefined()
    expect(world.sandbox.log.length).toBe(asked)
    expect(world.keyIn('set/unproven')).toBe('synthetic-never-asked')
    expect(await shown('set/unproven')).toMatchObject({ state: 'unverified', verifiedAt: null })
  })
})

describe('a vendor that does not answer', () => {
  it('leaves the key stored, and says so', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'set/silent', who))
    silence('projectdiscovery')
    const result = valueOf(await set('set/silent', 'synthetic-no-answer'))
    world.sandbox.clearFaults('projectdiscovery')
    expect(result).toMatchObject({
      outcome: 'rotated-unverified',
      code: 'verify-no-answer',
      settled: true,
      oldKey: 'unknown',
    })
    expect(world.keyIn('set/silent')).toBe('synthetic-no-answer')
  })

  it('for the old key alone: the new one works, and nothing is said of the old', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'set/half', who))
    const fresh = world.sandbox.dashboardRotate('userplane', who.principal)
    silence('userplane', 1)
    const result = valueOf(await set('set/half', fresh))
    world.sandbox.clearFaults('userplane')
    expect(result).toMatchObject({ outcome: 'rotated-unverified', code: 'old-key-no-answer', oldKey: 'unknown' })
    expect(result.message).toContain('the new key works and is stored')
    expect(await shown('set/half')).toMatchObject({ state: 'healthy' })
  })
})

describe('the key that was here already', () => {
  it('is not called rotated, and grows no younger', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'set/same', who))
    const before = await shown('set/same')
    expect(valueOf(await set('set/same', who.key))).toMatchObject({
      outcome: 'not-rotated',
      settled: true,
      oldKey: 'works',
      message: 'the key works and was here already',
    })
    expect((await shown('set/same')).rotatedAt).toBe(before.rotatedAt)
    expect(valueOf(await set('set/same', who.key, { unproven: true }))).toMatchObject({
      outcome: 'rotated-unverified',
      message: 'this key was here already; it was not tried',
    })
    // what was seen of it before stays seen
    expect(await shown('set/same')).toMatchObject({ state: 'healthy' })
  })

  it('that an open rotation had put here settles it, and leaves said what it left unclear', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'set/stale', who))
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'stale', principal: who.principal })
    expect(await world.rotate('set/stale')).toMatchObject([{ outcome: 'old-key-alive', settled: false }])
    const result = valueOf(await set('set/stale', world.keyIn('set/stale') ?? ''))
    expect(result).toMatchObject({ outcome: 'old-key-alive', settled: true })
    expect(valueOf(await world.app.call('rotation.open', {}))).toEqual([])
  })
})

it('a key of somebody else, or one that is kept under another name, is refused', async () => {
  const [one, two] = [world.sandbox.addPrincipal('scrapebit'), world.sandbox.addPrincipal('scrapebit')]
  valueOf(await world.add('scrapebit', 'set/one', one))
  expect(await set('set/one', two.key)).toMatchObject(failed('wrong-subject'))
  valueOf(await world.add('scrapebit', 'set/two', two))
  expect(await set('set/one', two.key)).toMatchObject(failed('known-secret'))
  expect(world.keyIn('set/one')).toBe(one.key)
})
