import { afterAll, beforeAll, expect, it } from 'vitest'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** What a person is told before a rotation: from the vendor's file, for exactly what was named, and nobody is asked. */
let world: World
beforeAll(async () => {
  world = await openWorld()
  const operator = world.sandbox.vendors.conjur.operator
  if (!operator) throw new Error('no operator')
  valueOf(await world.add('conjur', 'plan/admin', operator))
  const add = (vendor: 'conjur' | 'scrapebit' | 'userplane', name: string, more = {}) =>
    world.add(vendor, name, world.sandbox.addPrincipal(vendor), more)
  valueOf(await add('conjur', 'plan/user', { operator: 'plan/admin', usedBy: ['ci/.env'] }))
  valueOf(await add('scrapebit', 'plan/limited', { maxAgeDays: 1 }))
  valueOf(await add('userplane', 'plan/guided', { tags: ['dash'] }))
  const other = { vendor: 'other', name: 'plan/kept', secret: 'synthetic-plan-0123456789' }
  valueOf(await world.app.call('credential.add', other))
})
afterAll(() => world.close())

const plan = (selection: Parameters<typeof world.app.call<'rotation.plan'>>[1]) =>
  world.app.call('rotation.plan', selection)

it('says what dies, what limits there are, who uses it and whose key rotates it', async () => {
  const asked = world.sandbox.log.length
  const plans = valueOf(await plan({ names: ['plan/user', 'PLAN/limited', 'plan/user'] }))
  expect(plans.map(({ name }) => name)).toEqual(['plan/user', 'plan/limited'])
  const [user, limited] = plans
  expect(user).toMatchObject({
    vendorName: 'CyberArk Conjur',
    strategy: 'in-place',
    operator: 'plan/admin',
    usedBy: ['ci/.env'],
  })
  expect(user?.consequences.length).toBeGreaterThan(0)
  expect(user?.recovery).not.toBe('')
  expect(limited?.limits.join()).toContain('once an hour')
  expect(limited?.tail).toHaveLength(4)
  expect(world.sandbox.log.length).toBe(asked)
})

it('leads a person through the dashboard, and sends them to the vendor of a key without a file', async () => {
  const [guided, kept] = valueOf(await plan({ names: ['plan/guided', 'plan/kept'] }))
  expect(guided).toMatchObject({ strategy: 'guided', guided: { keyPrefix: 'uspl_' } })
  expect(guided?.guided?.steps.length).toBeGreaterThan(0)
  expect(guided?.guided?.expiryChoices.map(({ days }) => days)).toEqual(expect.arrayContaining([7, 30, 60, 90, null]))
  expect(kept).toMatchObject({ strategy: 'none', consequences: [], guided: null })
  expect(kept?.recovery).toContain('rotate it at its vendor')
})

it('is of the same credentials that a run would take', async () => {
  const names = async (selection: Parameters<typeof plan>[0]) => valueOf(await plan(selection)).map(({ name }) => name)
  expect(await names({ all: true, vendor: 'conjur' })).toEqual(['plan/admin', 'plan/user'])
  expect(await names({ all: true, tag: 'dash' })).toEqual(['plan/guided'])
  expect(await names({ due: true })).toEqual([])
  expect(await plan({ names: ['plan/user', 'nobody'] })).toMatchObject(failed('unknown-name'))
})
