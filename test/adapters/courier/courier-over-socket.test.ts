import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { courierOverSocket } from '../../../src-main/adapters/courier/courier-over-socket.ts'
import { sized, wireServer, type WireServer } from '../../fixtures/wire-server.ts'
import { makeHome, mint, type Home } from '../../courier/courier-home.ts'

/** A courier that connects to a socket: who may connect, and what is known when it does not. */
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

const node = (script: string) => spawn(process.execPath, ['-e', script], { stdio: 'ignore' })

describe('the socket', () => {
  it('lies where only this user may go, and is gone once the courier has come', async () => {
    let address = ''
    const modes: number[] = []
    const courier = courierOverSocket((where) => {
      address = where
      modes.push(statSync(dirname(where)).mode & 0o777, statSync(where).mode & 0o777)
      return node(
        `require('net').connect(${JSON.stringify(where)}).on('connect', function () { setTimeout(() => this.destroy(), 100) })`,
      )
    }).start()
    const prepared = await courier.prepare(await home.order(mint(server.url)))
    expect(prepared).toMatchObject({ ok: false, failure: { code: 'courier' } })
    expect(modes).toEqual([0o700, 0o600])
    expect(existsSync(dirname(address))).toBe(false)
    courier.close()
  })

  it('is given up when the process ends before it connects, or never starts', async () => {
    for (const program of [() => node('process.exit(3)'), () => spawn('/nonexistent/rekey', [], { stdio: 'ignore' })]) {
      let address = ''
      const courier = courierOverSocket((where) => {
        address = where
        return program()
      }).start()
      const before = performance.now()
      expect(await courier.prepare(await home.order(mint(server.url)))).toMatchObject({
        ok: false,
        failure: { code: 'courier' },
      })
      expect(performance.now() - before).toBeLessThan(5000)
      expect(existsSync(dirname(address))).toBe(false)
      courier.close()
    }
  })
})
