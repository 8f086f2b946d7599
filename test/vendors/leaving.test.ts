import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildRequest } from '../../src-main/vendors/build-request.ts'
import { checkBaseUrl } from '../../src-main/vendors/base-url.ts'

/** Whatever a value holds, the request goes to the address that was checked, and the value stays in the place it was given. */
const file = { id: 'x', name: 'X', baseUrl: null, hosts: ['api.example.com'] }
const base = 'https://api.example.com/prefix'
const auth = { bearer: '{key}' } as const
const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      '..',
      '.',
      '../../admin',
      '/',
      '//evil.example',
      '@evil.example',
      '\\evil.example',
      '?a=b',
      '#f',
      '%2e%2e',
      '%2f',
    ],
    ...[
      '{key}',
      '{operator.key}',
      '{{key}}',
      '${key}',
      'a\r\nHost: evil.example',
      'a\u0000b',
      '";alert(1)//',
      '","x":"y',
    ],
    ...['https://evil.example', 'evil.example:443', ';x=y', '&to=evil', '=1+1', '\u2025', '\uFF0F', '．．'],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const values = (id: string) => ({ id, key: 'THE-KEY' })

/** The request, or null where the value was refused by a throw. */
function built(form: Parameters<typeof buildRequest>[1], id: string): ReturnType<typeof buildRequest> | null {
  try {
    return buildRequest({ auth }, form, base, values(id))
  } catch {
    return null
  }
}

describe('a value in a request', () => {
  it('in a path or a query leaves neither the host nor its segment', () => {
    let sent = 0
    fc.assert(
      fc.property(hostile, (id) => {
        const request = built({ method: 'GET', path: '/users/{id}/keys', query: { to: '{id}' } }, id)
        if (request === null) return
        sent += 1
        const url = new URL(request.url)
        expect(url.origin).toBe('https://api.example.com')
        expect(url.username + url.password + url.hash).toBe('')
        const segments = url.pathname.split('/')
        expect(segments).toHaveLength(5)
        expect([segments[1], segments[2], segments[4]]).toEqual(['prefix', 'users', 'keys'])
        expect([...url.searchParams.keys()]).toEqual(['to'])
        expect(request.url).not.toContain('THE-KEY')
        expect(request.url).toMatch(/^[\x21-\x7e]+$/)
      }),
      { numRuns: 2000 },
    )
    expect(sent).toBeGreaterThan(500)
  })

  it('in a header is one line, and in a body one value', () => {
    fc.assert(
      fc.property(hostile, (id) => {
        const header = built({ method: 'GET', path: '/a', headers: { 'X-Id': '{id}' } }, id)
        if (header !== null) {
          expect(Object.keys(header.headers).toSorted()).toEqual(['Authorization', 'X-Id'])
          expect(header.headers['X-Id']).toBe(id)
          expect(header.headers['X-Id']).toMatch(/^[\x20-\x7e]*$/)
        }
        const json = built({ method: 'POST', path: '/a', body: { json: { id: '{id}', n: 1 } } }, id)
        if (json !== null) expect(JSON.parse(json.body ?? '')).toEqual({ id, n: 1 })
        const form = built({ method: 'POST', path: '/a', body: { form: { id: '{id}', n: '1' } } }, id.toWellFormed())
        if (form !== null) expect([...new URLSearchParams(form.body ?? '').keys()]).toEqual(['id', 'n'])
      }),
      { numRuns: 1000 },
    )
  })

  it('that looks like a placeholder is not filled in', () => {
    const request = built({ method: 'POST', path: '/{id}', body: { text: '{id}' } }, '{key}')
    expect(request).toMatchObject({ url: `${base}/%7Bkey%7D`, body: '{key}' })
  })
})

describe('an address', () => {
  it('that is taken is of the file’s hosts or of this machine, to every parser', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'https://',
        'http://',
        'api.example.com',
        '127.0.0.1',
        'evil.example',
        '@',
        ':',
        '/',
        '\\',
        '.',
        '?',
        '#',
      ),
      hostile,
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const taken = checkBaseUrl(file, pieces.join(''))
        if (taken.ok)
          expect(['api.example.com', '127.0.0.1', 'localhost', '[::1]']).toContain(new URL(taken.value).hostname)
      }),
      { numRuns: 3000 },
    )
  })
})
