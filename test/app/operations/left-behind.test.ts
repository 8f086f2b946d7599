import { afterEach, beforeEach, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { openWorld, valueOf, type World } from './world.ts'

/** What a process that dies between an ending and the end of its escrow file leaves to a later start. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** Dies, as far as the disk can tell, right before it removes the file. */
const keepingFiles = (ports: AppPorts): AppPorts => ({
  ...ports,
  escrow: { ...ports.escrow, remove: () => ok(undefined) },
})

it('the escrow of a cancelled guided rotation goes at the next start', async () => {
  const who = world.sandbox.addPrincipal('userplane')
  valueOf(await world.add('userplane', 'up', who))
  await world.reopen(keepingFiles)
  valueOf(await world.app.call('guided.begin', { name: 'up' }))
  expect(valueOf(await world.app.call('guided.cancel', { name: 'up' }))).toMatchObject({ outcome: 'cancelled' })
  expect(world.ports.escrow.list()).toHaveLength(1)
  await world.reopen()
  valueOf(await world.app.call('rotation.recover', {}))
  expect(world.ports.escrow.list()).toEqual([])
})

it('so does that of a refused one', async () => {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  await world.reopen(keepingFiles)
  world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'status', status: 401, principal: who.principal })
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'refused' }])
  expect(world.ports.escrow.list()).toHaveLength(1)
  await world.reopen()
  valueOf(await world.app.call('rotation.recover', {}))
  expect(world.ports.escrow.list()).toEqual([])
})

it('a courier that finds its rotation in other hands names the credential, not an id', async () => {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  const next = '01KADZZZZZZZZZZZZZZZZZZZZZ'
  await world.reopen((ports) => ({ ...ports, ids: { next: () => next } }))
  const lock = world.ports.locks.exclusive(next)
  const [result] = await world.rotate('pd')
  lock?.release()
  expect(result).toMatchObject({ outcome: 'not-sent', code: 'busy', message: 'another rekey is rotating pd' })
})
