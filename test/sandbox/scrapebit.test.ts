import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { ask, bearer } from './ask.ts'

let sandbox: Sandbox
let url: string
let key: string
beforeEach(async () => {
  sandbox = await startSandbox()
  ;({ baseUrl: url, key } = sandbox.vendors.scrapebit)
})
afterEach(() => sandbox.close())

const regenerate = (with_: string) => ask(`POST ${url}/v1/user/api-key/regenerate`, { headers: bearer(with_) })
const profile = (with_: string) => ask(`GET ${url}/v1/user/profile`, { headers: bearer(with_) })

describe('scrapebit', () => {
  it('regenerates as documented', async () => {
    expect(key).toMatch(/^sb_live_[0-9A-Za-z]{32}$/)
    const reply = await regenerate(key)
    expect([reply.status, reply.json()]).toEqual([
      200,
      {
        success: true,
        data: {
          api_key: sandbox.currentKey('scrapebit'),
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          previous_key_invalidated: true,
        },
        message: 'API key regenerated successfully. Your old key is now invalid.',
      },
    ])
    expect(sandbox.keyState('scrapebit', key)).toBe('dead')
  })

  it('tells a key that was replaced from one that never was', async () => {
    await regenerate(key)
    for (const reply of [await profile(key), await regenerate(key)]) {
      expect([reply.status, reply.json().success, reply.json().error.code]).toEqual([401, false, 'api_key_expired'])
    }
    sandbox.configure('scrapebit', { mintEverySeconds: 0 })
    sandbox.inject({ vendor: 'scrapebit', kind: 'reject-new' })
    const rejected = (await regenerate(sandbox.currentKey('scrapebit')!)).json().data.api_key
    expect((await profile(rejected)).json().error.code).toBe('unauthorized')
    expect((await profile(`${key}x`)).json().error.code).toBe('unauthorized')
    expect((await ask(`GET ${url}/v1/user/profile`)).json().error.code).toBe('unauthorized')
  })

  it('shows the profile with the beginning of the key that lives', async () => {
    const now = (await regenerate(key)).json().data.api_key
    const reply = await profile(now)
    expect(reply.json().data).toMatchObject({ email: 'ops@example.com', api_key: { prefix: now.slice(0, 11) } })
    expect(reply.headers).toMatchObject({ 'x-ratelimit-limit': '200' })
    expect(Number(reply.headers['x-ratelimit-remaining'])).toBe(198)
  })

  it('regenerates once an hour', async () => {
    const second = (await regenerate(key)).json().data.api_key
    sandbox.advance(1_200_000)
    const refused = await regenerate(second)
    const wait = refused.json().error.retry_after
    expect([refused.status, refused.json().error.code]).toEqual([429, 'rate_limited'])
    expect(wait).toBeGreaterThan(2390)
    expect(wait).toBeLessThanOrEqual(2400)
    expect(sandbox.keyState('scrapebit', second)).toBe('works')
    expect(sandbox.log.at(-1)).toMatchObject({ class: 'mint', acted: false, status: 429 })

    sandbox.advance(wait * 1000)
    expect((await regenerate(second)).status).toBe(200)
  })

  it('may say so with another status, in another time, or not at all; each principal has an hour of its own', async () => {
    const other = sandbox.addPrincipal('scrapebit')
    let now = (await regenerate(key)).json().data.api_key
    sandbox.configure('scrapebit', { mintEverySeconds: 5, mintLimitStatus: 400 })
    const refused = await regenerate(now)
    expect([refused.status, refused.json().error]).toEqual([
      400,
      { code: 'rate_limited', message: expect.any(String), details: {}, retry_after: 5 },
    ])
    expect((await regenerate(other.key)).status).toBe(200)
    sandbox.configure('scrapebit', { mintEverySeconds: 0 })
    for (let i = 0; i < 3; i++) {
      const reply = await regenerate(now)
      expect(reply.status).toBe(200)
      now = reply.json().data.api_key
    }
  })

  it('limits calls by another code', async () => {
    sandbox.configure('scrapebit', { callLimits: [{ count: 2, perSeconds: 60 }] })
    await profile(key)
    await profile(key)
    const reply = await profile(key)
    expect([reply.status, reply.json().error.code]).toEqual([429, 'rate_limit_exceeded'])
    expect(reply.headers['retry-after']).toBe(String(reply.json().error.retry_after))
    sandbox.advance(61_000)
    expect((await profile(key)).status).toBe(200)
  })
})
