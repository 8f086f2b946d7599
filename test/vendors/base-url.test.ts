import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkBaseUrl } from '../../src-main/vendors/base-url.ts'

const closed = {
  id: 'acme',
  name: 'Acme',
  baseUrl: 'https://api.acme.example',
  hosts: ['api.acme.example', '*.eu.acme.example'],
}
const open = { ...closed, baseUrl: null, hosts: 'any' as const }

const taken: readonly (readonly [string, string])[] = [
  ['https://conjur.example', 'https://conjur.example'],
  ['https://Conjur.Example/', 'https://conjur.example'],
  ['https://conjur', 'https://conjur'],
  ['https://conjur.example:443/api/', 'https://conjur.example/api'],
  ['https://conjur.example:8443/api/v1', 'https://conjur.example:8443/api/v1'],
  ['https://10.0.0.7', 'https://10.0.0.7'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://localhost:80/x', 'http://localhost/x'],
  ['http://[::1]:9', 'http://[::1]:9'],
  ['https://localhost:8443', 'https://localhost:8443'],
  ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
]

const refused: readonly (readonly [string, RegExp])[] = [
  ['http://conjur.example', /http is for/],
  ['ftp://conjur.example', /only https/],
  ['javascript:alert(1)', /not an address/],
  ['https:conjur.example', /not an address/],
  ['conjur.example', /not an address/],
  ['', /not an address/],
  ['https://', /no host name/],
  ['https://api.scrapebit.com@evil.com', /user or password/],
  ['https://u:p@conjur.example', /user or password/],
  ['https://conjur.example?x=1', /query or fragment/],
  ['https://conjur.example/#x', /query or fragment/],
  ['https://conjur.example#', /query or fragment/],
  ['http://2130706433', /four plain numbers/],
  ['http://0x7f.0.0.1', /four plain numbers|http is for/],
  ['http://0x7f000001', /four plain numbers/],
  ['http://127.1', /four plain numbers/],
  ['http://017700000001', /four plain numbers/],
  ['https://127.0.0.01', /four plain numbers/],
  ['https://1.2.3.256', /four plain numbers/],
  ['http://127.0.0.2', /http is for/],
  ['http://localhost.', /no host name/],
  ['http://localhost.evil.com', /http is for/],
  ['https://[2001:db8::1]', /IPv6/],
  ['http://[::ffff:127.0.0.1]', /IPv6/],
  ['http://[0:0:0:0:0:0:0:1]', /IPv6/],
  ['https://conjur.example:0', /no port/],
  ['https://conjur.example:', /no port/],
  ['https://conjur.example:65536', /no port/],
  ['https://conjur.example:8x', /no port/],
  ['https://conjur.example/a/../b', /empty, \. or \.\./],
  ['https://conjur.example/a//b', /empty, \. or \.\./],
  ['https://conjur.example/%2e%2e/b', /plain characters/],
  [String.raw`https://conjur.example\@evil.com`, /./],
  [String.raw`https://conjur.example/a\..\b`, /plain characters/],
  ['https://bücher.example', /printable ASCII/],
  ['https://con\tjur.example', /printable ASCII/],
  ['https://conjur.example/\r\nHost:evil', /printable ASCII/],
  [' https://conjur.example', /printable ASCII/],
  ['https://con%6aur.example', /no host name/],
  ['https://-a.example', /no host name/],
  [`https://${'a'.repeat(600)}.example`, /longer/],
]

describe('a base URL', () => {
  it.each(taken)('%s is taken as %s', (url, normal) => {
    expect(checkBaseUrl(open, url)).toEqual({ ok: true, value: normal })
  })

  it.each(refused)('%s is refused (X21)', (url, why) => {
    const checked = checkBaseUrl(open, url)
    if (checked.ok) throw new Error('was taken')
    expect(checked.failure.code).toBe('bad-url')
    expect(checked.failure.fields['why']).toMatch(why)
  })

  it('is read by every URL parser as it was checked', () => {
    for (const [url, normal] of taken) {
      expect(new URL(`${normal}/x`).href).toBe(`${normal}/x`)
      expect(new URL(url).host).toBe(new URL(normal).host)
    }
  })

  it('goes to the hosts of the file and to loopback only', () => {
    const at = (url: string): boolean => checkBaseUrl(closed, url).ok
    for (const url of [
      'https://api.acme.example',
      'https://a.eu.acme.example/v2',
      'https://b.a.eu.acme.example',
      'http://127.0.0.1:1',
      'http://localhost:1',
    ])
      expect([url, at(url)]).toEqual([url, true])
    for (const url of [
      'https://eu.acme.example',
      'https://evil-eu.acme.example',
      'https://xeu.acme.example',
      'https://api.acme.example.evil.com',
      'https://acme.example',
    ])
      expect([url, at(url)]).toEqual([url, false])
  })

  it("falls back to the file's own, or asks for one", () => {
    expect(checkBaseUrl(closed, null)).toEqual({ ok: true, value: 'https://api.acme.example' })
    expect(checkBaseUrl(open, null)).toMatchObject({ ok: false, failure: { code: 'needs-base-url' } })
  })

  it('never shows the password of a refused one', () => {
    const checked = checkBaseUrl(open, 'https://me:hunter2@conjur.example')
    expect(JSON.stringify(checked)).not.toContain('hunter2')
  })

  it('never throws, and what it takes is in the form a URL parser gives it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'https://',
        'http://',
        '127.0.0.1',
        'localhost',
        '[::1]',
        'a.example',
        '/',
        '..',
        '@',
        ':',
        '?',
        '#',
        '\\',
        '%2e',
        '0x7f',
      ),
      fc.string({ maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const checked = checkBaseUrl(open, pieces.join(''))
        if (!checked.ok) return
        const parsed = new URL(`${checked.value}/x`)
        expect(parsed.href).toBe(`${checked.value}/x`)
        expect([parsed.username, parsed.password, parsed.search, parsed.hash]).toEqual(['', '', '', ''])
      }),
      { numRuns: 3000 },
    )
  })
})
