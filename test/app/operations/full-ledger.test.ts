import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src-contract/failures.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { LedgerError } from '../../../src-main/core/ports.ts'
import { openWorld, valueOf, type World } from './world.ts'

/**
 * The disk fills at one write of the ledger and takes nothing after it (X2). Whatever was said is true: nothing was sent and
 * the old key works, or it was sent and the ending is open; the new key is in the escrow, and recovery finds it.
 */
type Write = 'insertRotation' | 'advanceRotation' | 'updateCredential' | 'appendHistory'
const writes = new Set<string>(['insertRotation', 'advanceRotation', 'updateCredential', 'appendHistory'])

/** Full from the nth such write on. */
const fullFrom = (write: Write, nth: number) => (ports: AppPorts) => {
  let seen = 0
  let isFull = false
  const ledger = new Proxy(ports.ledger, {
    get: (target, name, receiver) => {
      const found: unknown = Reflect.get(target, name, receiver)
      if (typeof name !== 'string' || !writes.has(name) || typeof found !== 'function') return found
      return (...given: readonly unknown[]): unknown => {
        if (name === write) seen += 1
        isFull ||= name === write && seen === nth
        if (isFull) throw new LedgerError(fail('disk-full', { folder: '/data' }))
        return Reflect.apply(found, target, given)
      }
    },
  })
  return { ...ports, ledger }
}

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

describe('a ledger that takes no more entries', () => {
  it('before the request: it is not sent, nothing is left behind, and the old key works', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    await world.reopen(fullFrom('insertRotation', 1))
    const [result] = await world.rotate('pd')
    expect(result).toMatchObject({ outcome: 'not-sent', code: 'disk-full', settled: true, rotationId: null })
    expect(world.ports.escrow.list()).toEqual([])
    expect(world.sandbox.keyState('projectdiscovery', who.key)).toBe('works')
    await world.reopen()
    expect((await world.rotate('pd'))[0]).toMatchObject({ outcome: 'rotated' })
  })

  it.each<[Write, number]>([
    ['advanceRotation', 1],
    ['updateCredential', 1],
    ['advanceRotation', 2],
    ['appendHistory', 1],
  ])('after it, at %s %i: the ending is open and says so, and recovery ends it', async (write, nth) => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    await world.reopen(fullFrom(write, nth))
    const [result] = await world.rotate('pd')
    expect(result).toMatchObject({ outcome: 'unknown', code: 'disk-full', settled: false, name: 'pd' })
    expect(result?.message).toContain('the disk is full')
    expect(`${result?.message} ${result?.hint}`).not.toContain('nothing was sent')
    expect(result?.hint).toContain('rekey recover pd')
    expect(result?.oldKey).not.toBe('works')
    await world.reopen()
    const recovered = valueOf(await world.app.call('rotation.recover', { names: [] }))
    expect(recovered).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
    expect(world.sandbox.keyState('projectdiscovery', world.keyIn('pd') ?? '')).toBe('works')
  })

  it('says what became of every credential of a batch', async () => {
    for (const name of ['a', 'b', 'c'])
      valueOf(await world.add('projectdiscovery', name, world.sandbox.addPrincipal('projectdiscovery')))
    await world.reopen(fullFrom('advanceRotation', 2))
    const results = await world.rotate('a', 'b', 'c')
    expect(results.map((result) => result.name)).toEqual(['a', 'b', 'c'])
    for (const { outcome, code, settled } of results)
      if (outcome !== 'rotated') expect([outcome, code]).toEqual([settled ? 'not-sent' : 'unknown', 'disk-full'])
  })
})

describe('a guided rotation among many', () => {
  it('asks for a person although the old key is dead already', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'up', who))
    world.sandbox.dashboardRotate('userplane', who.principal)
    expect(await world.rotate('up')).toMatchObject([{ outcome: 'needs-person', oldKey: 'unknown' }])
  })
})
