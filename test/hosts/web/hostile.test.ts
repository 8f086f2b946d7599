import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWindowServer, type WindowServer } from '../../fixtures/window-server.ts'
import { ask, raw, sessionOf, type Ask } from './http.ts'

/** Everybody who is not our own page: each is refused, and what it sent is not in the log. */
let server: WindowServer
let session = ''
beforeAll(async () => {
  server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed', REKEY_LOG: 'debug' })
  session = await sessionOf(server.url)
})
afterAll(() => server.stop())

const list: Ask = { path: '/api/credential.list' }
const api = (change: Partial<Ask> = {}) =>
  ask(server.origin, { ...list, ...change, headers: { 'x-rekey-session': session, ...change.headers } })

describe('our own page', () => {
  it('is answered', async () => {
    const answer = await api()
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('"ok":true')
  })

  it('gets headers that keep it to itself, on every kind of answer', async () => {
    const answers = [
      await ask(server.origin, { method: 'GET', path: '/' }),
      await api(),
      await ask(server.origin, { method: 'GET', path: '/nothing-here' }),
      await ask(server.origin, { ...list, headers: { origin: 'https://evil.example' } }),
    ]
    for (const { headers } of answers) {
      expect(headers).toMatch(/content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';/i)
      expect(headers).toMatch(/frame-ancestors 'none'/)
      expect(headers).toMatch(/cache-control: no-store/i)
      expect(headers).toMatch(/referrer-policy: no-referrer/i)
      expect(headers).toMatch(/x-content-type-options: nosniff/i)
      expect(headers).not.toMatch(/access-control-allow|set-cookie/i)
    }
  })
})

describe('a request that is not from our own page', () => {
  it.each<[string, Ask['headers'], number]>([
    ['a rebound domain', { host: 'rekey.evil.example' }, 421],
    ['localhost by its other name', { host: 'localhost' }, 421],
    ['no host at all', { host: '' }, 400],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['another port on this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['no origin', { origin: null }, 403],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a same-site fetch of another port', { 'sec-fetch-site': 'same-site' }, 403],
    ['a navigation', { 'sec-fetch-site': 'none' }, 403],
    ['a browser that does not say', { 'sec-fetch-site': null }, 403],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', { 'content-type': 'text/plain' }, 415],
    ['JSON with a parameter', { 'content-type': 'application/json; charset=utf-8' }, 415],
    ['no session', { 'x-rekey-session': null }, 401],
    ['a guessed session', { 'x-rekey-session': 'A'.repeat(43) }, 401],
  ])('%s is refused', async (_who, headers, status) => {
    const answer = await api({ headers: headers ?? {} })
    expect(answer.status).toBe(status)
    expect(answer.body).not.toContain('"ok"')
  })

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s on an operation is refused', async (method) => {
    const answer = await api({ method })
    expect([400, 405]).toContain(answer.status)
  })

  it.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%2f..%2fcli.js',
    '//etc/passwd',
    '/index.html/../../cli.js',
    '/cli.js',
    '/courier.js',
  ])('%s is not a file', async (path) => {
    const answer = await ask(server.origin, { method: 'GET', path })
    expect([400, 404]).toContain(answer.status)
  })
})

describe('a body that is not an input', () => {
  it.each<[string, string, number]>([
    ['nothing', '', 400],
    ['half of JSON', '{"tag":', 400],
    ['bytes', '\u0000\u0001', 400],
  ])('%s is refused', async (_what, body, status) => {
    expect((await api({ body })).status).toBe(status)
  })

  it.each([
    '[]',
    'null',
    '"text"',
    '{"unknown":1}',
    '{"__proto__":{"tag":"x"},"constructor":1}',
    '{"tag":{"$ne":null}}',
  ])('%s is bad input, said as a failure', async (body) => {
    const answer = await api({ body })
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('"code":"bad-input"')
  })

  it('of ten megabytes is not read', async () => {
    const answer = await api({ body: `{"tag":"${'a'.repeat(10_000_000)}"}` })
    expect([0, 413]).toContain(answer.status)
    expect((await api()).status).toBe(200)
  })

  it('is as large as a vault for an open session that previews one, and for nobody and nothing else', async () => {
    const content = 'QUFB'.repeat(1_000_000)
    const body = JSON.stringify({ source: { fileName: 'a.csv', content } })
    const preview: Ask = { path: '/api/vault.preview', body }
    const taken = await api(preview)
    expect(taken.status).toBe(200)
    expect(taken.body).toContain('"code":"unknown-format"')
    const stranger = await ask(server.origin, { ...preview, headers: { 'x-rekey-session': 'A'.repeat(43) } })
    expect(stranger.body).not.toContain('"ok"')
    expect([0, 401]).toContain(stranger.status)
    for (const path of ['/api/vault.import', '/api/vault.preview/', '/api//vault.preview', '/session'])
      expect([0, 404, 413], path).toContain((await api({ path, body })).status)
    expect((await api()).status).toBe(200)
  })

  it('that says it is larger than any vault is not waited for', async () => {
    const headers = { 'content-length': String(99 * 1024 * 1024) }
    expect((await api({ path: '/api/vault.preview', headers })).status).toBe(413)
    expect((await api({ headers: { 'content-length': String(2 * 1024 * 1024) } })).status).toBe(413)
  })

  it('for an operation that does not exist is refused', async () => {
    for (const path of [
      '/api/',
      '/api/credential.steal',
      '/api/__proto__',
      '/api/constructor',
      '/api/credential.list/x',
    ])
      expect((await api({ path })).status).toBe(404)
  })
})

describe('a connection that does not play by the rules', () => {
  it('with two lengths, or a length and chunks, is not served', async () => {
    const { host, port } = new URL(server.origin)
    const base = `POST /api/credential.list HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${server.origin}\r\n`
    for (const smuggled of [
      'Content-Length: 2\r\nContent-Length: 40',
      'Content-Length: 2\r\nTransfer-Encoding: chunked',
    ])
      expect((await raw(Number(port), `${base}${smuggled}\r\n\r\n{}`)).status).toBe(400)
  })

  it('with a body of a length that it does not say is not served', async () => {
    const { host, port } = new URL(server.origin)
    const ours = `Host: ${host}\r\nOrigin: ${server.origin}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json`
    const head = `POST /api/vault.preview HTTP/1.1\r\n${ours}\r\nX-Rekey-Session: ${session}`
    expect((await raw(Number(port), `${head}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`)).status).toBe(411)
  })

  it('with endless headers is not served', async () => {
    const { host, port } = new URL(server.origin)
    const many = Array.from({ length: 400 }, (_, index) => `X-${index}: ${'a'.repeat(100)}`).join('\r\n')
    expect((await raw(Number(port), `GET / HTTP/1.1\r\nHost: ${host}\r\n${many}\r\n\r\n`)).status).toBe(431)
  })
})

describe('a locked app', () => {
  it('takes no file', async () => {
    await api({ path: '/api/session.lock' })
    const headers = { 'content-length': String(2 * 1024 * 1024) }
    expect((await api({ path: '/api/vault.preview', headers })).status).toBe(413)
  })
})

describe('what is refused', () => {
  it('is in the log by its reason, without what was sent', async () => {
    await api({ headers: { origin: 'https://planted-origin.example' }, body: '{"tag":"planted-in-a-body"}' })
    await ask(server.origin, { path: '/session', body: '{"token":"planted-token-planted-token"}' })
    expect(server.said()).toContain('why=origin')
    expect(server.said()).toContain('token unknown')
    expect(server.said()).not.toContain('planted')
    expect(server.said()).not.toContain(session)
  })
})
