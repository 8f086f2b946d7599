import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CourierOrder } from '../../src-main/core/ports.ts'
import { sized, wireServer, type Arrived, type WireServer } from '../fixtures/wire-server.ts'
import { courierSource, couriersOf, isAlive, makeHome, mint, ready, until, type Home } from './courier-home.ts'

/** Nobody dies here gently: a rotation's reply must outlive its parent, and a courier's death must be seen as one. */
const whole = sized('{"api_key":"new-key-9876543210"}')
let home: Home
let server: WireServer
const children: ChildProcess[] = []

beforeEach(() => {
  home = makeHome()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  home.close()
  await server.close()
})

async function parentOf(order: CourierOrder) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('mortal-parent.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A process group of its own, as a terminal's job has, to be killed as one.
    detached: true,
    env: { ...process.env, TMPDIR: home.temp },
  })
  children.push(child)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const escrowKey = order.escrowKey.use((value) => value)
  child.stdin.write(`${JSON.stringify({ entryPath: courierSource, order, escrowKey })}\n`)
  await until(() => said.includes('ready\n'), 'parent ready')
  const [courierPid = 0] = couriersOf(child.pid ?? 0)
  expect(isAlive(courierPid)).toBe(true)
  return {
    child,
    courierPid,
    tell: (word: string) => child.stdin.write(`${word}\n`),
    hears: (word: string) => until(() => said.includes(word), `parent hears ${word}`),
    killGroup: () => process.kill(-(child.pid ?? Number.NaN), 'SIGKILL'),
    exits: () => until(() => child.exitCode !== null || child.signalCode !== null, 'parent exits'),
  }
}

const isGone = (pid: number) => until(() => !isAlive(pid), 'courier exits')

describe('kill -9 of the parent and its process group', () => {
  it('before go: nothing is sent, the end is sealed, the courier leaves', async () => {
    server = await wireServer(() => {})
    const order = await home.order(mint(server.url))
    const parent = await parentOf(order)
    parent.killGroup()
    await isGone(parent.courierPid)
    expect(home.contents(order).end).toMatchObject({ kind: 'not-sent', failure: { code: 'cancelled' } })
    expect(server.connections()).toBe(0)
  })

  it.each([
    ['after go, before the reply', ''],
    ['in the middle of the reply', whole.slice(0, 90)],
  ])('%s: the whole reply is sealed, then the courier leaves', async (_, already) => {
    let answered: Arrived['socket'] | null = null
    server = await wireServer(({ socket }) => {
      answered = socket
      if (already !== '') socket.write(already)
    })
    const order = await home.order(mint(server.url))
    const parent = await parentOf(order)
    parent.tell('go')
    await until(() => server.requests.length === 1, 'the request')
    await until(() => home.wire(order) === already, 'what came so far')
    parent.killGroup()
    await parent.exits()
    // Recovery elsewhere sees that the reply may still come.
    expect(home.locks.exclusive(order.rotationId)).toBeNull()
    ;(answered as Arrived['socket'] | null)?.write(whole.slice(already.length))
    await isGone(parent.courierPid)
    expect(home.wire(order)).toBe(whole)
    expect(home.contents(order).end).toMatchObject({ kind: 'ended', error: null })
    expect(server.requests).toHaveLength(1)
    const lock = home.locks.exclusive(order.rotationId)
    expect(lock).not.toBeNull()
    lock?.release()
  })

  it('right after the word go: it is sent once and sealed, or sealed as not sent', async () => {
    server = await wireServer(({ socket }) => socket.write(whole))
    const order = await home.order(mint(server.url))
    const parent = await parentOf(order)
    parent.tell('go')
    parent.killGroup()
    await isGone(parent.courierPid)
    const end = home.contents(order).end
    const wasSent = server.requests.length > 0
    expect([home.wire(order), end?.kind, server.requests.length]).toEqual(
      wasSent ? [whole, 'ended', 1] : ['', 'not-sent', 0],
    )
  })
})

