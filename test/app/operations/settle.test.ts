import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** A person's word on which key works, where a reply is sealed; and what is kept until they say that it may go. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const settle = (word: 'old' | 'new' | 'neither') => world.app.call('rotation.recover', { names: ['pd'], settle: word })
const escrows = (): number => world.ports.escrow.list().length

async function rotateUnder(fault: Fault) {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  world.sandbox.inject({ vendor: 'projectdiscovery', principal: who.principal, ...fault })
  const [result] = await world.rotate('pd')
  return { ...who, result, fresh: world.sandbox.currentKey('projectdiscovery', who.principal) ?? '' }
}
const unverified: Fault = { kind: 'verify-down', afterMint: true, times: 'all' }
const rejected: Fault = { kind: 'reject-new' }

describe('a sealed reply', () => {
  it('is stored on the word that the new key works', async () => {
    const { key, result } = await rotateUnder(rejected)
    expect(result).toMatchObject({ outcome: 'lost', code: 'new-key-rejected', settled: false })
    expect(world.keyIn('pd')).toBe(key)
    const { reply } = valueOf(await world.app.call('rotation.sealedReply', { name: 'pd' }))
    const [done] = valueOf(await settle('new'))
    expect(done).toMatchObject({ outcome: 'rotated-unverified', settled: true, oldKey: 'unknown' })
    expect(reply).toContain(world.keyIn('pd'))
    expect(world.keyIn('pd')).not.toBe(key)
    expect(valueOf(await world.app.call('rotation.open', {}))).toEqual([])
    expect(valueOf(await world.app.call('credential.show', { name: 'pd' }))).toMatchObject({ state: 'unverified' })
  })

  it('is dropped on the word that the old key works, which comes back', async () => {
    const { key, fresh, result } = await rotateUnder(unverified)
    expect(result).toMatchObject({ outcome: 'rotated-unverified', settled: false })
    expect(world.keyIn('pd')).toBe(fresh)
    expect(valueOf(await settle('old'))).toMatchObject([{ outcome: 'not-rotated', settled: true, oldKey: 'unknown' }])
    expect(world.keyIn('pd')).toBe(key)
    expect(escrows()).toBe(0)
    expect(await world.app.call('credential.reveal', { name: 'pd' })).toMatchObject({ value: { secret: key } })
  })

  it('whose key stands in the keychain by then is left there by neither', async () => {
    const { fresh } = await rotateUnder(unverified)
    expect(valueOf(await settle('neither'))).toMatchObject([{ settled: true }])
    expect(world.keyIn('pd')).toBe(fresh)
    expect(escrows()).toBe(0)
  })
})

describe('what is kept of a settled rotation', () => {
  it('goes on a word, once a key from elsewhere has settled it', async () => {
    const who = await rotateUnder({ kind: 'after' })
    expect(who.result).toMatchObject({ outcome: 'lost' })
    expect(valueOf(await world.app.call('credential.set', { name: 'pd', secret: who.fresh }))).toMatchObject({
      outcome: 'rotated',
    })
    await world.reopen()
    valueOf(await world.app.call('rotation.recover', {}))
    expect(escrows()).toBe(1)
    // the word on the old key is about a key that is not here any more
    expect(await settle('old')).toMatchObject(failed('nothing-to-settle'))
    expect(await settle('new')).toMatchObject(failed('nothing-to-settle'))
    expect(valueOf(await settle('neither'))).toMatchObject([{ outcome: 'lost', settled: true }])
    expect(escrows()).toBe(0)
    expect(world.keyIn('pd')).toBe(who.fresh)
  })

  it('is no way back to a key that a later rotation killed', async () => {
    const { key, result } = await rotateUnder({ kind: 'same-key' })
    expect(result).toMatchObject({ outcome: 'not-rotated' })
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
    const now = world.keyIn('pd')
    expect(escrows()).toBe(2)
    expect(await settle('old')).toMatchObject(failed('nothing-to-settle'))
    expect(world.keyIn('pd')).toBe(now)
    expect(world.keyIn('pd')).not.toBe(key)
    // the one that rotated stays until a later start has read its key back
    valueOf(await settle('neither'))
    expect(escrows()).toBe(1)
    expect(await settle('neither')).toMatchObject(failed('nothing-to-settle'))
  })

  it('stays where another program put a key in meanwhile, which is left alone, and goes on a word', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    const at = { vendor: 'projectdiscovery', principal: who.principal }
    world.sandbox.inject({ ...at, kind: 'reject-new', oldKey: 'works' })
    world.sandbox.inject({ ...at, ...unverified })
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated-unverified' }])
    world.sandbox.clearFaults()
    // between recovery's look at the item and its putting the old key back
    world.app.listen((event) => {
      if (event.type === 'rotation.progressed' && event.step === 'settling') world.putItem('pd', 'somebody-elses')
    })
    expect(valueOf(await world.app.call('rotation.recover', { names: ['pd'] }))).toMatchObject([
      { outcome: 'superseded', code: 'keychain-changed-meanwhile', settled: true },
    ])
    expect(world.keyIn('pd')).toBe('somebody-elses')
    expect(escrows()).toBe(1)
    expect(valueOf(await settle('neither'))).toMatchObject([{ outcome: 'superseded', settled: true }])
    expect(escrows()).toBe(0)
    expect(world.keyIn('pd')).toBe('somebody-elses')
  })
})
