import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openHttp } from '../../src-main/adapters/http/exchange.ts'
import { nodeWire } from '../../src-main/adapters/http/wire.ts'
import type { Courier } from '../../src-main/core/ports.ts'
import { chunked, sized, unframed, wireServer, type Arrived, type WireServer } from '../fixtures/wire-server.ts'
import { makeHome, mint, noTrust, ready, type Home } from './courier-home.ts'

/** What one small durable write takes here and now. */
function syncMs(): number {
  const file = openSync(join(home.temp, 'sync'), 'w', 0o600)
  const took = Array.from({ length: 20 }, () => {
    const before = performance.now()
    writeSync(file, 'x')
    fdatasyncSync(file)
    return performance.now() - before
  }).toSorted((a, b) => a - b)
  closeSync(file)
  unlinkSync(join(home.temp, 'sync'))
  return took[10] ?? 0
}

let home: Home
let courier: Courier
let server: WireServer

beforeAll(() => {
  home = makeHome()
  courier = home.start()
})
afterAll(() => home.close())
afterEach(() => server.close())

const serve = async (answer: (arrived: Arrived) => void): Promise<void> => {
  server = await wireServer(answer)
}
const send = async (path = '/rotate', body: string | null = '') => {
  const order = await home.order(mint(`${server.url}${path}`, body))
  const steps: string[] = []
  const report = await (await ready(courier, order)).go((step) => steps.push(step))
  return { order, report, steps, wire: home.wire(order), contents: home.contents(order) }
}

describe('a request', () => {
  it('leaves in one write, once, with an identity encoding, and its reply is sealed as it came', async () => {
    const reply = sized('{"api_key":"new-key-9876543210"}')
    await serve(({ socket }) => socket.write(reply))
    const { report, steps, wire, contents } = await send('/v1/user/apikey/rotate?role=user:al%20ice', '{"a":"é"}')

    expect(report).toMatchObject({ kind: 'ended', bytes: reply.length, error: null })
    expect(steps).toEqual(['connected', 'sent', 'first-byte'])
    expect(wire).toBe(reply)
    expect(contents.old?.use((value) => value)).toBe('old-key-0123456789')
    expect(contents.end).toMatchObject({ kind: 'ended', error: null, atMs: expect.any(Number) })
    expect(server.connections()).toBe(1)
    expect(server.pieces).toHaveLength(1)
    const [request = ''] = server.requests
    expect(request).toBe(
      [
        'POST /v1/user/apikey/rotate?role=user:al%20ice HTTP/1.1',
        `Host: 127.0.0.1:${server.port}`,
        'X-Api-Key: old-key-0123456789',
        'Accept-Encoding: identity',
        'Connection: close',
        'Content-Length: 10',
        '',
        Buffer.from('{"a":"é"}').toString('latin1'),
      ].join('\r\n'),
    )
  })

  it('without a body announces no length; with an empty one announces 0', async () => {
    await serve(({ socket }) => socket.write(sized('{}')))
    await send('/', null)
    await send('/', '')
    expect(server.requests[0]).not.toMatch(/content-length|transfer-encoding/i)
    expect(server.requests[1]).toMatch(/\r\nContent-Length: 0\r\n/)
  })

  it('cannot set the headers that frame it', async () => {
    await serve(({ socket }) => socket.write(sized('{}')))
    const request = {
      ...mint(server.url),
      headers: { host: 'evil.test', 'Transfer-Encoding': 'chunked', connection: 'x' },
    }
    const report = await (await ready(courier, await home.order(request))).go(() => {})
    expect(report.kind).toBe('ended')
    expect(server.requests[0]).not.toMatch(/evil|chunked|connection: x/i)
  })

  it('that cannot be written as HTTP never leaves', async () => {
    await serve(({ socket }) => socket.write(sized('{}')))
    const request = { ...mint(server.url), headers: { 'X-Api-Key': 'a\r\nEvil: b' } }
    const report = await (await ready(courier, await home.order(request))).go(() => {})
    expect(report).toMatchObject({ kind: 'not-sent', failure: { code: 'courier' } })
    expect(server.pieces).toHaveLength(0)
  })

  it.each([
    ['http://192.0.2.1/', 'bad-url'],
    ['http://127.0.0.1.evil.test/', 'bad-url'],
    ['https://user:pass@127.0.0.1/', 'bad-url'],
    ['https://nowhere.invalid/', 'dns'],
    ['http://127.0.0.1:1/', 'connect'],
  ])('to %s ends not-sent: %s', async (url, code) => {
    await serve(() => {})
    const order = await home.order(mint(url))
    const report = await (await ready(courier, order)).go(() => {})
    expect(report).toMatchObject({ kind: 'not-sent', failure: { code } })
    expect(home.contents(order)).toMatchObject({ end: { kind: 'not-sent', failure: { code } } })
    expect(home.contents(order).wire).toHaveLength(0)
  })
})

