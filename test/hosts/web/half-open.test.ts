import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startWindowServer, type WindowServer } from '../../fixtures/window-server.ts'
import { ask, raw, sessionOf } from './http.ts'

/** Connections that say half of something, slowly, or two things at once: none of them stands in our own page's way. */
let server: WindowServer
let session = ''
let port = 0
beforeAll(async () => {
  server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed' })
  session = await sessionOf(server.url)
  port = Number(new URL(server.origin).port)
})
afterAll(() => server.stop())

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
/** Half of a header; true from `isClosed` once the server has ended it. */
function halfOpen(): { readonly socket: Socket; readonly isClosed: () => boolean } {
  const socket = connect(port, '127.0.0.1', () => socket.write('POST /api/credential.list HTTP/1.1\r\nHost: '))
  let closed = false
  socket.on('error', () => undefined).on('close', () => (closed = true))
  // a server's end is seen only by who reads
  socket.resume()
  sockets.push(socket)
  return { socket, isClosed: () => closed }
}
const list = () => ask(server.origin, { path: '/api/credential.list', headers: { 'x-rekey-session': session } })

describe('a connection', () => {
  it('that says its headers a byte at a time is ended', async () => {
    const { socket, isClosed } = halfOpen()
    const drip = setInterval(() => socket.write('x'), 200)
    await expect.poll(isClosed, { timeout: 20_000, interval: 200 }).toBe(true)
    clearInterval(drip)
    expect((await list()).status).toBe(200)
  })

  it('of hundreds that say nothing more keeps our own page waiting for a few seconds at most', async () => {
    const all = Array.from({ length: 400 }, halfOpen)
    // more than may be open are let go of at once, and not for their age
    await expect.poll(() => all.filter(({ isClosed }) => isClosed()).length, { timeout: 20_000 }).toBeGreaterThan(100)
    expect(all[0]?.isClosed()).toBe(false)
    await expect.poll(async () => (await list()).status, { timeout: 20_000, interval: 500 }).toBe(200)
    await expect.poll(() => all.every(({ isClosed }) => isClosed()), { timeout: 30_000 }).toBe(true)
    expect((await list()).status).toBe(200)
  })

  it('with two requests in one gets each judged by itself', async () => {
    const request = (host: string, more: readonly string[]): string =>
      [
        'POST /api/credential.list HTTP/1.1',
        `Host: ${host}`,
        `Origin: ${server.origin}`,
        'Sec-Fetch-Site: same-origin',
        'Content-Type: application/json',
        'Content-Length: 2',
        ...more,
        '',
        '{}',
      ].join('\r\n')
    const ours = [`X-Rekey-Session: ${session}`]
    const { host } = new URL(server.origin)
    const statuses = async (...requests: readonly string[]): Promise<readonly string[]> => {
      const { headers, body } = await raw(port, requests.join(''))
      return [...`${headers}\r\n\r\n${body}`.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status)
    }
    const last = [...ours, 'Connection: close']
    expect(await statuses(request(host, ours), request(host, last))).toEqual(['200', '200'])
    expect(await statuses(request(host, ours), request('rekey.evil.example', last))).toEqual(['200', '421'])
    expect(await statuses(request(host, ours), request(host, ['Connection: close']))).toEqual(['200', '401'])
    // what stands behind a body is no part of it: the second is no request, and nothing of it is done
    expect((await statuses(request(host, ours), `{"more":${request(host, last)}`)).at(-1)).toBe('400')
  })
})
