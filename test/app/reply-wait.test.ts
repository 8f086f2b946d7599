import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeContext } from '../../src-main/app/context.ts'
import { openSession } from '../../src-main/app/session.ts'
import { openRegistry } from '../../src-main/app/vendor-registry.ts'
import { openWorld, valueOf, type World } from './operations/world.ts'

/** How long a reply is waited for is the vendor file's word; a setting shortens it for stand-ins on this machine only. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

it.each([
  ['https://api.scrapebit.com', 30_000],
  ['https://127.0.0.1.evil.example', 30_000],
  ['https://localhost.evil.example:443/', 30_000],
  ['https://127.evil.example', 30_000],
  ['http://127.0.0.1:8080', 2000],
  ['http://127.1.2.3/api', 2000],
  ['http://[::1]:9', 2000],
])('%s is given %i ms', (baseUrl, waitMs) => {
  const { ports } = world
  expect(ports.replyWaitSeconds).toBe(2)
  const registry = openRegistry(ports)
  const emit = (): void => undefined
  const running = {
    emit,
    isStopping: () => false,
    isLeaving: () => false,
    stopRuns: emit,
    session: openSession(ports, emit, emit),
  }
  const { deps } = makeContext(ports, registry, running)
  expect(deps.replyWaitMs(valueOf(registry.find('scrapebit')), baseUrl)).toBe(waitMs)
})
