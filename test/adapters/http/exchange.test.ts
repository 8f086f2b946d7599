import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ExchangeReply, TlsTrust } from '../../../src-contract/exchange.ts'
import type { Result } from '../../../src-contract/result.ts'
import { seeLeaf } from '../../../src-main/adapters/http/dial.ts'
import { openHttp } from '../../../src-main/adapters/http/exchange.ts'
import { readTarget } from '../../../src-main/adapters/http/targets.ts'
import { makeCertificates, pinOf, type Certificates } from '../../fixtures/wire-certificates.ts'
import { chunked, sized, unframed, wireServer, type WireServer } from '../../fixtures/wire-server.ts'
import { connectProxy } from './connect-proxy.ts'

const noTrust: TlsTrust = { caPem: null, pinSha256: null }
const open: { close(): Promise<void> }[] = []
const keep = async <T extends { close(): Promise<void> }>(thing: Promise<T>): Promise<T> => {
  open.push(await thing)
  return thing
}
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close()
})

type Ask = { readonly tls?: TlsTrust; readonly timeoutMs?: number; readonly environment?: Record<string, string> }
const get = async (url: string, { tls = noTrust, timeoutMs = 20_000, environment = {} }: Ask = {}) => {
  const http = openHttp({ environment })
  return http.exchange({ method: 'GET', url, headers: { 'X-Api-Key': 'secret-key' }, body: null }, { tls, timeoutMs })
}
const code = (result: Result<ExchangeReply>): string =>
  result.ok ? `answered ${result.value.status}` : result.failure.code
const why = (result: Result<ExchangeReply>) => (result.ok ? null : (result.failure.fields['why'] ?? null))

describe('an answer', () => {
  it.each([
    ['whole', sized('{"a":1}'), { status: 200, body: '{"a":1}', complete: true }],
    ['chunked', chunked('{"a"', ':1}'), { body: '{"a":1}', complete: true }],
    ['unframed', unframed('abc'), { body: 'abc', complete: false }],
    ['torn', sized('{"a":1}').slice(0, -2), { body: '{"a":', complete: false }],
    [
      'a redirect, not followed',
      'HTTP/1.1 302 x\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n',
      { status: 302, complete: true },
    ],
    ['an error', sized('{}', '503 x'), { status: 503, complete: true }],
  ])('%s', async (_, text, expected) => {
    const server = await keep(wireServer(({ socket }) => socket.end(text)))
    expect(await get(`${server.url}/me?limit=1`)).toMatchObject({ ok: true, value: expected })
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]).toMatch(/^GET \/me\?limit=1 HTTP\/1\.1\r\n/)
    expect(server.requests[0]).toContain('Accept-Encoding: identity')
    expect(server.requests[0]).not.toMatch(/content-length/i)
  })

  it('longer than 256 KiB is cut there, and not whole', async () => {
    const server = await keep(wireServer(({ socket }) => socket.write(sized('x'.repeat(400_000)))))
    const reply = await get(server.url)
    expect(reply.ok && [reply.value.body.length, reply.value.complete]).toEqual([256 * 1024, false])
  })

  it.each([
    ['closes', '', 'the connection broke off'],
    ['tears the header', 'HTTP/1.1 200 OK\r\nA', 'the connection broke off'],
    ['speaks something else', '220 smtp ready\r\n', 'it does not speak HTTP'],
  ])('that does not come is network: the server %s', async (_, text, expected) => {
    const server = await keep(wireServer(({ socket }) => socket.end(text)))
    const result = await get(server.url)
    expect([code(result), why(result)]).toEqual(['network', expected])
    expect(server.requests).toHaveLength(1)
  })

  it('is waited for no longer than asked: silent, or half said', async () => {
    const silent = await keep(wireServer(() => {}))
    const slow = await keep(wireServer(({ socket }) => socket.write(sized('{"a":1}').slice(0, -1))))
    const before = performance.now()
    expect(why(await get(silent.url, { timeoutMs: 150 }))).toBe('it took too long')
    expect(await get(slow.url, { timeoutMs: 500 })).toMatchObject({ value: { body: '{"a":1', complete: false } })
    expect(performance.now() - before).toBeLessThan(5_000)
  })

  it('comes quickly: 120 probes', async () => {
    const server = await keep(wireServer(({ socket }) => socket.write(sized('{}'))))
    const [before, used] = [performance.now(), process.cpuUsage()]
    const replies = await Promise.all(Array.from({ length: 120 }, () => get(server.url)))
    process.stderr.write(`120 probes over http in ${(performance.now() - before).toFixed(0)} ms\n`)
    expect(replies.every((reply) => reply.ok && reply.value.complete)).toBe(true)
    // the processor's time: the clock's is the machine's
    const { user, system } = process.cpuUsage(used)
    expect((user + system) / 1000).toBeLessThan(2_000)
  })

  it('is no longer waited for once the port is closed', async () => {
    const server = await keep(wireServer(() => void http.close()))
    const http = openHttp({ environment: {} })
    const request = { method: 'GET', url: server.url, headers: {}, body: null }
    expect(code(await http.exchange(request, { tls: noTrust, timeoutMs: 5_000 }))).toBe('network')
  })
})

