import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { apiKey, ask, converse } from './ask.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterEach(() => {
  sandbox.clearFaults()
  sandbox.clearLog()
})
afterAll(() => sandbox.close())

const call = async (what: string, body?: unknown) => {
  const [method, path] = what.split(' ')
  const reply = await ask(
    `${method} ${sandbox.control}${path}`,
    body === undefined ? {} : { body: JSON.stringify(body) },
  )
  return { status: reply.status, value: reply.json() }
}

describe('who may ask', () => {
  it('only one who has the token', async () => {
    const { origin, pathname } = new URL(sandbox.control)
    expect(pathname.length).toBeGreaterThan(30)
    for (const path of ['/', '/log', `${pathname.slice(0, -1)}/log`, `${pathname}x/log`, '//log']) {
      expect([path, (await ask(`GET ${origin}${path}`)).status]).toEqual([path, 404])
    }
    expect((await ask(`GET ${sandbox.control}/log`)).status).toBe(200)
  })

  it('only on loopback, by its own address, and never a page', async () => {
    const { host, pathname, port } = new URL(sandbox.control)
    const as = (headers: string): Promise<string> =>
      converse(sandbox.control, `GET ${pathname}/log HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`).then(
        ({ bytes }) => bytes.toString('latin1', 9, 12),
      )
    expect(host).toBe(`127.0.0.1:${port}`)
    expect(await as(`Host: ${host}\r\n`)).toBe('200')
    expect(await as(`Host: rebound.example:${port}\r\n`)).toBe('403')
    expect(await as(`Host: localhost:${port}\r\n`)).toBe('403')
    expect(await as('')).toBe('403')
    expect(await as(`Host: ${host}\r\nOrigin: http://${host}\r\n`)).toBe('403')
  })

  it('is not answered for what it does not know', async () => {
    expect(await call('GET /nothing')).toMatchObject({ status: 404, value: { error: { code: 'not-found' } } })
    expect((await call('GET /constructor')).status).toBe(404)
    expect((await ask(`POST ${sandbox.control}/faults`, { body: '{' })).status).toBe(400)
    expect((await call('POST /faults', [])).status).toBe(400)
  })
})

describe('what it does', () => {
  it('adds principals, reads keys, tells dead from alive', async () => {
    const added = await call('POST /principals', { vendor: 'hienergy', name: '77' })
    expect(added.value).toEqual({ principal: '77', key: expect.any(String), inputs: { 'user-id': '77' } })
    const { key } = added.value
    expect((await call('POST /key-state', { vendor: 'hienergy', key })).value).toEqual({ state: 'works' })
    expect((await call('POST /current-key', { vendor: 'hienergy', principal: '77' })).value).toEqual({ key })
    expect((await call('GET /principals?vendor=hienergy')).value.at(-1)).toEqual(added.value)
    expect((await call('GET /')).value).toEqual({ vendors: sandbox.vendors })
  })

  it('sets faults, settings and the clock for other processes', async () => {
    const { baseUrl } = sandbox.vendors.projectdiscovery
    const { key } = sandbox.addPrincipal('projectdiscovery')
    const verify = () => ask(`GET ${baseUrl}/v1/user`, { headers: apiKey(key) })

    const set = await call('POST /faults', { vendor: 'projectdiscovery', kind: 'status', status: 503, match: 'verify' })
    expect((await call('GET /faults')).value).toEqual([
      { id: set.value.id, vendor: 'projectdiscovery', met: 0, fault: { kind: 'status', status: 503, match: 'verify' } },
    ])
    expect((await verify()).status).toBe(503)
    await call('POST /faults', { vendor: 'projectdiscovery', kind: 'after' })
    expect((await call('DELETE /faults')).value).toEqual({ ok: true })
    expect((await call('GET /faults')).value).toEqual([])

    await call('POST /settings', { vendor: 'projectdiscovery', latencyMs: 60 })
    const started = performance.now()
    await verify()
    expect(performance.now() - started).toBeGreaterThanOrEqual(59)
    await call('POST /settings', { vendor: 'projectdiscovery', latencyMs: 0 })

    const before = (await call('GET /log')).value.at(-1).at
    await call('POST /clock', { ms: 3_600_000 })
    await verify()
    expect(Date.parse((await call('GET /log')).value.at(-1).at) - Date.parse(before)).toBeGreaterThanOrEqual(3_600_000)
  })

  it('shows the log, or a part of it, and forgets it', async () => {
    const { baseUrl, key } = sandbox.vendors.projectdiscovery
    const other = sandbox.addPrincipal('projectdiscovery', 'logged')
    await ask(`GET ${baseUrl}/v1/user`, { headers: apiKey(key) })
    await ask(`POST ${baseUrl}/v1/user/apikey/rotate`, { headers: apiKey(other.key) })
    const classes = async (query: string) =>
      (await call(`GET /log${query}`)).value.map((entry: { class: string }) => entry.class)
    expect(await classes('')).toEqual(['verify', 'mint'])
    expect(await classes('?class=mint')).toEqual(['mint'])
    expect(await classes('?vendor=projectdiscovery&principal=ops')).toEqual(['verify'])
    expect(await classes('?vendor=conjur')).toEqual([])
    expect((await call('GET /log?class=none')).status).toBe(400)
    await call('DELETE /log')
    expect(await classes('')).toEqual([])
  })

  it('plays the person at the dashboard', async () => {
    const old = sandbox.currentKey('userplane')!
    const { key } = (await call('POST /dashboard/rotate', { expiryDays: 30 })).value
    expect([sandbox.keyState('userplane', old), sandbox.keyState('userplane', key)]).toEqual(['dead', 'works'])
    await call('POST /dashboard/disable', {})
    expect(sandbox.keyState('userplane', key)).toBe('dead')
    await call('POST /dashboard/disable', { isDisabled: false })
    expect(sandbox.keyState('userplane', key)).toBe('works')
    expect((await call('POST /dashboard/create', {})).value.key).toMatch(/^uspl_/)
    expect((await call('POST /dashboard/rotate', { expiryDays: 8 })).status).toBe(400)
  })

  it.each([
    ['POST /faults', { kind: 'after' }, 'vendor must be one of'],
    ['POST /faults', { vendor: 'conjur' }, 'unknown kind'],
    ['POST /faults', { vendor: 'conjur', kind: 'toString' }, 'unknown kind'],
    ['POST /faults', { vendor: 'conjur', kind: 'torn' }, 'needs at'],
    ['POST /faults', { vendor: 'conjur', kind: 'torn', at: 'x' }, 'bad value for at'],
    ['POST /faults', { vendor: 'conjur', kind: 'after', at: 3 }, 'has no at'],
    ['POST /faults', { vendor: 'conjur', kind: 'after', times: 0 }, 'bad value for times'],
    ['POST /faults', { vendor: 'conjur', kind: 'redirect', location: 'x\r\ny' }, 'bad value for location'],
    ['POST /settings', { vendor: 'conjur', speed: 1 }, 'unknown setting speed'],
    ['POST /clock', { ms: 'soon' }, 'ms must be a number'],
    ['POST /key-state', { vendor: 'conjur' }, 'key is missing'],
    ['POST /current-key', { vendor: 'conjur', principal: 'eve' }, 'knows no eve'],
  ])('%s %o: %s', async (what, body, words) => {
    const reply = await call(what, body)
    expect(reply.status).toBe(400)
    expect(reply.value.error.message).toContain(words)
  })
})
