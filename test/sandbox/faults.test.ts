import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FaultKind } from '../../src-main/sandbox/faults/fault.ts'
import type { FaultAt } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { apiKey, ask, basic, bearer, converse } from './ask.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterEach(() => {
  sandbox.clearFaults()
  sandbox.clearLog()
})
afterAll(() => sandbox.close())

const url = (path: string): string => `${sandbox.vendors.projectdiscovery.baseUrl}${path}`
const fresh = () => sandbox.addPrincipal('projectdiscovery')
const rotate = (key: string) => ask(`POST ${url('/v1/user/apikey/rotate')}`, { headers: apiKey(key) })
const verify = (key: string) => ask(`GET ${url('/v1/user')}`, { headers: apiKey(key) })
const inject = (fault: FaultKind & Partial<FaultAt>): string => sandbox.inject({ ...fault, vendor: 'projectdiscovery' })
const state = (key: string) => sandbox.keyState('projectdiscovery', key)
const now = (principal: string) => sandbox.currentKey('projectdiscovery', principal)
const last = () => sandbox.log.at(-1)

describe('faults before the vendor acts', () => {
  it.each([{ kind: 'before' }, { kind: 'before', end: 'rst' }] as const)(
    '$kind by $end: no byte, nothing done',
    async (fault) => {
      const { key } = fresh()
      inject(fault)
      await expect(rotate(key)).rejects.toThrow(/hang up|ECONNRESET/)
      expect(state(key)).toBe('works')
      expect(last()).toMatchObject({ fault: 'before', acted: false, status: null, sentBytes: 0 })
    },
  )

  it.each([429, 500, 502, 503, 504, 408])('status %i in the vendor’s form', async (status) => {
    const { key } = fresh()
    inject({ kind: 'status', status, retryAfterSeconds: 7 })
    const reply = await rotate(key)
    expect([reply.status, reply.headers['retry-after']]).toEqual([status, '7'])
    expect(reply.json()).toEqual({ message: expect.any(String) })
    expect(state(key)).toBe('works')
  })

  it('status as a gateway’s page, or with nothing', async () => {
    const { key } = fresh()
    inject({ kind: 'status', status: 502, body: 'html' })
    expect((await rotate(key)).body).toMatch(/^<!doctype html>/)
    inject({ kind: 'status', status: 502, body: 'empty' })
    expect((await rotate(key)).body).toBe('')
    expect(state(key)).toBe('works')
  })

  it('portal and redirect: somebody else answers', async () => {
    const { key } = fresh()
    inject({ kind: 'portal', match: 'any', times: 2 })
    for (const reply of [await verify(key), await rotate(key)]) {
      expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    }
    inject({ kind: 'redirect', status: 307 })
    const moved = await rotate(key)
    expect([moved.status, moved.headers.location]).toEqual([307, '/followed-redirect'])
    expect(state(key)).toBe('works')
  })

  it('verify-down: a key that works is not confirmed', async () => {
    const { key } = fresh()
    inject({ kind: 'verify-down' })
    expect((await verify(key)).status).toBe(503)
    expect((await verify(key)).status).toBe(200)
  })
})

