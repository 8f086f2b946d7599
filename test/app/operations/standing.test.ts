import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { rotationResult } from '../../../src-contract/views.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'
import { openWorld, valueOf, type World } from './world.ts'

/**
 * A process that dies between a write to the keychain and the commit that tells of it, or a keychain that goes back while a
 * rotation is open: the next one looks at the item before it believes the journal. Found by the model (test/core/rotation/model).
 */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const vendor = 'projectdiscovery'
const silent: Fault = { kind: 'verify-down', afterMint: true, times: 'all' }
const refusing: Fault = { kind: 'reject-new', oldKey: 'works' }

/** Time flies. */
const hurried = (ports: AppPorts): AppPorts => {
  const { clock } = ports
  return {
    ...ports,
    openStore: async () => ok(world.store),
    clock: { now: () => clock.now(), ticks: () => clock.ticks() * 20, sleep: (ms) => clock.sleep(ms / 20) },
  }
}

/** Dies once the item holds another key than before. */
const dyingAfterWrite = (ports: AppPorts): AppPorts => {
  let isDead = false
  const die = (): never => {
    throw new Error('the process died here')
  }
  const store = new Proxy(world.store, {
    get: (target, key) =>
      key !== 'write'
        ? Reflect.get(target, key)
        : async (...args: Parameters<typeof target.write>) => {
            const written = await target.write(...args)
            if (args[0].service === 'rekey') isDead = true
            return isDead ? die() : written
          },
  })
  const ledger = new Proxy(ports.ledger, {
    get: (target, key) => (isDead && key === 'transaction' ? die : Reflect.get(target, key)),
  })
  return { ...hurried(ports), openStore: async () => ok(store), ledger }
}

async function added() {
  const who = world.sandbox.addPrincipal(vendor)
  valueOf(await world.add(vendor, 'pd', who))
  return who
}

const inject = (who: { readonly principal: string }, ...faults: readonly Fault[]): void => {
  for (const fault of faults) world.sandbox.inject({ ...fault, vendor, principal: who.principal })
}

const recover = async () => rotationResult.array().parse(valueOf(await world.app.call('rotation.recover', {})))
const keyState = (): string => world.sandbox.keyState(vendor, world.keyIn('pd') ?? '')

async function dieOverStore(): Promise<void> {
  await world.reopen(dyingAfterWrite)
  await world.rotate('pd').catch(() => undefined)
  await world.reopen(hurried)
  expect(world.ports.ledger.openRotations()).toMatchObject([{ settled: false }])
  world.sandbox.clearFaults()
}

describe('an unproven key that was stored by a process that died before it could say so', () => {
  it('is taken back when its vendor refuses it, so that the key that works is the one that is kept', async () => {
    const who = await added()
    inject(who, refusing, silent)
    await dieOverStore()
    expect(world.keyIn('pd')).not.toBe(who.key)
    expect(await recover()).toMatchObject([{ outcome: 'not-rotated', code: 'new-key-rejected', oldKey: 'works' }])
    expect(world.keyIn('pd')).toBe(who.key)
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  })

  it('is the one that is kept when its vendor takes it', async () => {
    const who = await added()
    inject(who, silent)
    await dieOverStore()
    expect(await recover()).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
    expect(keyState()).toBe('works')
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  })
})

describe('an old key that was put back by a process that died before it could say so', () => {
  it('is the one that is kept in the end, and what is said to be stored is', async () => {
    const who = await added()
    inject(who, refusing, silent)
    await world.reopen(hurried)
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated-unverified' }])
    world.sandbox.clearFaults()
    await world.reopen(dyingAfterWrite)
    await recover().catch(() => undefined)
    expect(world.keyIn('pd')).toBe(who.key)
    // now nobody answers
    inject(who, { kind: 'verify-down', times: 'all' })
    await world.reopen(hurried)
    expect(await recover()).toMatchObject([{ outcome: 'rotated-unverified', settled: false }])
    expect(world.keyIn('pd')).not.toBe(who.key)
    world.sandbox.clearFaults()
    expect(await recover()).toMatchObject([{ outcome: 'not-rotated', settled: true }])
    expect(world.keyIn('pd')).toBe(who.key)
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  })
})

describe('a keychain that goes back while a rotation is open', () => {
  it('is given the new key again before anybody says rotated', async () => {
    const who = await added()
    inject(who, silent)
    await world.reopen(hurried)
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated-unverified' }])
    const fresh = world.keyIn('pd')
    world.putItem('pd', who.key)
    world.sandbox.clearFaults()
    await world.reopen(hurried)
    expect(await recover()).toMatchObject([{ outcome: 'rotated', settled: true }])
    expect(world.keyIn('pd')).toBe(fresh)
    expect(keyState()).toBe('works')
  })

  it('or holds what another program wrote: it is left, and the key is held', async () => {
    const who = await added()
    inject(who, silent)
    await world.reopen(hurried)
    await world.rotate('pd')
    world.putItem('pd', 'of-another-program')
    world.sandbox.clearFaults()
    await world.reopen(hurried)
    expect(await recover()).toMatchObject([{ outcome: 'held', code: 'keychain-changed-meanwhile' }])
    expect(world.keyIn('pd')).toBe('of-another-program')
  })
})

describe('a key that was read again at its vendor', () => {
  it('is sealed before it is stored: whoever goes on finds it, though the vendor will not show it again', async () => {
    const who = world.sandbox.addPrincipal('conjur')
    const password = who.secretInputs?.['password'] ?? ''
    valueOf(await world.add('conjur', 'pd', who, { secretInputs: { password } }))
    world.sandbox.inject({ vendor: 'conjur', principal: who.principal, kind: 'after' })
    // the keychain takes nothing while the rotation runs
    let isShut = true
    await world.reopen((ports) => ({
      ...hurried(ports),
      openStore: async () =>
        ok(
          new Proxy(world.store, {
            get: (target, key) =>
              key !== 'write'
                ? Reflect.get(target, key)
                : async (...args: Parameters<typeof target.write>) =>
                    isShut && args[0].service === 'rekey'
                      ? { kind: 'not-written', failure: { code: 'keychain-locked', fields: {} } }
                      : target.write(...args),
          }),
        ),
    }))
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'held' }])
    isShut = false
    world.sandbox.inject({
      vendor: 'conjur',
      principal: who.principal,
      kind: 'status',
      status: 503,
      match: 'reread',
      times: 'all',
    })
    expect(await recover()).toMatchObject([{ outcome: 'rotated' }])
    expect(world.sandbox.keyState('conjur', world.keyIn('pd') ?? '')).toBe('works')
  })
})
