import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { apiKey, ask } from './ask.ts'

let sandbox: Sandbox
let url: string
let key: string
let admin: string
beforeEach(async () => {
  sandbox = await startSandbox()
  ;({ baseUrl: url, key } = sandbox.vendors.hienergy)
  admin = sandbox.vendors.hienergy.operator!.key
})
afterEach(() => sandbox.close())

const rotate = (id: string, with_: string) =>
  ask(`POST ${url}/users/${id}/rotate_api_key`, {
    headers: { ...apiKey(with_), 'Content-Type': 'application/json' },
    body: '{}',
  })

describe('hienergy', () => {
  it('rotates the own id and answers with the id as a text', async () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(sandbox.vendors.hienergy.inputs).toEqual({ 'user-id': '42' })
    const reply = await rotate('42', key)
    expect([reply.status, reply.json()]).toEqual([
      200,
      {
        data: { id: '42', type: 'user', attributes: { email: '42@example.com', publisher_id: 1 } },
        meta: { api_key: sandbox.currentKey('hienergy') },
      },
    ])
    expect(sandbox.keyState('hienergy', key)).toBe('dead')
  })

  it('lets an admin rotate anybody, and nobody else', async () => {
    const other = sandbox.addPrincipal('hienergy')
    const id = other.inputs!['user-id']!
    expect((await rotate(id, key)).json().error.code).toBe('forbidden')
    expect(sandbox.keyState('hienergy', other.key)).toBe('works')
    expect((await rotate(id, admin)).status).toBe(200)
    expect(sandbox.keyState('hienergy', other.key)).toBe('dead')
    expect(sandbox.keyState('hienergy', admin)).toBe('works')
    expect(sandbox.log.at(-1)).toMatchObject({ principal: '1', target: id, acted: true })
  })

  it('refuses in its own form', async () => {
    const cases = [
      [await rotate('42', 'made-up'), 401, 'unauthorized'],
      [await rotate('9999', key), 403, 'forbidden'],
      [await rotate('9999', admin), 404, 'not_found'],
      [await rotate('abc', admin), 404, 'not_found'],
      [await ask(`GET ${url}/advertisers?limit=1`), 401, 'unauthorized'],
      [await ask(`GET ${url}/nothing`, { headers: apiKey(key) }), 404, 'not_found'],
    ] as const
    for (const [reply, status, code] of cases) {
      expect([reply.status, reply.json()]).toEqual([status, { error: { code, message: expect.any(String) } }])
    }
  })

  it('answers harmless calls only with a key that works, in a header or the old way', async () => {
    for (const reply of [
      await ask(`GET ${url}/advertisers?limit=1`, { headers: apiKey(key) }),
      await ask(`GET ${url}/advertisers?limit=1&api_key=${key}`),
      await ask(`POST ${url}/graphql`, { headers: apiKey(key), body: '{"query":"{ __typename }"}' }),
    ]) {
      expect(reply.status).toBe(200)
    }
    const users = await ask(`GET ${url}/users?email=42@example.com`, { headers: apiKey(admin) })
    expect(users.json().data).toMatchObject([{ id: '42' }])
    expect(JSON.stringify(sandbox.log)).not.toContain(key)
  })

  it('limits calls to a thousand an hour', async () => {
    sandbox.configure('hienergy', { callLimits: [{ count: 1, perSeconds: 3600 }] })
    expect((await ask(`GET ${url}/advertisers`, { headers: apiKey(key) })).status).toBe(200)
    expect((await rotate('42', key)).json().error.code).toBe('rate_limited')
    expect(sandbox.keyState('hienergy', key)).toBe('works')
  })
})
