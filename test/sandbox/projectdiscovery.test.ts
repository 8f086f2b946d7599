import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { apiKey, ask } from './ask.ts'

let sandbox: Sandbox
let url: string
let key: string
beforeEach(async () => {
  sandbox = await startSandbox()
  ;({ baseUrl: url, key } = sandbox.vendors.projectdiscovery)
})
afterEach(() => sandbox.close())

const rotate = (with_: string) => ask(`POST ${url}/v1/user/apikey/rotate`, { headers: apiKey(with_) })
const whoami = (with_: string) => ask(`GET ${url}/v1/user?utm_source=test`, { headers: apiKey(with_) })

describe('projectdiscovery', () => {
  it('rotates a key with itself and ends the old one', async () => {
    expect(key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    const rotated = await rotate(key)
    expect(rotated).toMatchObject({ status: 200 })
    expect(rotated.headers['content-type']).toContain('application/json')
    const now = rotated.json().api_key
    expect(rotated.json()).toEqual({ message: expect.any(String), api_key: sandbox.currentKey('projectdiscovery') })
    expect(now).not.toBe(key)
    expect([sandbox.keyState('projectdiscovery', key), sandbox.keyState('projectdiscovery', now)]).toEqual([
      'dead',
      'works',
    ])
    expect((await whoami(now)).json()).toEqual({ name: 'ops', email: 'ops@example.com' })
  })

  it('refuses a dead, an unknown and a missing key with a message', async () => {
    await rotate(key)
    for (const reply of [
      await rotate(key),
      await whoami(key),
      await whoami('made-up'),
      await ask(`GET ${url}/v1/user`),
    ]) {
      expect({ status: reply.status, body: reply.json() }).toEqual({ status: 401, body: { message: 'unauthorized' } })
    }
  })

  it('shows the key again, and creates no second one', async () => {
    for (const method of ['GET', 'POST']) {
      const shown = await ask(`${method} ${url}/v1/user/apikey`, { headers: apiKey(key) })
      expect({ status: shown.status, key: shown.json().api_key }).toEqual({ status: 200, key })
    }
    expect(sandbox.log.map((entry) => [entry.class, entry.acted])).toEqual([
      ['reread', false],
      ['other', false],
    ])
  })

  it('deletes the key, and answers other paths with 404', async () => {
    expect((await ask(`DELETE ${url}/v1/user/apikey`, { headers: apiKey(key) })).status).toBe(200)
    expect(sandbox.keyState('projectdiscovery', key)).toBe('dead')
    expect(sandbox.currentKey('projectdiscovery')).toBeNull()
    for (const what of [`GET ${url}/v2`, `GET ${url}/v1/user/apikey/rotate`]) {
      const reply = await ask(what, { headers: apiKey(key) })
      expect([reply.status, reply.json()]).toEqual([404, { message: 'not found' }])
    }
  })
})
