import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Courier } from '../../src-main/core/ports.ts'
import { sized, wireServer, type WireServer } from '../fixtures/wire-server.ts'
import { couriersOf, isAlive, makeHome, mint, ready, until, type Home } from './courier-home.ts'

/**
 * A disk that takes no more is played by the kernel: a file-size limit (EFBIG) put on the running courier with prlimit,
 * between `ready` and `go`. A big old key puts the escrow's records above the limit and a spare file's below it.
 */
const setLimit = (pid: number, bytes: number | 'unlimited'): void =>
  void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])

const canLimit = process.platform === 'linux' && process.getuid?.() === 0
const whole = sized('{"api_key":"new-key-9876543210"}')
const bigOld = 'o'.repeat(6_000)
let home: Home
let server: WireServer
let courier: Courier
let pid: number

beforeEach(async () => {
  home = makeHome()
  courier = home.start()
  server = await wireServer(({ socket }) => socket.write(whole))
})
afterEach(async () => {
  if (isAlive(pid)) setLimit(pid, 'unlimited')
  home.close()
  await server.close()
})

async function prepare() {
  const order = await home.order(mint(server.url), {}, bigOld)
  const prepared = await ready(courier, order)
  pid = couriersOf(process.pid)[0] ?? 0
  return { order, prepared }
}

describe.skipIf(!canLimit)('when the escrow file takes no more', () => {
  it('the reply goes to a spare file, and the escrow reads as if nothing had been', async () => {
    const { order, prepared } = await prepare()
    setLimit(pid, 4_000)
    const report = await prepared.go(() => {})
    expect(report).toMatchObject({ kind: 'ended', bytes: whole.length, error: null })
    expect(readdirSync(home.temp)).toEqual([expect.stringContaining(order.rotationId)])
    expect(home.wire(order)).toBe(whole)
    expect(home.contents(order)).toMatchObject({ end: { kind: 'ended', error: null } })
    expect(home.escrow.remove(order.rotationId)).toEqual({ ok: true, value: undefined })
    expect(readdirSync(home.temp)).toEqual([])
  })

  it('and no other does, the bytes are handed over and tried until one does; the courier does not leave', async () => {
    const { order, prepared } = await prepare()
    setLimit(pid, 0)
    const report = await prepared.go(() => {})
    expect(report).toMatchObject({ kind: 'unsealed', why: 'EFBIG' })
    const held = report.kind === 'unsealed' ? report.held.use((value) => Buffer.from(value, 'base64').toString()) : null
    expect(held).toBe(whole)
    expect(home.contents(order).wire).toHaveLength(0)
    courier.close()
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(isAlive(pid)).toBe(true)
    expect(home.locks.exclusive(order.rotationId)).toBeNull()
    setLimit(pid, 'unlimited')
    await until(() => !isAlive(pid), 'courier exits')
    expect(home.wire(order)).toBe(whole)
    expect(home.contents(order).end).toMatchObject({ kind: 'ended', error: null })
    expect(readdirSync(home.temp)).toEqual([])
  })

  it('before anything was sent, the order still ends not-sent', async () => {
    const { order, prepared } = await prepare()
    setLimit(pid, 0)
    await prepared.abort()
    expect(home.contents(order)).toMatchObject({ end: null })
    expect(server.connections()).toBe(0)
  })
})
