import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../../src-main/adapters/http/proxies.ts'
import { readTarget } from '../../../src-main/adapters/http/targets.ts'

const target = (url: string) => {
  const read = readTarget(url)
  if (!read.ok) throw new Error(read.failure.code)
  return read.value
}
const uses = (url: string, environment: Record<string, string>): string | null => {
  const proxy = proxyFor(target(url), environment)
  if (!proxy.ok) return proxy.failure.code
  return proxy.value && `${proxy.value.host}:${proxy.value.port}`
}

describe('the proxy for a target', () => {
  it.each([
    [{}, null],
    [{ HTTPS_PROXY: 'http://p:3128' }, 'p:3128'],
    [{ https_proxy: 'p:8080' }, 'p:8080'],
    [{ https_proxy: 'http://lower', HTTPS_PROXY: 'http://upper' }, 'lower:80'],
    [{ ALL_PROXY: 'https://p' }, 'p:443'],
    [{ HTTP_PROXY: 'http://p:1' }, null],
    [{ ALL_PROXY: 'socks5://p:1' }, 'proxy'],
    [{ HTTPS_PROXY: 'http://' }, 'proxy'],
    [{ HTTPS_PROXY: 'http://[::1]:8080' }, '::1:8080'],
  ])('%j', (environment, expected) => {
    expect(uses('https://api.vendor.test/x', environment)).toBe(expected)
  })

  it.each(['http://127.0.0.1:80', 'http://localhost', 'https://localhost', 'http://[::1]:9'])(
    'is none for loopback: %s',
    (url) => {
      expect(uses(url, { HTTPS_PROXY: 'http://p', ALL_PROXY: 'http://p' })).toBeNull()
    },
  )

  it('carries its user and password, decoded, in a header only', () => {
    const proxy = proxyFor(target('https://a.test'), { HTTPS_PROXY: 'http://us%40er:p%3Ass@p:1' })
    expect(proxy.ok && proxy.value?.authorization).toBe(`Basic ${Buffer.from('us@er:p:ss').toString('base64')}`)
  })

  it.each([
    ['*', true],
    ['vendor.test', true],
    ['.vendor.test', true],
    ['*.vendor.test', true],
    ['API.Vendor.Test', true],
    ['api.vendor.test:443', true],
    ['api.vendor.test:8443', false],
    ['other.test, vendor.test', true],
    ['other.test vendor.test', true],
    ['endor.test', false],
    ['test.vendor', false],
    ['', false],
    [',', false],
    ['.', false],
  ])('NO_PROXY=%s', (list, isExempt) => {
    expect(uses('https://api.vendor.test/', { HTTPS_PROXY: 'http://p', NO_PROXY: list })).toBe(isExempt ? null : 'p:80')
  })

  it.each([
    ['https://10.1.2.3/', '10.1.2.3', true],
    ['https://10.1.2.3/', '10.0.0.0/8', true],
    ['https://11.1.2.3/', '10.0.0.0/8', false],
    ['https://11.1.2.3/', '2.3', false],
    ['https://[fd00::1]/', 'fd00::1', true],
    ['https://[fd00::1]/', 'fd00::/8', true],
    ['https://[fd00::1]/', '10.0.0.0/99', false],
  ])('%s with NO_PROXY=%s', (url, list, isExempt) => {
    expect(uses(url, { HTTPS_PROXY: 'http://p', no_proxy: list })).toBe(isExempt ? null : 'p:80')
  })
})

describe('a target', () => {
  it.each([
    'ftp://a.test',
    'http://a.test',
    'http://localhost.',
    'http://localhost.evil.test',
    'http://0.0.0.0',
    'https://u@a.test',
    'https://a.test/#x',
    'https://api.scrapebit.com@evil.test',
    'nonsense',
  ])('is refused: %s', (url) => {
    expect(readTarget(url)).toMatchObject({ failure: { code: 'bad-url' } })
  })

  it('keeps path and query as they are, and never shows a password', () => {
    expect(target('https://a.test:8443/api/users/%2e%2Fx?role=user:a%2Fb')).toMatchObject({
      host: 'a.test',
      port: 8443,
      authority: 'a.test:8443',
      path: '/api/users/%2e%2Fx?role=user:a%2Fb',
    })
    expect(JSON.stringify(readTarget('https://user:hunter2@a.test/'))).not.toContain('hunter2')
  })
})
