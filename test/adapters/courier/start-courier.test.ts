import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courierStarter } from '../../../src-main/adapters/courier/start-courier.ts'
import { openEscrowFile } from '../../../src-main/adapters/escrow/file.ts'
import { sized, wireServer, type WireServer } from '../../fixtures/wire-server.ts'
import {
  courierSource,
  couriersOf,
  isAlive,
  makeHome,
  mint,
  newKey,
  ready,
  until,
  type Home,
} from '../../courier/courier-home.ts'

let home: Home
let server: WireServer

beforeEach(async () => {
  home = makeHome()
  server = await wireServer(({ socket }) => socket.write(sized('{}')))
})
afterEach(async () => {
  home.close()
  await server.close()
})

describe('preparing an order', () => {
  it('takes a fraction of a second from a cold start', async () => {
    const before = performance.now()
    await ready(home.start(), await home.order(mint(server.url)))
    const took = performance.now() - before
    process.stderr.write(`courier ready, from source, after ${took.toFixed(0)} ms\n`)
    expect(took).toBeLessThan(2_000)
  })

  it('holds the rotation lock, so that a second courier is refused at once', async () => {
    const order = await home.order(mint(server.url))
    const first = await ready(home.start(), order)
    const other = home.start()
    expect(await other.prepare(order)).toMatchObject({ ok: false, failure: { code: 'busy' } })
    expect(home.locks.exclusive(order.rotationId)).toBeNull()
    await first.abort()
    home.locks.exclusive(order.rotationId)?.release()
  })

  it('refuses the same order twice in one courier too', async () => {
    const courier = home.start()
    const order = await home.order(mint(server.url))
    const first = await ready(courier, order)
    expect(await courier.prepare(order)).toMatchObject({ ok: false, failure: { code: 'busy' } })
    expect(await first.go(() => {})).toMatchObject({ kind: 'ended' })
  })

  it('refuses a rotation that was sent or given up before', async () => {
    const courier = home.start()
    const sent = await home.order(mint(server.url))
    await (await ready(courier, sent)).go(() => {})
    const aborted = await home.order(mint(server.url))
    await (await ready(courier, aborted)).abort()
    for (const order of [sent, aborted]) {
      expect(await courier.prepare(order)).toMatchObject({ ok: false, failure: { code: 'courier' } })
    }
    expect(server.requests).toHaveLength(1)
  })

  it.each(['no file', 'wrong key'])('fails as courier, with nothing held: %s', async (what) => {
    const order = await home.order(mint(server.url))
    const broken =
      what === 'no file' ? { ...order, escrowPath: `${order.escrowPath}-not` } : { ...order, escrowKey: newKey() }
    expect(await home.start().prepare(broken)).toMatchObject({ ok: false, failure: { code: 'courier' } })
    const lock = home.locks.exclusive(order.rotationId)
    expect(lock).not.toBeNull()
    lock?.release()
  })

  it('fails as courier if there is no Node, no entry, or another program', async () => {
    const order = await home.order(mint(server.url))
    const starts = [
      courierStarter({ entryPath: courierSource, nodePath: '/nowhere/node' }),
      courierStarter({ entryPath: '/nowhere/courier.js' }),
      courierStarter({ entryPath: '/dev/null', nodePath: '/bin/true' }),
    ]
    for (const starter of starts) {
      const courier = starter.start()
      expect(await courier.prepare(order)).toMatchObject({ ok: false, failure: { code: 'courier' } })
      courier.close()
    }
  })
})

describe('an order', () => {
  it('aborted is sealed as not sent, and its lock is free', async () => {
    const order = await home.order(mint(server.url))
    const prepared = await ready(home.start(), order)
    await prepared.abort()
    expect(home.contents(order).end).toMatchObject({ kind: 'not-sent', failure: { code: 'cancelled' } })
    const lock = home.locks.exclusive(order.rotationId)
    expect(lock).not.toBeNull()
    lock?.release()
    expect(server.connections()).toBe(0)
  })

  it('goes once', async () => {
    const prepared = await ready(home.start(), await home.order(mint(server.url)))
    await prepared.go(() => {})
    expect(() => prepared.go(() => {})).toThrow('once')
    await expect(prepared.abort()).rejects.toThrow('once')
    expect(server.requests).toHaveLength(1)
  })

  it('after close is refused; one in the air is reported', async () => {
    const courier = home.start()
    const prepared = await ready(courier, await home.order(mint(server.url)))
    const [pid = 0] = couriersOf(process.pid)
    const report = prepared.go(() => {})
    courier.close()
    expect(await courier.prepare(await home.order(mint(server.url)))).toMatchObject({ failure: { code: 'courier' } })
    expect(await report).toMatchObject({ kind: 'ended' })
    await until(() => !isAlive(pid), 'courier exits')
  })
})

describe('what a courier shows of an order', () => {
  it('is nothing: not in argv, not in its environment', async () => {
    const order = await home.order(mint(server.url))
    await ready(home.start({ REKEY_PASSPHRASE_FILE: '/secret/place', NODE_TLS_REJECT_UNAUTHORIZED: '0' }), order)
    const [pid = 0] = couriersOf(process.pid)
    const seen = ['cmdline', 'environ'].map((name) => spawnSync('cat', [`/proc/${pid}/${name}`]).stdout.toString())
    const key = order.escrowKey.use((value) => value)
    for (const text of seen)
      for (const hidden of [key, 'old-key', 'REKEY_', 'NODE_']) expect(text).not.toContain(hidden)
    expect(seen[1]).toContain('TMPDIR=')
  })

  it('has its escrow readable only with the key', async () => {
    const order = await home.order(mint(server.url))
    expect(openEscrowFile(order.escrowPath, order, newKey())).toMatchObject({ failure: { code: 'escrow-unreadable' } })
  })
})
