import { afterEach, beforeEach, expect, it } from 'vitest'
import { fail } from '../../../src-contract/failures.ts'
import { ok } from '../../../src-contract/result.ts'
import { openEscrowFile } from '../../../src-main/adapters/escrow/file.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { LedgerError } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { openWorld, valueOf, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** A courier whose disk takes the first bytes of a reply and no more; it hands the whole over, and dies with it. */
const halfSealing = (ports: AppPorts): AppPorts => ({
  ...ports,
  couriers: {
    start: () => ({
      close: () => undefined,
      prepare: async (order) =>
        ok({
          abort: async () => undefined,
          go: async () => {
            const { url, method, headers, body } = order.request
            const reply = await fetch(url, { method, headers, body })
            const text = await reply.text()
            const type = reply.headers.get('content-type') ?? ''
            const wire = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${text.length}\r\n\r\n${text}`
            const file = openEscrowFile(order.escrowPath, order, order.escrowKey)
            if (!file.ok) throw new Error(file.failure.code)
            file.value.append({ type: 'wire', index: 0, plain: Buffer.from(wire.slice(0, 40)) })
            file.value.close()
            return { kind: 'unsealed', held: Secret.of(Buffer.from(wire).toString('base64')), why: 'ENOSPC' }
          },
        }),
    }),
  },
  // and Rekey itself dies before the first entry that follows
  ledger: new Proxy(ports.ledger, {
    get: (target, name, receiver) => {
      if (name !== 'advanceRotation') return Reflect.get(target, name, receiver) as unknown
      return () => {
        throw new LedgerError(fail('disk-full', { folder: '/data' }))
      }
    },
  }),
})

it('a reply that was sealed in part is whole in the keychain: recovery takes that, and a later start takes it away', async () => {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  await world.reopen(halfSealing)
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'unknown', settled: false }])
  const replies = (): readonly string[] => [...world.store.items.keys()].filter((name) => name.includes(':reply:'))
  expect(replies()).toHaveLength(1)

  await world.reopen()
  expect(valueOf(await world.app.call('rotation.recover', { names: [] }))).toMatchObject([{ outcome: 'rotated' }])
  expect(world.sandbox.keyState('projectdiscovery', world.keyIn('pd') ?? '')).toBe('works')
  expect(replies()).toHaveLength(1)

  await world.reopen()
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated' }])
  expect(world.ports.escrow.list()).toHaveLength(2)
  await world.reopen()
  valueOf(await world.app.call('rotation.recover', { names: [] }))
  expect(replies()).toEqual([])
  expect(world.ports.escrow.list()).toEqual([])
})
