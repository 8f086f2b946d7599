import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWindowServer, type WindowServer } from '../../fixtures/window-server.ts'
import { ask, raw, sessionOf, type Answer } from './http.ts'

/** Requests that are forged, doubled, upgraded or replayed: what a site, a proxy or a thief of a token would try. */
let server: WindowServer
let session = ''
let host = ''
let port = 0
beforeAll(async () => {
  server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed' })
  session = await sessionOf(server.url)
  host = new URL(server.origin).host
  port = Number(new URL(server.origin).port)
})
afterAll(() => server.stop())

const send = (first: string, headers: readonly string[], body = '{}'): Promise<Answer> =>
  raw(
    port,
    `${first} HTTP/1.1\r\n${[...headers, 'Connection: close', `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`,
    { waitMs: 1500 },
  )
const good = (): string[] => [
  `Host: ${host}`,
  `Origin: ${server.origin}`,
  'Sec-Fetch-Site: same-origin',
  'Content-Type: application/json',
  `X-Rekey-Session: ${session}`,
]
const list = 'POST /api/credential.list'

describe('a request that is built by hand', () => {
  it('is answered where it is ours in every part', async () => {
    expect((await send(list, good())).status).toBe(200)
  })

  it.each<[string, string, (headers: string[]) => string[]]>([
    ['a second host', list, (all) => [...all, 'Host: rekey.evil.example']],
    ['a host before ours', list, (all) => ['Host: rekey.evil.example', ...all]],
    ['a second origin', list, (all) => [...all, 'Origin: https://evil.example']],
    ['a second session', list, (all) => [...all, `X-Rekey-Session: ${'A'.repeat(43)}`]],
    ['a second kind of content', list, (all) => [...all, 'Content-Type: text/plain']],
    ['another site in its target', 'POST http://rekey.evil.example/api/credential.list', (all) => all],
    ['a user in its host', list, (all) => [`Host: evil@${host}`, ...all.slice(1)]],
    ['a dot behind its host', list, (all) => [`Host: ${host.replace(':', '.:')}`, ...all.slice(1)]],
    ['a folded header', list, (all) => [...all, 'X-Odd: a\r\n b']],
    ['a space before the colon', list, (all) => [...all, 'Transfer-Encoding : chunked']],
    ['a bare line feed', list, (all) => [...all, 'X-Odd: a\nHost: rekey.evil.example']],
    ['chunks beside a length', list, (all) => [...all, 'Transfer-Encoding: chunked']],
    ['a method in a header', 'GET /api/credential.list', (all) => [...all, 'X-HTTP-Method-Override: POST']],
    ['no line of HTTP', 'POST /api/credential.list HTTP/1.1\r\nHost', (all) => all],
  ])('with %s does nothing', async (_, first, change) => {
    const answer = await send(first, change(good()))
    expect(answer.body).not.toContain('"ok":true')
    expect([0, 400, 401, 403, 404, 405, 411, 415, 421]).toContain(answer.status)
  })

  it('to upgrade to a WebSocket, with or without a session, gets none', async () => {
    const upgrade = [
      `Host: ${host}`,
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ]
    for (const path of ['/', '/events', '/api/credential.list'])
      for (const more of [
        ['Origin: https://evil.example'],
        [`Origin: ${server.origin}`, `X-Rekey-Session: ${session}`],
      ]) {
        const text = `GET ${path} HTTP/1.1\r\n${[...upgrade, 'Connection: Upgrade', ...more].join('\r\n')}\r\n\r\n`
        expect((await raw(port, text, { waitMs: 300 })).status, path).not.toBe(101)
      }
  })

  it('as an event stream of another page gets none: a browser’s own cannot carry the session', async () => {
    for (const path of ['/events', `/events?session=${session}`, `/events?x-rekey-session=${session}`]) {
      const answer = await ask(server.origin, { method: 'GET', path, headers: { 'content-length': null } })
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
    }
  })

  it('asking leave in advance gets none', async () => {
    const answer = await ask(server.origin, {
      method: 'OPTIONS',
      path: '/api/credential.list',
      headers: { origin: 'https://evil.example', 'access-control-request-headers': 'x-rekey-session' },
    })
    expect(answer.headers).not.toMatch(/access-control/i)
    expect(answer.status).toBeGreaterThanOrEqual(400)
  })
})

describe('a session', () => {
  const exchange = (body: object, headers = {}): Promise<Answer> =>
    ask(server.origin, { path: '/session', body: JSON.stringify(body), headers })

  it('cannot be chosen by whoever asks for one', async () => {
    const chosen = 'B'.repeat(43)
    for (const body of [{ token: chosen }, { token: chosen, session: chosen }, { session: chosen }, { token: session }])
      expect((await exchange(body, { 'x-rekey-session': chosen })).body).not.toContain('"session"')
    const headers = { 'x-rekey-session': chosen }
    expect((await ask(server.origin, { path: '/api/credential.list', headers })).status).toBe(401)
  })

  it('is neither in a cookie nor in an address', async () => {
    for (const change of [
      { headers: { cookie: `session=${session}; x-rekey-session=${session}` } },
      { path: `/api/credential.list?session=${session}` },
      { headers: { authorization: `Bearer ${session}` } },
    ])
      expect((await ask(server.origin, { path: '/api/credential.list', ...change })).body).not.toContain('"ok":true')
  })

  it('ends when its token is used again, by whomever', async () => {
    const token = new URL(server.url).hash.replace('#token=', '')
    expect((await exchange({ token })).body).not.toContain('"session"')
    expect((await send(list, good())).status).toBe(401)
  })
})
