import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TlsTrust } from '../../src-contract/exchange.ts'
import type { CourierOrder } from '../../src-main/core/ports.ts'
import { connectProxy } from '../adapters/http/connect-proxy.ts'
import { makeCertificates, pinOf, type Certificates } from '../fixtures/wire-certificates.ts'
import { sized, wireServer, type WireServer } from '../fixtures/wire-server.ts'
import { makeHome, mint, ready, type Home } from './courier-home.ts'

/** What a courier accepts before it sends: the same dial as every other call's, seen from outside its process. */
const whole = sized('{"api_key":"new-key-9876543210"}')
let certificates: Certificates
let home: Home
let server: WireServer

beforeAll(() => {
  certificates = makeCertificates()
  home = makeHome()
})
afterAll(() => home.close())
afterEach(() => server.close())

const listen = async (identity: 'signed' | 'lone') => {
  server = await wireServer(({ socket }) => socket.write(whole), { identity: certificates[identity] })
}
const send = async (
  tls: TlsTrust,
  {
    url = server.url,
    environment = {},
    more = {},
  }: {
    url?: string
    environment?: Record<string, string>
    more?: Partial<CourierOrder>
  } = {},
) => {
  const order = await home.order(mint(url), { tls, ...more })
  const courier = home.start(environment)
  const report = await (await ready(courier, order)).go(() => {})
  courier.close()
  return { report, wire: home.wire(order), end: home.contents(order).end }
}

describe('over TLS', () => {
  it('seals what was decrypted, sent in one record, and leaves no key log', async () => {
    await listen('signed')
    const log = join(home.folder, 'keys.log')
    const environment = { SSLKEYLOGFILE: log, NODE_OPTIONS: `--tls-keylog=${log}` }
    const { report, wire } = await send({ caPem: certificates.caPem, pinSha256: null }, { environment })
    expect(report).toMatchObject({ kind: 'ended', error: null, bytes: whole.length })
    expect(wire).toBe(whole)
    expect([server.connections(), server.pieces.length, existsSync(log)]).toEqual([1, 1, false])
  })

  it('an authority that is not trusted ends not-sent, also under NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    await listen('signed')
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    const { report, end } = await send({ caPem: null, pinSha256: null }, { environment })
    expect(report).toMatchObject({ kind: 'not-sent', failure: { code: 'tls' } })
    expect(end).toMatchObject({ kind: 'not-sent', failure: { code: 'tls' } })
    expect(server.pieces).toHaveLength(0)
  })

  it('the pinned leaf is taken, another is refused before a byte has left', async () => {
    await listen('lone')
    const right = await send({ caPem: null, pinSha256: pinOf(certificates.lone.cert) })
    expect(right).toMatchObject({ report: { kind: 'ended' }, wire: whole })
    const before = server.pieces.length
    const wrong = await send({ caPem: null, pinSha256: pinOf(certificates.signed.cert) })
    expect(wrong.report).toMatchObject({ kind: 'not-sent', failure: { code: 'tls' } })
    expect(server.pieces).toHaveLength(before)
  })
})

describe('through a proxy', () => {
  it.each(['tunnel', 'refuse', 'hang'] as const)('%s', async (manner) => {
    await listen('signed')
    const proxy = await connectProxy(manner, server.port)
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    const { report, wire } = await send(
      { caPem: certificates.caPem, pinSha256: null },
      { url: 'https://vendor.test/rotate', environment, more: { replyWaitMs: manner === 'hang' ? 600 : 20_000 } },
    )
    expect(proxy.asked).toHaveLength(1)
    const code = report.kind === 'not-sent' ? report.failure.code : null
    expect([report.kind, code, wire, server.requests.length]).toEqual(
      manner === 'tunnel' ? ['ended', null, whole, 1] : ['not-sent', 'proxy', '', 0],
    )
    await proxy.close()
  })

  it('named in NO_PROXY it is not asked', async () => {
    await listen('signed')
    const proxy = await connectProxy('tunnel', server.port)
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'nowhere.invalid' }
    const { report } = await send({ caPem: null, pinSha256: null }, { url: 'https://nowhere.invalid/', environment })
    expect(report).toMatchObject({ kind: 'not-sent', failure: { code: 'dns' } })
    expect(proxy.asked).toHaveLength(0)
    await proxy.close()
  })
})
