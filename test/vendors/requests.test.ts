import { describe, expect, it } from 'vitest'
import { catalogFile, vendorOf } from '../contract/vendor-file.ts'

/** The requests as the vendors' own documentation shows them. */
const at = (
  baseUrl: string,
  inputs: Record<string, string> = {},
  operatorInputs: Record<string, string> | null = null,
) => ({
  baseUrl,
  inputs,
  operatorInputs,
})
const basic = (text: string): string => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`

describe('requests of ProjectDiscovery', () => {
  const vendor = vendorOf(catalogFile('projectdiscovery'))
  const context = at('https://api.projectdiscovery.io')

  it('rotates', () => {
    expect(vendor.session(context, 'K')).toBeNull()
    expect(vendor.mint(context, { key: 'K', session: null })).toEqual({
      method: 'POST',
      url: 'https://api.projectdiscovery.io/v1/user/apikey/rotate',
      headers: { 'X-API-Key': 'K', Accept: 'application/json' },
      body: '',
    })
  })

  it('verifies', () => {
    expect(vendor.verify(context, 'K')).toEqual({
      method: 'GET',
      url: 'https://api.projectdiscovery.io/v1/user',
      headers: { 'X-API-Key': 'K', Accept: 'application/json' },
      body: null,
    })
  })
})

describe('requests of Scrapebit', () => {
  const vendor = vendorOf(catalogFile('scrapebit'))
  const context = at('https://api.scrapebit.com')

  it('regenerates', () => {
    expect(vendor.mint(context, { key: 'sb_live_a', session: null })).toEqual({
      method: 'POST',
      url: 'https://api.scrapebit.com/v1/user/api-key/regenerate',
      headers: { Authorization: 'Bearer sb_live_a', 'Content-Type': 'application/json' },
      body: '',
    })
  })

  it('verifies', () => {
    expect(vendor.verify(context, 'sb_live_a')).toEqual({
      method: 'GET',
      url: 'https://api.scrapebit.com/v1/user/profile',
      headers: { Authorization: 'Bearer sb_live_a', Accept: 'application/json' },
      body: null,
    })
  })
})

describe('requests of Hi Energy', () => {
  const vendor = vendorOf(catalogFile('hienergy'))
  const context = at('https://app.hienergy.ai/api/v1', { 'user-id': '42' })
  const rotation = (key: string) => ({
    method: 'POST',
    url: 'https://app.hienergy.ai/api/v1/users/42/rotate_api_key',
    headers: { 'X-Api-Key': key, Accept: 'application/json', 'Content-Type': 'application/json' },
    body: '{}',
  })

  it('rotates its own key', () => {
    expect(vendor.mint(context, { key: 'K', session: null })).toEqual(rotation('K'))
  })

  it("rotates another's with an admin's key and the other's id", () => {
    const operated = { ...context, operatorInputs: { 'user-id': '1' } }
    expect(vendor.session(operated, 'ADMIN')).toBeNull()
    expect(vendor.mint(operated, { key: 'ADMIN', session: null })).toEqual(rotation('ADMIN'))
    expect(vendor.subject(operated)).toBe('42')
  })

  it('verifies', () => {
    expect(vendor.verify(context, 'K')).toMatchObject({
      method: 'GET',
      url: 'https://app.hienergy.ai/api/v1/advertisers?limit=1',
      headers: { 'X-Api-Key': 'K' },
      body: null,
    })
  })
})

describe('requests of Userplane', () => {
  it('verifies, and mints nothing', () => {
    const vendor = vendorOf(catalogFile('userplane'))
    const context = at('https://api.userplane.io/api/v1')
    expect(vendor.verify(context, 'uspl_a')).toMatchObject({
      method: 'GET',
      url: 'https://api.userplane.io/api/v1/public/me',
      headers: { Authorization: 'Bearer uspl_a' },
      body: null,
    })
    expect(() => vendor.mint(context, { key: 'uspl_a', session: null })).toThrow('no way to rotate')
  })
})

describe('requests of Conjur', () => {
  const vendor = vendorOf(catalogFile('conjur'))
  const alice = at('https://eval.conjur.org', { account: 'myorg', login: 'alice' })
  const host = at('https://acme.secretsmgr.cyberark.cloud/api', { account: 'conjur', login: 'host/data/aws/my-host' })

  it('rotates its own key as the documentation does', () => {
    expect(vendor.mint(alice, { key: 'beep-boop', session: null })).toEqual({
      method: 'PUT',
      url: 'https://eval.conjur.org/authn/myorg/api_key',
      headers: { Authorization: basic('alice:beep-boop') },
      body: '',
    })
  })

  it('keeps a path prefix, and writes a host raw in Basic and encoded in paths', () => {
    expect(vendor.mint(host, { key: 'K', session: null })).toMatchObject({
      url: 'https://acme.secretsmgr.cyberark.cloud/api/authn/conjur/api_key',
      headers: { Authorization: basic('host/data/aws/my-host:K') },
    })
    expect(vendor.verify(host, 'K')).toEqual({
      method: 'POST',
      url: 'https://acme.secretsmgr.cyberark.cloud/api/authn/conjur/host%2Fdata%2Faws%2Fmy-host/authenticate',
      headers: { Accept: 'application/json', 'Content-Type': 'text/plain' },
      body: 'K',
    })
  })

  it('encodes what an id may hold: / @ + &', () => {
    const odd = at('https://conjur.example', { account: 'myorg', login: 'ann@x.org/a+b&c' })
    expect(vendor.verify(odd, 'K').url).toBe('https://conjur.example/authn/myorg/ann%40x.org%2Fa%2Bb%26c/authenticate')
    expect(vendor.mint(odd, { key: 'K', session: null }).headers).toEqual({ Authorization: basic('ann@x.org/a+b&c:K') })
  })

  it("rotates another's by the operator's token, quoted, and the role's kind and id", () => {
    const operatorInputs = { account: 'myorg', login: 'host/ops/rotator' }
    const session = { ...alice, operatorInputs }
    expect(vendor.session(session, 'OPKEY')).toEqual({
      method: 'POST',
      url: 'https://eval.conjur.org/authn/myorg/host%2Fops%2Frotator/authenticate',
      headers: { Accept: 'application/json', 'Content-Type': 'text/plain' },
      body: 'OPKEY',
    })
    const reply = { status: 200, headers: {}, body: '{"protected":"a","payload":"b","signature":"c"}', complete: true }
    const token = vendor.readSession(reply)
    if (!token.ok) throw new Error('no token')
    expect(Buffer.from(token.value, 'base64').toString()).toBe(reply.body)
    expect(vendor.mint(session, { key: 'OPKEY', session: token.value })).toEqual({
      method: 'PUT',
      url: 'https://eval.conjur.org/authn/myorg/api_key?role=user:alice',
      headers: { Authorization: `Token token="${token.value}"` },
      body: '',
    })
    const build = { ...session, inputs: { account: 'myorg', login: 'host/ci/build' } }
    expect(new URL(vendor.mint(build, { key: 'OPKEY', session: 'T' }).url).searchParams.get('role')).toBe(
      'host:ci/build',
    )
  })

  it('reads a lost reply again with the password, and only with it', () => {
    expect(vendor.reread(alice, {})).toBeNull()
    expect(vendor.reread(alice, { password: 'beep:boop' })).toEqual({
      method: 'GET',
      url: 'https://eval.conjur.org/authn/myorg/login',
      headers: { Authorization: basic('alice:beep:boop') },
      body: null,
    })
  })

  it('names its subject by account and login', () => {
    expect(vendor.subject(host)).toBe('conjur:host/data/aws/my-host')
  })

  it('does not build what could leave its place', () => {
    for (const login of ['..', '.', '', 'a\nb'])
      expect(() => vendor.verify(at('https://conjur.example', { account: 'myorg', login }), 'K')).toThrow('path')
    expect(() =>
      vendor.mint(at('https://conjur.example', { account: 'a', login: 'b:c' }), { key: 'K', session: null }),
    ).toThrow('colon')
    expect(() => vendorOf(catalogFile('scrapebit')).verify(at('https://api.scrapebit.com'), 'a\r\nHost: evil')).toThrow(
      'header',
    )
  })
})
