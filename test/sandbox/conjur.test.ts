import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { ask, basic } from './ask.ts'

let sandbox: Sandbox
let url: string
let key: string
let password: string
let admin: string
beforeEach(async () => {
  sandbox = await startSandbox()
  ;({ baseUrl: url, key } = sandbox.vendors.conjur)
  password = sandbox.vendors.conjur.secretInputs!['password']!
  admin = sandbox.vendors.conjur.operator!.key
})
afterEach(() => sandbox.close())

const rotate = (authorization: Readonly<Record<string, string>>, role = '') =>
  ask(`PUT ${url}/authn/myorg/api_key${role}`, { headers: authorization })
const authenticate = (login: string, with_: string, headers = {}) =>
  ask(`POST ${url}/authn/myorg/${encodeURIComponent(login)}/authenticate`, { headers, body: with_ })
const tokenHeader = async (login: string, with_: string): Promise<{ Authorization: string }> => {
  const token = (await authenticate(login, with_)).body
  return { Authorization: `Token token="${Buffer.from(token).toString('base64')}"` }
}
const hostKey = (): string => sandbox.currentKey('conjur', 'host/ci/build')!
const nothing = { status: 401, body: '' }

describe('conjur, a role of its own', () => {
  it('rotates with its key or its password; the whole body is the key', async () => {
    const first = await rotate(basic('alice', key))
    expect(first).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } })
    expect(first.body).toBe(sandbox.currentKey('conjur'))
    expect(sandbox.keyState('conjur', key)).toBe('dead')
    sandbox.configure('conjur', { textType: 'text/html' })
    const second = await rotate(basic('alice', password))
    expect(second.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(sandbox.keyState('conjur', first.body)).toBe('dead')
  })

  it('is meant by its own name in the query too, short or full', async () => {
    expect((await rotate(basic('alice', password), '?role=user:alice')).status).toBe(200)
    expect((await rotate(basic('alice', password), '?role=myorg:user:alice')).status).toBe(200)
  })

  it('has a host log in raw by Basic, and percent-encoded in a path', async () => {
    const old = hostKey()
    expect((await rotate(basic('host/ci/build', old))).status).toBe(200)
    expect((await authenticate('host/ci/build', hostKey())).status).toBe(200)
    expect(await authenticate('host/ci/build', old)).toMatchObject(nothing)
    expect(await ask(`POST ${url}/authn/myorg/host/ci/build/authenticate`, { body: hostKey() })).toMatchObject({
      status: 404,
    })
    expect(await rotate(basic('host%2Fci%2Fbuild', hostKey()))).toMatchObject(nothing)
  })

  it('refuses with 401 and nothing else: dead key, wrong account, unknown login, somebody else by Basic', async () => {
    await rotate(basic('alice', key))
    expect(await rotate(basic('alice', key))).toMatchObject(nothing)
    expect(await rotate(basic('nobody', key))).toMatchObject(nothing)
    expect(await rotate(basic('alice', admin))).toMatchObject(nothing)
    expect(await rotate(basic('admin', admin), '?role=user:alice')).toMatchObject(nothing)
    const other = await ask(`PUT ${url}/authn/other/api_key`, { headers: basic('alice', password) })
    expect(other).toMatchObject(nothing)
    expect(await authenticate('alice', key)).toMatchObject(nothing)
    expect(await authenticate('alice', admin)).toMatchObject(nothing)
  })

  it('cannot rotate itself with a token', async () => {
    const mine = await tokenHeader('alice', key)
    for (const role of ['', '?role=user:alice']) {
      const reply = await rotate(mine, role)
      expect([reply.status, reply.json()]).toEqual([
        401,
        { error: { code: 'unauthorized', message: 'Credential strength is insufficient' } },
      ])
    }
    expect(sandbox.keyState('conjur', key)).toBe('works')
  })
})

