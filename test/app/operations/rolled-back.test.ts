import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWorld, valueOf, type World } from './world.ts'

/** A keychain that gave the new key back and lost it all the same: a daemon's file that never reached the disk (X11). */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const recover = async (input: { readonly settle?: 'new' } = {}) =>
  valueOf(await world.app.call('rotation.recover', { names: input.settle ? ['pd'] : [], ...input }))

describe('a keychain that went back to its state before the rotation (X11)', () => {
  it('finds the new key still sealed, at every later start, and takes it on a word', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
    const fresh = world.keyIn('pd')
    world.putItem('pd', who.key)
    for (const start of [1, 2]) {
      await world.reopen()
      await recover()
      expect(world.ports.escrow.list(), `start ${start}`).toHaveLength(1)
    }
    // nothing is written over by itself, and nobody is asked to rotate a dead key
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'superseded', code: 'superseded-before' }])
    expect(world.keyIn('pd')).toBe(who.key)

    expect(await recover({ settle: 'new' })).toMatchObject([{ settled: true }])
    expect(world.keyIn('pd')).toBe(fresh)
    expect(world.sandbox.keyState('projectdiscovery', world.keyIn('pd') ?? '')).toBe('works')
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  })

  it('does not take the sealed key where the present one came after it', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    await world.rotate('pd')
    valueOf(await world.app.call('credential.set', { name: 'pd', secret: 'brought-from-elsewhere', unproven: true }))
    expect(await world.app.call('rotation.recover', { names: ['pd'], settle: 'new' })).toMatchObject({
      ok: false,
      failure: { code: 'nothing-to-settle' },
    })
    expect(world.keyIn('pd')).toBe('brought-from-elsewhere')
  })
})