describe('a reply', () => {
  const replies = [sized('{"k":"new"}'), chunked('{"k":', '"new"}')]

  it.each(replies)('torn at any byte is sealed up to that byte (X15): %j', async (whole) => {
    await serve(({ socket, request }) => {
      const at = Number(/^POST \/(\d+)/.exec(request)?.[1])
      socket.end(whole.slice(0, at))
    })
    const cuts = Array.from({ length: whole.length + 1 }, (_, at) => at)
    const results = await Promise.all(cuts.map((at) => send(`/${at}`)))
    for (const [at, { wire, report, contents }] of results.entries()) {
      expect(wire).toBe(whole.slice(0, at))
      const isWhole = at === whole.length
      expect(report).toMatchObject({ kind: 'ended', bytes: at, error: isWhole ? null : 'closed' })
      const parsed = await nodeWire.parse(contents.wire, true)
      expect(parsed?.complete ?? false).toBe(isWhole)
    }
    expect(server.requests).toHaveLength(cuts.length)
  })

  it('in one-byte pieces is sealed piece by piece', async () => {
    const whole = sized('{"k":"new"}')
    await serve(({ socket }) => {
      socket.setNoDelay(true)
      const rest = [...whole]
      const next = (): void => {
        const byte = rest.shift()
        if (byte === undefined) return
        socket.write(byte)
        setTimeout(next, 1)
      }
      next()
    })
    expect((await send()).wire).toBe(whole)
  })

  it('without framing is sealed, and never counts as whole (X16)', async () => {
    await serve(({ socket }) => socket.end(unframed('0123456789abcdef')))
    const { report, contents } = await send()
    expect(report).toMatchObject({ kind: 'ended', error: 'closed' })
    expect(await nodeWire.parse(contents.wire, true)).toMatchObject({ body: '0123456789abcdef', complete: false })
  })

  it('that Node cannot parse is read to its end all the same', async () => {
    const first = 'SPECIAL/9.9 key follows\r\n'
    const second = '{"api_key":"new-key"}'
    await serve(({ socket }) => {
      socket.write(first)
      setTimeout(() => socket.end(second), 60)
    })
    expect((await send()).wire).toBe(first + second)
  })

  it('after an interim reply is waited for', async () => {
    const parts = ['HTTP/1.1 102 Processing\r\n\r\n', sized('{"k":1}')] as const
    await serve(({ socket }) => {
      socket.write(parts[0])
      setTimeout(() => socket.write(parts[1]), 30)
    })
    expect((await send()).wire).toBe(parts.join(''))
  })

  it('longer than the cap is counted whole and kept up to it', async () => {
    const whole = sized('x'.repeat(300_000))
    await serve(({ socket }) => socket.write(whole))
    const { report, wire } = await send()
    expect(report).toMatchObject({ kind: 'ended', bytes: whole.length, error: null })
    expect(wire).toBe(whole.slice(0, 128 * 1024))
  })

  it('that does not come ends after replyWait, with what came', async () => {
    await serve(({ socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Le'))
    const order = await home.order(mint(server.url), { replyWaitMs: 300 })
    const before = performance.now()
    const report = await (await ready(courier, order)).go(() => {})
    expect(report).toMatchObject({ kind: 'ended', error: 'timeout' })
    expect(performance.now() - before).toBeGreaterThanOrEqual(290)
    expect(home.wire(order)).toBe('HTTP/1.1 200 OK\r\nContent-Le')
  })
})

describe('sending once', () => {
  const endings: readonly [string, (arrived: Arrived) => void][] = [
    ['closes', ({ socket }) => socket.end()],
    ['resets', ({ socket }) => socket.resetAndDestroy()],
    ['answers 408', ({ socket }) => socket.end('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')],
    ['answers 307', ({ socket }) => socket.end('HTTP/1.1 307 x\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n')],
    ['answers 503 with Retry-After', ({ socket }) => socket.end(sized('{}', '503 x\r\nRetry-After: 0'))],
  ]
  it.each(endings)(
    'counts one request when the server %s, after probes that kept their connections alive (X14)',
    async (_, end) => {
      let mints = 0
      await serve((arrived) => {
        if (arrived.request.startsWith('GET')) return arrived.socket.write(sized('{}'))
        mints++
        return end(arrived)
      })
      const http = openHttp({ environment: {} })
      for (let probe = 0; probe < 3; probe++) {
        const answer = await http.exchange(
          { method: 'GET', url: `${server.url}/me`, headers: {}, body: null },
          { tls: noTrust, timeoutMs: 20_000 },
        )
        expect(answer.ok).toBe(true)
      }
      await send()
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(mints).toBe(1)
    },
  )
})

describe('a batch', () => {
  it('of 40 is sent and sealed at once', async () => {
    await serve(({ socket, request }) => {
      const name = /^POST \/(\d+)/.exec(request)?.[1]
      setTimeout(() => socket.write(sized(`{"api_key":"new-${name}"}`)), 50)
    })
    const before = performance.now()
    const results = await Promise.all(Array.from({ length: 40 }, (_, at) => send(`/${at}`)))
    const took = performance.now() - before
    for (const [at, { wire }] of results.entries()) expect(wire).toContain(`"new-${at}"`)
    expect(server.requests).toHaveLength(40)
    const waits = results
      .map(({ report }) => (report.kind === 'ended' ? report.sealMs : Infinity))
      .toSorted((a, b) => a - b)
    const [p50 = Infinity, p99 = Infinity] = [waits[20], waits[39]]
    process.stderr.write(
      `sealed 40 in ${took.toFixed(0)} ms; last byte to durable: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms\n`,
    )
    // 10 ms, or what this disk and machine take now for as little as that
    expect(p50).toBeLessThan(Math.max(10, 5 * syncMs()))
  })
})
