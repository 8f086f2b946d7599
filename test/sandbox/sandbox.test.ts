import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src-main/sandbox/start-sandbox.ts'
import { vendorIds } from '../../src-main/sandbox/vendor-id.ts'
import { apiKey, ask, basic, converse } from './ask.ts'

const gone = /hang up|ECONNRESET/
const opened: Sandbox[] = []
const start = async (options?: SandboxOptions): Promise<Sandbox> => {
  const sandbox = await startSandbox(options)
  opened.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((sandbox) => sandbox.close()))
})

const isListening = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

describe('starting and ending', () => {
  it('is there in less than 50 ms', async () => {
    const tookMs: number[] = []
    for (let i = 0; i < 5; i++) {
      const started = performance.now()
      await start()
      tookMs.push(performance.now() - started)
    }
    expect(Math.min(...tookMs)).toBeLessThan(50)
  })

  it('says what rekey sandbox prints', async () => {
    const { summary, vendors, control } = await start()
    expect(Object.keys(vendors)).toEqual([...vendorIds])
    const shape = { baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/), key: expect.any(String) }
    expect(JSON.parse(JSON.stringify(summary))).toEqual({
      control,
      vendors: {
        projectdiscovery: shape,
        scrapebit: shape,
        hienergy: {
          ...shape,
          inputs: { 'user-id': '42' },
          operator: { key: expect.any(String), inputs: { 'user-id': '1' } },
        },
        conjur: {
          ...shape,
          inputs: { account: 'myorg', login: 'alice' },
          secretInputs: { password: expect.any(String) },
          operator: { key: expect.any(String), inputs: { account: 'myorg', login: 'admin' } },
        },
        userplane: shape,
      },
    })
  })

  it('makes the same keys from the same seed, and others from another', async () => {
    const keys = async (seed?: string) => {
      const { vendors } = await start(seed === undefined ? {} : { seed })
      return vendorIds.map((id) => vendors[id].key)
    }
    const first = await keys('a')
    expect(await keys('a')).toEqual(first)
    for (const others of [await keys('b'), await keys()]) {
      expect(others.filter((key) => first.includes(key))).toEqual([])
    }
  })

  it('takes six ports in a row, and none at all if one is taken', async () => {
    const somewhere = async (triesLeft: number): Promise<{ sandbox: Sandbox; port: number }> => {
      const port = randomInt(15_000, 30_000)
      try {
        return { sandbox: await start({ port }), port }
      } catch (error) {
        if (triesLeft === 0) throw error
        return somewhere(triesLeft - 1)
      }
    }
    const { sandbox, port } = await somewhere(20)
    const urls = [sandbox.control, ...vendorIds.map((id) => sandbox.vendors[id].baseUrl)]
    expect(urls.map((url) => Number(new URL(url).port))).toEqual([0, 1, 2, 3, 4, 5].map((offset) => port + offset))
    for (const taken of [port, port - 5]) {
      await expect(start({ port: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    }
    expect(await isListening(`http://127.0.0.1:${port - 1}`)).toBe(false)
  })

  it('ends at once, with requests hanging and connections kept', async () => {
    const sandbox = await start()
    const { baseUrl, key } = sandbox.vendors.projectdiscovery
    sandbox.inject({ vendor: 'projectdiscovery', kind: 'hang' })
    const hanging = ask(`POST ${baseUrl}/v1/user/apikey/rotate`, { headers: apiKey(key) })
    hanging.catch(() => undefined)
    await sandbox.waitFor((entry) => entry.fault === 'hang')
    const idle = connect({ host: '127.0.0.1', port: Number(new URL(baseUrl).port) })
    await once(idle, 'connect')
    const started = performance.now()
    await sandbox.close()
    expect(performance.now() - started).toBeLessThan(2000)
    await expect(hanging).rejects.toThrow(gone)
    await once(idle, 'close')
    expect(await isListening(baseUrl)).toBe(false)
    expect(await isListening(sandbox.control)).toBe(false)
    expect(sandbox.keyState('projectdiscovery', key)).toBe('works')
  })
})

describe('serving', () => {
  it('keeps connections, and can fail only those that are used again', async () => {
    const sandbox = await start()
    const { baseUrl, key } = sandbox.vendors.projectdiscovery
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const verify = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = request(`${baseUrl}/v1/user`, { agent, headers: apiKey(key) }, (reply) => {
          reply.resume()
          reply.on('end', () => resolve(reply.statusCode ?? 0))
        })
        sent.on('error', reject)
        sent.end()
      })
    expect([await verify(), await verify()]).toEqual([200, 200])
    expect(sandbox.log.map((entry) => [entry.connection, entry.onConnection])).toEqual([
      [1, 1],
      [1, 2],
    ])
    sandbox.inject({ vendor: 'projectdiscovery', kind: 'before', match: 'verify', onReusedConnection: true })
    expect((await ask(`GET ${baseUrl}/v1/user`, { headers: apiKey(key) })).status).toBe(200)
    await expect(verify()).rejects.toThrow(gone)
    agent.destroy()
  })

  it('serves forty at once, each with a key of its own, in the time of one', async () => {
    const sandbox = await start()
    sandbox.configure('projectdiscovery', { latencyMs: 100 })
    const { baseUrl } = sandbox.vendors.projectdiscovery
    const forty = Array.from({ length: 40 }, () => sandbox.addPrincipal('projectdiscovery'))
    const started = performance.now()
    const replies = await Promise.all(
      forty.map(({ key }) => ask(`POST ${baseUrl}/v1/user/apikey/rotate`, { headers: apiKey(key) })),
    )
    const tookMs = performance.now() - started
    expect(replies.map((reply) => reply.json().api_key)).toEqual(
      forty.map(({ principal }) => sandbox.currentKey('projectdiscovery', principal)),
    )
    expect(tookMs).toBeGreaterThanOrEqual(99)
    expect(tookMs).toBeLessThan(2500)
  })

  it('lets one of two rotations with the same key win', async () => {
    const sandbox = await start()
    sandbox.configure('projectdiscovery', { latencyMs: 30 })
    const { baseUrl, key } = sandbox.vendors.projectdiscovery
    const twice = [1, 2].map(() => ask(`POST ${baseUrl}/v1/user/apikey/rotate`, { headers: apiKey(key) }))
    expect((await Promise.all(twice)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401])
  })

  it('answers requests in one write, in pieces, in chunks, and refuses what is not HTTP', async () => {
    const sandbox = await start()
    const { baseUrl, key } = sandbox.vendors.conjur
    const post = `POST /authn/myorg/alice/authenticate HTTP/1.1\r\nHost: x\r\n`
    const one = `${post}Content-Length: ${key.length}\r\n\r\n${key}`
    const chunked = `${post}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n${key.slice(0, 5)}\r\n${(key.length - 5).toString(16)}\r\n${key.slice(5)}\r\n0\r\n\r\n`
    const { bytes } = await converse(baseUrl, one + chunked)
    expect(bytes.toString().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
    expect((await converse(baseUrl, 'hello\r\n\r\n')).bytes.toString()).toMatch(/^HTTP\/1\.1 400 /)
    expect((await converse(baseUrl, `GET / HTTP/1.1\r\nbad header\r\n\r\n`)).bytes.toString()).toMatch(/ 400 /)
    expect((await converse(baseUrl, `GET / HTTP/1.1\r\nX: ${'y'.repeat(40_000)}`)).bytes.toString()).toMatch(/ 431 /)
    expect((await converse(baseUrl, `${post}Content-Length: 9000000\r\n\r\n`)).bytes.toString()).toMatch(/ 413 /)
  })

  it('writes a log without a key, and tells of each request', async () => {
    const told: string[] = []
    const sandbox = await start({ onRequest: (entry) => told.push(`${entry.vendor} ${entry.class}`) })
    const { conjur, projectdiscovery } = sandbox.vendors
    await ask(`PUT ${conjur.baseUrl}/authn/myorg/api_key`, { headers: basic('alice', conjur.key) })
    await ask(`GET ${projectdiscovery.baseUrl}/v1/user`, { headers: apiKey(projectdiscovery.key) })
    expect(told).toEqual(['conjur mint', 'projectdiscovery verify'])
    expect(sandbox.log).toMatchObject([
      {
        method: 'PUT',
        path: '/authn/myorg/api_key',
        principal: 'alice',
        keyId: 'conjur-key-1',
        acted: true,
        wholeReplySent: true,
      },
      { method: 'GET', path: '/v1/user', principal: 'ops', keyId: 'projectdiscovery-key-1', acted: false, status: 200 },
    ])
    const words = JSON.stringify(sandbox.log)
    for (const secret of [conjur.key, projectdiscovery.key, sandbox.currentKey('conjur')!])
      expect(words).not.toContain(secret)
    expect(words).not.toContain('Basic ')

    const quiet = await start({ quiet: true, onRequest: () => told.push('never') })
    await ask(`GET ${quiet.vendors.conjur.baseUrl}/`)
    expect(told).toHaveLength(2)
  })

  it('takes the mistakes of its caller for what they are', async () => {
    const sandbox = await start()
    expect(() => sandbox.keyState('nobody', 'x')).toThrow('no vendor nobody')
    expect(() => sandbox.currentKey('conjur', 'eve')).toThrow('knows no eve')
    expect(() => sandbox.addPrincipal('conjur', 'alice')).toThrow('alice already')
    expect(() => sandbox.configure('conjur', { latencyMs: -1 })).toThrow('bad value for latencyMs')
    await expect(sandbox.waitFor(() => false, 20)).rejects.toThrow('no such request within 20 ms')
    expect(sandbox.keyState('conjur', 'made-up')).toBe('dead')
  })
})