describe('what never left', () => {
  it.each([
    ['https://nowhere.invalid/', 'dns'],
    ['http://127.0.0.1:1/', 'connect'],
    ['http://localhost:1/', 'connect'],
    ['http://vendor.test/', 'bad-url'],
    ['file:///etc/passwd', 'bad-url'],
  ])('%s: %s', async (url, expected) => {
    expect(code(await get(url))).toBe(expected)
  })
})

describe('TLS', () => {
  let certificates: Certificates
  let server: WireServer
  const listen = async (identity: 'signed' | 'lone' | 'elsewhere') => {
    server = await keep(wireServer(({ socket }) => socket.write(sized('{}')), { identity: certificates[identity] }))
    return server.url
  }
  beforeAll(() => {
    certificates = makeCertificates()
  })

  it('refuses an authority that is not known, whatever the environment says (X20)', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      const url = await listen('signed')
      const result = await get(url, { environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
      expect(result).toMatchObject({
        failure: { code: 'tls', fields: { host: '127.0.0.1', why: 'its authority is not known' } },
      })
      expect(server.pieces).toHaveLength(0)
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    }
  })

  it('takes a given authority, for its host only', async () => {
    const tls = { caPem: certificates.caPem, pinSha256: null }
    expect(code(await get(await listen('signed'), { tls }))).toBe('answered 200')
    const byName = (await listen('signed')).replace('127.0.0.1', 'localhost')
    expect(code(await get(byName, { tls }))).toBe('answered 200')
    const elsewhere = await get(await listen('elsewhere'), { tls })
    expect([code(elsewhere), why(elsewhere)]).toEqual(['tls', 'it is for another host'])
    expect(code(await get(await listen('lone'), { tls }))).toBe('tls')
    expect(server.pieces).toHaveLength(0)
  })

  it('takes a pinned leaf, self-signed or not, and no other before a byte has left', async () => {
    const pin = pinOf(certificates.lone.cert)
    const colons = pin.toUpperCase().replace(/(..)(?!$)/g, '$1:')
    for (const pinSha256 of [pin, colons]) {
      expect(code(await get(await listen('lone'), { tls: { caPem: null, pinSha256 } }))).toBe('answered 200')
    }
    for (const [identity, pinSha256] of [
      ['signed', pin],
      ['lone', pinOf(certificates.signed.cert)],
      ['lone', ''],
      ['lone', pin.slice(0, 62)],
    ] as const) {
      const result = await get(await listen(identity), { tls: { caPem: certificates.caPem, pinSha256 } })
      expect([code(result), why(result)]).toEqual(['tls', 'it is not the pinned one'])
      expect(server.pieces).toHaveLength(0)
    }
  })

  it('shows the leaf of a host that is not trusted yet, and sends nothing', async () => {
    const leafOf = async (url: string) => {
      const target = readTarget(url)
      if (!target.ok) throw new Error(url)
      return seeLeaf(target.value, { timeoutMs: 20_000, environment: {} })
    }
    expect(await leafOf(await listen('lone'))).toEqual({ ok: true, value: pinOf(certificates.lone.cert) })
    expect(server.pieces).toHaveLength(0)
    expect(await leafOf('https://127.0.0.1:1')).toMatchObject({ failure: { code: 'connect' } })
    expect(await leafOf('http://127.0.0.1:1')).toEqual({ ok: true, value: null })
  })

  it('says what it cannot use: an authority that is no certificate, a server that does not speak TLS', async () => {
    const given = await get(await listen('signed'), { tls: { caPem: 'nonsense', pinSha256: null } })
    expect(code(given)).toBe('tls')
    const plain = createServer((socket) => socket.on('error', () => {}).end('220 smtp ready\r\n'))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    expect(code(await get(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`))).toBe('tls')
    plain.close()
    const silent = await keep(wireServer(() => {}))
    const result = await get(silent.url.replace('http:', 'https:'), { timeoutMs: 150 })
    expect([code(result), why(result)]).toEqual(['tls', 'the handshake took too long'])
  })

  it('comes quickly: 120 probes', async () => {
    const url = await listen('signed')
    const tls = { caPem: certificates.caPem, pinSha256: null }
    await get(url, { tls })
    const before = performance.now()
    const replies = await Promise.all(Array.from({ length: 120 }, () => get(url, { tls })))
    process.stderr.write(`120 probes over https in ${(performance.now() - before).toFixed(0)} ms\n`)
    expect(replies.every((reply) => reply.ok)).toBe(true)
  })

  describe('through a proxy', () => {
    const tls = (): TlsTrust => ({ caPem: certificates.caPem, pinSha256: null })

    it('asks for CONNECT and shows the proxy no more than the host', async () => {
      await listen('signed')
      const proxy = await keep(connectProxy('tunnel', server.port))
      const environment = { HTTPS_PROXY: `http://us%40er:pass@127.0.0.1:${proxy.port}` }
      expect(code(await get('https://vendor.test/secret-path', { tls: tls(), environment }))).toBe('answered 200')
      expect(proxy.asked).toEqual([
        ['CONNECT vendor.test:443', `Basic ${Buffer.from('us@er:pass').toString('base64')}`],
      ])
      expect(server.requests[0]).toMatch(/^GET \/secret-path HTTP\/1\.1\r\nHost: vendor\.test\r\n/)
      expect(server.requests[0]).not.toMatch(/proxy-authorization/i)
    })

    it('still checks whom it speaks to', async () => {
      await listen('elsewhere')
      const proxy = await keep(connectProxy('tunnel', server.port))
      const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
      expect(code(await get('https://vendor.test/', { tls: tls(), environment }))).toBe('tls')
      expect(server.pieces).toHaveLength(0)
    })

    it.each([
      ['refuse', 'it answered 407'],
      ['hang', 'it does not answer'],
      ['drop', 'it broke off'],
    ] as const)('that does not let us through is proxy: %s', async (manner, expected) => {
      const proxy = await keep(connectProxy(manner, 0))
      const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
      const result = await get('https://vendor.test/', { environment, timeoutMs: manner === 'hang' ? 300 : 20_000 })
      expect([code(result), why(result)]).toEqual(['proxy', expected])
      expect(JSON.stringify(proxy.asked)).not.toContain('secret-key')
    })

    it('that is not there is proxy', async () => {
      const environment = { HTTPS_PROXY: 'http://127.0.0.1:1' }
      expect(why(await get('https://vendor.test/', { environment }))).toBe('it does not answer')
      expect(why(await get('https://vendor.test/', { environment: { HTTPS_PROXY: 'http://nowhere.invalid' } }))).toBe(
        'its name has no address',
      )
    })

    it('is not asked where NO_PROXY says so, nor for loopback', async () => {
      const url = await listen('signed')
      const proxy = await keep(connectProxy('tunnel', server.port))
      const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`
      expect(code(await get('https://nowhere.invalid/', { environment: { HTTPS_PROXY, NO_PROXY: '.invalid' } }))).toBe(
        'dns',
      )
      expect(code(await get(url, { tls: tls(), environment: { HTTPS_PROXY } }))).toBe('answered 200')
      expect(proxy.asked).toEqual([])
    })
  })
})