describe('faults after the vendor acted', () => {
  it.each(['fin', 'rst'] as const)('after by %s: no byte, all done', async (end) => {
    const { principal, key } = fresh()
    inject({ kind: 'after', end })
    await expect(rotate(key)).rejects.toThrow(/hang up|ECONNRESET/)
    expect([state(key), state(now(principal)!)]).toEqual(['dead', 'works'])
    expect(last()).toMatchObject({ fault: 'after', acted: true, status: null, sentBytes: 0, wholeReplySent: false })
  })

  it('status that hides it', async () => {
    const { principal, key } = fresh()
    inject({ kind: 'status', status: 500, acts: true })
    expect((await rotate(key)).status).toBe(500)
    expect([state(key), state(now(principal)!)]).toEqual(['dead', 'works'])
  })

  it('garbage in the body, or in place of the reply', async () => {
    const { principal, key } = fresh()
    inject({ kind: 'garbage' })
    const reply = await rotate(key)
    expect(reply.status).toBe(200)
    expect(() => reply.json()).toThrow(SyntaxError)
    inject({ kind: 'garbage', part: 'reply' })
    await expect(rotate(now(principal)!)).rejects.toThrow(/Parse Error|Expected HTTP/)
    expect(sandbox.log.map((entry) => entry.acted)).toEqual([true, true])
  })

  it('same-key, masked, wrong-place: a success that is none', async () => {
    const { principal, key } = fresh()
    inject({ kind: 'same-key' })
    expect((await rotate(key)).json().api_key).toBe(key)
    expect([state(key), last()?.acted]).toEqual(['works', false])
    inject({ kind: 'masked' })
    const shown = (await rotate(key)).json().api_key
    expect(shown).toMatch(/^.{8}\*{4}.{4}$/)
    expect([state(key), now(principal)!.slice(-4)]).toEqual(['dead', shown.slice(-4)])
    inject({ kind: 'wrong-place' })
    const elsewhere = (await rotate(now(principal)!)).json()
    expect([elsewhere.api_key, elsewhere.result.key]).toEqual([undefined, now(principal)])
  })

  it('reject-new: the key it gives never works; the old one is dead, or not', async () => {
    const [one, two] = [fresh(), fresh()]
    inject({ kind: 'reject-new' })
    const given = (await rotate(one.key)).json().api_key
    expect([state(given), state(one.key), now(one.principal)]).toEqual(['dead', 'dead', null])
    inject({ kind: 'reject-new', oldKey: 'works' })
    const refused = (await rotate(two.key)).json().api_key
    expect([state(refused), state(two.key), now(two.principal)]).toEqual(['dead', 'works', two.key])
    expect((await verify(refused)).status).toBe(401)
  })

  it('stale: the old key lives on for a while, whatever becomes of the reply', async () => {
    const { principal, key } = fresh()
    inject({ kind: 'torn', at: 40, oldKeyLivesMs: 60_000 })
    await expect(rotate(key)).rejects.toThrow(/hang up|ECONNRESET|aborted|Parse Error/)
    expect([state(key), state(now(principal)!)]).toEqual(['works', 'works'])
    sandbox.advance(60_000)
    expect((await verify(key)).status).toBe(401)
    const next = now(principal)!
    inject({ kind: 'stale' })
    expect((await rotate(next)).status).toBe(200)
    sandbox.advance(1e9)
    expect(state(next)).toBe('works')
  })
})

