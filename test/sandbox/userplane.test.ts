import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { ask, bearer } from './ask.ts'

let sandbox: Sandbox
let url: string
let key: string
beforeEach(async () => {
  sandbox = await startSandbox()
  ;({ baseUrl: url, key } = sandbox.vendors.userplane)
})
afterEach(() => sandbox.close())

const me = (with_: string) => ask(`GET ${url}/public/me`, { headers: bearer(with_) })
const dayMs = 86_400_000

describe('userplane', () => {
  it('says whether a key is valid, and cannot rotate one', async () => {
    expect(key).toMatch(/^uspl_[0-9A-Za-z]{40}$/)
    expect((await me(key)).status).toBe(200)
    expect((await ask(`POST ${url}/api-keys/rotate`, { headers: bearer(key) })).status).toBe(404)
    const spaces = await ask(`GET ${url}/public/workspaces?page=1&per_page=1`, { headers: bearer(key) })
    expect(spaces.json()).toMatchObject({
      message: 'success',
      data: { total: 1, pagination: { page: 1, per_page: 1 } },
    })
  })

  it('has a code for every refusal', async () => {
    const rotated = sandbox.dashboardRotate('userplane')
    const codes = async (reply: ReturnType<typeof ask>) => [(await reply).status, (await reply).json().error]
    expect(await codes(me(key))).toEqual([401, 'API_KEY_INVALID'])
    expect(await codes(me('uspl_madeup'))).toEqual([401, 'API_KEY_INVALID'])
    expect(await codes(ask(`GET ${url}/public/me`))).toEqual([401, 'API_KEY_REQUIRED'])
    expect(await codes(ask(`GET ${url}/public/workspaces/ws_other`, { headers: bearer(rotated) }))).toEqual([
      403,
      'NOT_A_MEMBER',
    ])
    sandbox.dashboardDisable('userplane')
    expect(await codes(me(rotated))).toEqual([403, 'API_KEY_DISABLED'])
    sandbox.dashboardDisable('userplane', 'default', false)
    sandbox.inject({ vendor: 'userplane', kind: 'verify-down' })
    expect(await codes(me(key))).toEqual([503, 'SERVICE_UNAVAILABLE'])
    expect(await codes(me(rotated))).toEqual([200, undefined])
  })

  it('rotates in the dashboard, with an expiration to choose', async () => {
    const next = sandbox.dashboardRotate('userplane', 'ops', { expiryDays: 7 })
    expect([sandbox.keyState('userplane', key), sandbox.keyState('userplane', next)]).toEqual(['dead', 'works'])
    sandbox.advance(7 * dayMs)
    expect((await me(next)).json().error).toBe('API_KEY_EXPIRED')
    expect(sandbox.currentKey('userplane')).toBeNull()
  })

  it('counts a rotated key no more', () => {
    sandbox.dashboardCreate('userplane')
    sandbox.dashboardRotate('userplane')
    expect(sandbox.dashboardCreate('userplane')).not.toBeNull()
    expect(sandbox.dashboardCreate('userplane')).toBeNull()
  })

  it('gives three keys at most, and a rotated one takes the place of its predecessor', () => {
    const second = sandbox.dashboardCreate('userplane')
    const third = sandbox.dashboardCreate('userplane')
    expect(sandbox.dashboardCreate('userplane')).toBeNull()
    const fourth = sandbox.dashboardRotate('userplane')
    expect(sandbox.dashboardCreate('userplane')).toBeNull()
    const states = [key, second!, third!, fourth].map((each) => sandbox.keyState('userplane', each))
    expect(states).toEqual(['works', 'works', 'dead', 'works'])
  })

  it('limits a user, not a key, to 120 calls a minute', async () => {
    const second = sandbox.dashboardCreate('userplane')!
    const replies = await Promise.all(Array.from({ length: 120 }, (_, i) => me(i % 2 === 0 ? key : second)))
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 120 }, () => 200))
    const refused = await me(key)
    expect([refused.status, refused.json().error]).toEqual([429, 'RATE_LIMITED'])
    expect(refused.headers['retry-after']).toBeUndefined()
    sandbox.advance(60_000)
    expect((await me(key)).status).toBe(200)
  })
})
