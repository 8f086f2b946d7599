import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** Taking a key in, changing what is known of it, and letting go of it: a refusal leaves everything as it was. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

describe('add', () => {
  it('proves the key, learns its subject, and keeps one credential a principal and a key', async () => {
    const who = world.sandbox.addPrincipal('scrapebit')
    const added = valueOf(await world.add('scrapebit', 'add/works', who))
    expect(added.proof).toBe('works')
    expect(added.credential.subject).not.toBeNull()
    expect(added.credential.verifiedAt).not.toBeNull()
    expect(world.keyIn('add/works')).toBe(who.key)
    expect(await world.add('scrapebit', 'add/twin', who)).toMatchObject(failed('known-secret'))
    expect(await world.add('scrapebit', 'ADD/WORKS', who)).toMatchObject(failed('name-taken'))
    expect(world.keyIn('add/twin')).toBeNull()
  })

  it('adds a key that got no answer as unverified, and a dead one not at all', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'verify-down', principal: who.principal })
    const added = valueOf(await world.add('projectdiscovery', 'add/silent', who))
    expect(added).toMatchObject({ proof: 'no-answer', credential: { verifiedAt: null, state: 'unverified' } })
    const dead = { key: 'synthetic-dead-key-0123456789' }
    expect(await world.add('projectdiscovery', 'add/dead', dead)).toMatchObject({ ok: false })
    expect(world.keyIn('add/dead')).toBeNull()
    const unproven = await world.add('projectdiscovery', 'add/dead', dead, { unproven: true })
    expect(unproven).toMatchObject({ ok: true, value: { proof: 'not-asked' } })
  })

  it('refuses an item that it did not make, and takes it over when told', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    world.putItem('add/item', who.key)
    expect(await world.add('projectdiscovery', 'add/item', who)).toMatchObject(failed('item-exists'))
    const input = {
      vendor: 'projectdiscovery',
      name: 'add/item',
      baseUrl: world.sandbox.vendors.projectdiscovery.baseUrl,
    }
    expect(await world.app.call('credential.add', { ...input, secret: null, adopt: true })).toMatchObject({
      ok: true,
      value: { proof: 'works' },
    })
    const absent = await world.app.call('credential.add', { ...input, name: 'add/absent', secret: null, adopt: true })
    expect(absent).toMatchObject(failed('bad-input'))
    const other = world.sandbox.addPrincipal('projectdiscovery')
    world.putItem('add/given', 'somebody-elses-value')
    expect(await world.add('projectdiscovery', 'add/given', other, { adopt: true })).toMatchObject({ ok: true })
    expect(world.keyIn('add/given')).toBe(other.key)
  })

  it('keeps a secret input as an item of its own, never over one that somebody else made', async () => {
    const who = world.sandbox.addPrincipal('conjur')
    world.putItem('add/conjur#password', 'somebody-elses-password')
    const more = { secretInputs: { password: 'synthetic-password' } }
    expect(await world.add('conjur', 'add/conjur', who, more)).toMatchObject(failed('item-exists'))
    expect(world.keyIn('add/conjur#password')).toBe('somebody-elses-password')
    expect(world.keyIn('add/conjur')).toBeNull()
    expect(await world.add('conjur', 'add/conjur', who, { ...more, adopt: true })).toMatchObject({ ok: true })
    expect(world.keyIn('add/conjur#password')).toBe('synthetic-password')
  })

  it('takes a pin only where the vendor file allows one, and nothing but a key for other', async () => {
    const who = { key: 'synthetic-pinned-0123456789' }
    const pinned = await world.add('scrapebit', 'add/pinned', who, { pinSha256: 'a'.repeat(64) })
    expect(pinned).toMatchObject(failed('bad-input'))
    const other = { vendor: 'other', name: 'add/other', secret: 'synthetic-other-0123456789' }
    expect(await world.app.call('credential.add', { ...other, baseUrl: 'https://example.com' })).toMatchObject(
      failed('bad-input'),
    )
    expect(await world.app.call('credential.add', other)).toMatchObject({ ok: true })
    expect(await world.rotate('add/other')).toMatchObject([{ outcome: 'not-started', code: 'no-vendor-file' }])
  })
})

describe('edit, rename and remove', () => {
  it('does not move an operator in use to another address, nor remove it', async () => {
    const operator = world.sandbox.vendors.conjur.operator
    if (!operator) throw new Error('no operator')
    valueOf(await world.add('conjur', 'edit/admin', operator))
    const user = world.sandbox.addPrincipal('conjur')
    valueOf(await world.add('conjur', 'edit/user', user, { operator: 'edit/admin' }))
    const moved = { name: 'edit/admin', baseUrl: 'http://127.0.0.1:9/api' }
    expect(await world.app.call('credential.edit', moved)).toMatchObject(failed('operator-in-use'))
    expect(await world.app.call('credential.remove', { names: ['edit/admin'] })).toMatchObject(
      failed('operator-in-use'),
    )
    const cycle = { name: 'edit/admin', operator: 'edit/user' }
    expect(await world.app.call('credential.edit', cycle)).toMatchObject(failed('bad-operator'))
    expect(await world.app.call('credential.remove', { names: ['edit/admin', 'edit/user'] })).toMatchObject({
      ok: true,
    })
    expect(world.keyIn('edit/admin')).toBeNull()
  })

  it('moves every item with the name, and never over somebody else’s', async () => {
    const who = world.sandbox.addPrincipal('conjur')
    valueOf(await world.add('conjur', 'move/from', who, { secretInputs: { password: 'synthetic-moving' } }))
    world.putItem('move/taken', 'somebody-elses')
    const taken = await world.app.call('credential.rename', { name: 'move/from', to: 'move/taken' })
    expect(taken).toMatchObject(failed('item-exists'))
    expect(world.keyIn('move/taken')).toBe('somebody-elses')
    expect(world.keyIn('move/from')).toBe(who.key)
    valueOf(await world.app.call('credential.rename', { name: 'move/from', to: 'move/to' }))
    expect([world.keyIn('move/to'), world.keyIn('move/to#password')]).toEqual([who.key, 'synthetic-moving'])
    expect([world.keyIn('move/from'), world.keyIn('move/from#password')]).toEqual([null, null])
  })

  it('leaves an item that others changed when its credential goes', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'gone/changed', who))
    world.putItem('gone/changed', 'somebody-elses-value')
    expect(await world.app.call('credential.reveal', { name: 'gone/changed' })).toMatchObject(
      failed('superseded-before'),
    )
    valueOf(await world.app.call('credential.remove', { names: ['gone/changed'] }))
    expect(world.keyIn('gone/changed')).toBe('somebody-elses-value')
  })

  it('leaves no sealed key behind for a credential that is gone', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'gone/rotated', who))
    const [result] = await world.rotate('gone/rotated')
    expect(result).toMatchObject({ outcome: 'rotated', oldKey: 'dead' })
    valueOf(await world.app.call('credential.remove', { names: ['gone/rotated'] }))
    await world.reopen()
    valueOf(await world.app.call('rotation.recover', {}))
    expect(world.ports.escrow.list()).not.toContain(result?.rotationId)
  })
})