describe('faults of time and framing', () => {
  it('hang before acting: the vendor acts later, though nobody waits', async () => {
    const { principal, key } = fresh()
    inject({ kind: 'hang', ms: 150 })
    const given = rotate(key)
    await sandbox.waitFor((entry) => entry.fault === 'hang')
    expect(state(key)).toBe('works')
    expect((await given).json().api_key).toBe(now(principal))

    const second = now(principal)!
    inject({ kind: 'hang', ms: 100 })
    const gone = new AbortController()
    const left = fetch(url('/v1/user/apikey/rotate'), { method: 'POST', headers: apiKey(second), signal: gone.signal })
    await sandbox.waitFor((entry) => entry.fault === 'hang' && !entry.isOver)
    gone.abort()
    await expect(left).rejects.toThrow('aborted')
    expect(state(second)).toBe('works')
    const entry = await sandbox.waitFor((each) => each.acted && each.isOver && !each.wholeReplySent)
    expect([entry.principal, state(second)]).toEqual([principal, 'dead'])
  })

  it.each(['before', 'after'] as const)('hang until the client has gone, %s acting', async (when) => {
    const { key } = fresh()
    inject({ kind: 'hang', until: 'gone', when })
    const gone = new AbortController()
    const given = fetch(url('/v1/user/apikey/rotate'), { method: 'POST', headers: apiKey(key), signal: gone.signal })
    const meant = await sandbox.waitFor((entry) => entry.fault === 'hang' && !entry.isOver)
    await sleep(60)
    expect([state(key), last()?.isOver, last()?.sentBytes]).toEqual([when === 'before' ? 'works' : 'dead', false, 0])
    gone.abort()
    await expect(given).rejects.toThrow('aborted')
    await sandbox.waitFor((entry) => entry.connection === meant.connection && entry.acted && entry.isOver)
    expect(state(key)).toBe('dead')
  })

  it('hang after acting, for ever: the key is gone and no reply comes', async () => {
    const { key } = fresh()
    inject({ kind: 'hang', when: 'after' })
    const gone = new AbortController()
    const given = fetch(url('/v1/user/apikey/rotate'), { method: 'POST', headers: apiKey(key), signal: gone.signal })
    await sandbox.waitFor(({ acted }) => acted)
    await sleep(60)
    expect([state(key), last()?.isOver, last()?.sentBytes]).toEqual(['dead', false, 0])
    gone.abort()
    await expect(given).rejects.toThrow('aborted')
  })

  it('delay and slow-drip: late, but whole', async () => {
    const { principal, key } = fresh()
    inject({ kind: 'delay', ms: 80 })
    const started = performance.now()
    expect((await rotate(key)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThanOrEqual(79)
    inject({ kind: 'slow-drip', bytes: 20, ms: 2 })
    const again = performance.now()
    expect((await rotate(now(principal)!)).json().api_key).toBe(now(principal))
    expect(performance.now() - again).toBeGreaterThan(15)
    expect(last()).toMatchObject({ wholeReplySent: true })
  })

  it('close-delimited and chunked: the same key, framed otherwise', async () => {
    const { baseUrl, inputs } = sandbox.vendors.conjur
    const headers = (): string =>
      Object.entries(basic(inputs!['login']!, sandbox.currentKey('conjur')!))
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')
    const put = (): Promise<{ bytes: Buffer }> =>
      converse(
        baseUrl,
        `PUT /authn/myorg/api_key HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n${headers()}Connection: close\r\n\r\n`,
      )
    sandbox.inject({ vendor: 'conjur', kind: 'close-delimited' })
    const open = (await put()).bytes.toString()
    expect(open).not.toMatch(/content-length|transfer-encoding/i)
    expect(open.split('\r\n\r\n')[1]).toBe(sandbox.currentKey('conjur'))
    sandbox.inject({ vendor: 'conjur', kind: 'chunked' })
    const chunked = (await put()).bytes.toString()
    expect(chunked).toMatch(/0\r\n\r\n$/)
    expect(chunked).toContain(sandbox.currentKey('conjur')!.slice(0, 20))
  })
})

describe('aiming', () => {
  it('meets as many requests as told, after as many as told', async () => {
    const { key } = fresh()
    inject({ kind: 'status', status: 500, match: 'verify', skip: 1, times: 2 })
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await verify(key)).status)
    expect(statuses).toEqual([200, 500, 500, 200, 200])
    inject({ kind: 'status', status: 500, match: 'verify', times: 'all' })
    expect((await verify(key)).status).toBe(500)
    expect(sandbox.faults()).toMatchObject([{ vendor: 'projectdiscovery', met: 1 }])
    sandbox.clearFaults('scrapebit')
    expect(sandbox.faults()).toHaveLength(1)
    sandbox.clearFaults()
    expect((await verify(key)).status).toBe(200)
  })

  it('leaves other classes, principals and vendors alone', async () => {
    const [one, two] = [fresh(), fresh()]
    inject({ kind: 'status', status: 500, principal: two.principal })
    expect((await verify(two.key)).status).toBe(200)
    expect((await rotate(one.key)).status).toBe(200)
    const { baseUrl, key } = sandbox.vendors.scrapebit
    expect((await ask(`GET ${baseUrl}/v1/user/profile`, { headers: bearer(key) })).status).toBe(200)
    expect((await rotate(two.key)).status).toBe(500)
  })

  it('can wait for the principal’s own rotation', async () => {
    const [one, two] = [fresh(), fresh()]
    inject({ kind: 'verify-down', afterMint: true })
    expect((await verify(one.key)).status).toBe(200)
    await rotate(one.key)
    expect((await verify(two.key)).status).toBe(200)
    expect((await verify(now(one.principal)!)).status).toBe(503)
  })

  it('aims at the one whose key is rotated, not at the operator who asks', async () => {
    const { baseUrl, operator } = sandbox.vendors.hienergy
    sandbox.inject({ vendor: 'hienergy', kind: 'status', status: 500, principal: '42' })
    const call = (id: string) =>
      ask(`POST ${baseUrl}/users/${id}/rotate_api_key`, { headers: apiKey(operator!.key), body: '{}' })
    expect((await call('42')).status).toBe(500)
    expect((await call('42')).status).toBe(200)
  })
})