describe('conjur, another role', () => {
  it('is rotated with an access token by somebody with update rights', async () => {
    const token = await tokenHeader('admin', admin)
    const old = hostKey()
    for (const role of ['host:ci/build', 'myorg:host:ci/build', 'host%3Aci%2Fbuild']) {
      const reply = await rotate(token, `?role=${role}`)
      expect([reply.status, reply.body]).toEqual([200, hostKey()])
    }
    expect(sandbox.keyState('conjur', old)).toBe('dead')
    expect(sandbox.keyState('conjur', admin)).toBe('works')
    expect(sandbox.log.map((entry) => [entry.class, entry.principal, entry.target])).toEqual([
      ['session', 'admin', null],
      ['mint', 'admin', 'host/ci/build'],
      ['mint', 'admin', 'host/ci/build'],
      ['mint', 'admin', 'host/ci/build'],
    ])
  })

  it('needs the quotes, a token of its own making, and one that is younger than eight minutes', async () => {
    const token = await tokenHeader('admin', admin)
    const refusals = async (authorization: Record<string, string>) => {
      const { status, body } = await rotate(authorization, '?role=user:alice')
      return [status, body]
    }
    expect(await refusals({ Authorization: token.Authorization.replaceAll('"', '') })).toEqual([
      401,
      'Malformed authorization token',
    ])
    expect(await refusals({ Authorization: 'Token token="e30="' })).toEqual([401, 'Unauthorized: Invalid token'])
    const { signature, ...rest } = (await authenticate('alice', key)).json()
    const forged = JSON.stringify({ ...rest, payload: rest.payload.toLowerCase(), signature })
    const asForged = { Authorization: `Token token="${Buffer.from(forged).toString('base64')}"` }
    expect(await refusals(asForged)).toEqual([401, 'Unauthorized: Invalid token'])
    expect(await refusals({})).toEqual([401, 'Authorization missing'])
    sandbox.advance(480_000)
    expect(await refusals(token)).toEqual([401, 'Unauthorized: Invalid token'])
    expect((await rotate(await tokenHeader('admin', admin), '?role=user:alice')).status).toBe(200)
  })

  it('keeps a token alive after the rotation of the key it came from', async () => {
    const token = await tokenHeader('admin', admin)
    await rotate(basic('admin', admin))
    expect((await ask(`GET ${url}/whoami`, { headers: token })).json()).toMatchObject({ username: 'admin' })
    expect(await authenticate('admin', admin)).toMatchObject(nothing)
  })

  it('refuses by status: not visible, not there, read only, no credentials, malformed', async () => {
    const as = async (login: string, role: string) => {
      const { status, body } = await rotate(
        await tokenHeader(login, sandbox.currentKey('conjur', login)!),
        `?role=${role}`,
      )
      return [status, body === '' ? '' : JSON.parse(body).error.code]
    }
    expect(await as('alice', 'host:ci/build')).toEqual([404, 'not_found'])
    expect(await as('admin', 'user:nobody')).toEqual([404, 'not_found'])
    expect(await as('admin', 'other:user:alice')).toEqual([404, 'not_found'])
    expect(await as('auditor', 'user:alice')).toEqual([403, ''])
    expect(await as('admin', 'group:team')).toEqual([405, 'method_not_allowed'])
    expect(await as('admin', 'host%2Fci')).toEqual([422, 'unprocessable_entity'])
    expect(sandbox.keyState('conjur', key)).toBe('works')
    expect(sandbox.log.filter((entry) => entry.acted)).toEqual([])
  })
})

describe('conjur, the rest', () => {
  it('shows a user its key again for the password', async () => {
    const login = (secret: string) => ask(`GET ${url}/authn/myorg/login`, { headers: basic('alice', secret) })
    expect(await login(password)).toMatchObject({ status: 200, body: key })
    const now = (await rotate(basic('alice', key))).body
    expect(await login(password)).toMatchObject({ status: 200, body: now })
    expect(await login(key)).toMatchObject(nothing)
    expect(sandbox.log[0]).toMatchObject({ class: 'reread', principal: 'alice' })
    expect(sandbox.principals('conjur').find(({ principal }) => principal === 'host/ci/build')).not.toHaveProperty(
      'secretInputs',
    )
  })

  it('replaces the key with the password', async () => {
    const change = (secret: string, body: string) =>
      ask(`PUT ${url}/authn/myorg/password`, { headers: basic('alice', secret), body })
    expect(await change(key, 'next-Passw0rd')).toMatchObject({ status: 204, body: '' })
    expect(sandbox.keyState('conjur', key)).toBe('dead')
    expect(await change(password, 'again')).toMatchObject(nothing)
    expect((await rotate(basic('alice', 'next-Passw0rd'))).status).toBe(200)
  })

  it('gives a token as JSON, or as base64 when asked', async () => {
    const token = (await authenticate('alice', key)).json()
    expect(Object.keys(token)).toEqual(['protected', 'payload', 'signature'])
    const encoded = await authenticate('alice', key, { 'Accept-Encoding': 'base64' })
    expect(Object.keys(JSON.parse(Buffer.from(encoded.body, 'base64').toString()))).toEqual(Object.keys(token))
  })

  it('answers under /api as well, as in the cloud, and says when a key was made', async () => {
    expect((await ask(`PUT ${url}/api/authn/myorg/api_key`, { headers: basic('alice', key) })).status).toBe(200)
    const made = await ask(`GET ${url}/authn/myorg/api_key`, { headers: basic('alice', password) })
    expect(made.json()).toEqual({ role: 'myorg:user:alice', timestamp: expect.any(String) })
    expect((await ask(`GET ${url}/nothing`)).status).toBe(404)
  })

  it('makes keys of 47 to 56 characters of Crockford’s alphabet', () => {
    const keys = Array.from({ length: 400 }, () => sandbox.addPrincipal('conjur').key)
    for (const each of keys) expect(each).toMatch(/^[0-9a-hjkmnp-tv-z]{47,56}$/)
    expect(new Set(keys.map(({ length }) => length)).size).toBeGreaterThan(3)
    expect(keys.filter(({ length }) => length < 55).length).toBeGreaterThan(100)
  })
})