describe('a parent that goes by itself', () => {
  it('is not kept by an idle courier, and does not keep it', async () => {
    server = await wireServer(() => {})
    const parent = await parentOf(await home.order(mint(server.url)))
    parent.tell('leave')
    await parent.exits()
    expect(parent.child.exitCode).toBe(0)
    await isGone(parent.courierPid)
    expect(server.connections()).toBe(0)
  })

  it('waits for the report of an order that went', async () => {
    server = await wireServer(({ socket }) => void setTimeout(() => socket.write(whole), 150))
    const parent = await parentOf(await home.order(mint(server.url)))
    parent.tell('go')
    await parent.hears('"kind":"ended"')
    await parent.exits()
    await isGone(parent.courierPid)
  })

  it('that is stopped and reads nothing does not stop the sealing', async () => {
    server = await wireServer(({ socket }) => void setTimeout(() => socket.write(whole), 100))
    const order = await home.order(mint(server.url))
    const parent = await parentOf(order)
    parent.tell('go')
    await parent.hears('sent')
    parent.child.kill('SIGSTOP')
    await until(() => home.contents(order).end !== null, 'sealed')
    expect(home.wire(order)).toBe(whole)
    parent.child.kill('SIGCONT')
    await parent.hears('"kind":"ended"')
  })
})

describe('a courier', () => {
  it.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('in flight takes no notice of %s', async (signal) => {
    server = await wireServer(({ socket }) => {
      process.kill(pid, signal)
      setTimeout(() => socket.write(whole), 100)
    })
    const courier = home.start()
    const order = await home.order(mint(server.url))
    const prepared = await ready(courier, order)
    const [pid = 0] = couriersOf(process.pid)
    expect(await prepared.go(() => {})).toMatchObject({ kind: 'ended', bytes: whole.length })
    expect(isAlive(pid)).toBe(true)
    courier.close()
    await isGone(pid)
  })

  it('killed in flight is gone, and its escrow readable; killed before go too', async () => {
    server = await wireServer(({ socket }) => void socket.write(whole.slice(0, 50)))
    const courier = home.start()
    const order = await home.order(mint(server.url))
    const prepared = await ready(courier, order)
    const spare = await ready(courier, await home.order(mint(server.url)))
    const [pid = 0] = couriersOf(process.pid)
    const report = prepared.go(() => {})
    await until(() => home.wire(order).length === 50, 'half a reply')
    process.kill(pid, 'SIGKILL')
    expect(await report).toEqual({ kind: 'gone' })
    expect(home.wire(order)).toBe(whole.slice(0, 50))
    expect(home.contents(order).end).toBeNull()
    expect(await spare.go(() => {})).toEqual({ kind: 'gone' })
    expect(await courier.prepare(await home.order(mint(server.url)))).toMatchObject({ failure: { code: 'courier' } })
    const lock = home.locks.exclusive(order.rotationId)
    expect(lock).not.toBeNull()
    lock?.release()
  })

  it('with no one at the other end of its pipes finishes its order', async () => {
    server = await wireServer(({ socket }) => void setTimeout(() => socket.write(whole), 200))
    const order = await home.order(mint(server.url))
    const child = spawn(process.execPath, [courierSource], { stdio: ['pipe', 'pipe', 'ignore'], detached: true })
    children.push(child)
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    const escrowKey = order.escrowKey.use((value) => value)
    child.stdin.write(`${JSON.stringify({ op: 'prepare', n: 1, order: { ...order, escrowKey } })}\nnot json\n`)
    await until(() => said.includes('"ready"'), 'ready')
    child.stdout.destroy()
    child.stdin.write(`${JSON.stringify({ op: 'go', n: 1 })}\n`)
    await until(() => server.requests.length === 1, 'the request')
    child.stdin.destroy()
    await isGone(child.pid ?? 0)
    expect(home.wire(order)).toBe(whole)
    expect(home.contents(order).end).toMatchObject({ kind: 'ended', error: null })
  })
})
