import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkVendorFile } from '../../src-main/vendors/check-vendor-file.ts'
import { parseVendorFile } from '../../src-main/vendors/parse-vendor-file.ts'
import { catalogFile } from '../contract/vendor-file.ts'

/** Files that mean harm, or were written in a hurry: each is refused with one line that says where and why. */
const good = catalogFile('scrapebit')

/** The refusal of a text, as a person reads it. */
function refusal(text: string): string {
  const parsed = parseVendorFile(text, 'mine.yaml')
  if (parsed.ok) throw new Error('was taken')
  expect(parsed.failure.code).toBe('bad-vendor-file')
  expect(parsed.failure.fields['file']).toBe('mine.yaml')
  const what = parsed.failure.fields['what'] ?? ''
  expect(what).toMatch(/^[\x20-\x7e]{5,400}$/)
  return what
}

/** The good file with one passage changed; fails if the passage is not there. */
function changed(from: string, to: string, text = good): string {
  if (!text.includes(from)) throw new Error(`no such passage: ${from}`)
  return text.replace(from, () => to)
}

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
  .split('')
  .map((name, index) => `${name}: &${name} [${`*${'abcdefghi'.charAt(index)},`.repeat(9)}]`)
  .join('\n')}`

const yamlCases: readonly (readonly [string, string, RegExp])[] = [
  ['a billion laughs', bomb, /^line 1: anchors/],
  ['an alias alone', changed('name: Scrapebit', 'name: *x'), /^line \d+: aliases/],
  ['an anchor', changed('name: Scrapebit', 'name: &x Scrapebit'), /^line \d+: anchors/],
  ['a tag', changed('name: Scrapebit', 'name: !!str Scrapebit'), /^line \d+: tags/],
  ['a tag that means code', changed('name: Scrapebit', "name: !!js/function 'f'"), /^line \d+: tags/],
  ['a merge key', `${good}\n<<: { id: x }\n`, /may not be called <</],
  ['__proto__', `${good}\n__proto__: { id: x }\n`, /may not be called __proto__/],
  [
    '__proto__ inside',
    changed('{ json: {} }', '{ json: { __proto__: { a: b } } }', catalogFile('hienergy')),
    /__proto__/,
  ],
  [
    'constructor',
    changed('derived:', 'derived:\n  constructor: { from: login, prefixes: [] }', catalogFile('conjur')),
    /constructor/,
  ],
  ['a directive', `%YAML 1.1\n---\n${good}`, /^line 1: directives/],
  ['two documents', `---\n${good}\n---\n${good}`, /one document/],
  ['a document end', `${good}\n...\n${good}`, /one document/],
  ['a field given twice', `${good}\nid: other-vendor\n`, /unique/i],
  ['a 300 KiB file', `${good}#${'x'.repeat(300 * 1024)}`, /256 KiB/],
  ['one of 300 KiB in few characters', `${good}#${'é'.repeat(140 * 1024)}`, /256 KiB/],
  ['deep brackets', '['.repeat(100_000), /nests too deeply/],
  ['deep braces', `a: ${'{a: '.repeat(5000)}`, /nests too deeply/],
  ['deep dashes', '- '.repeat(100_000), /nests too deeply/],
  ['deep indentation', Array.from({ length: 600 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), /indented too far/],
  ['an escape in the text', changed('name: Scrapebit', 'name: Scrape\u001b[2Jbit'), /^line \d+: has a control/],
  [
    'an escape by YAML',
    changed('name: Scrapebit', String.raw`name: "Scrape\u001b[2Jbit"`),
    /^line \d+: a text has a control/,
  ],
  ['a text that runs backwards', changed('name: Scrapebit', 'name: Scrape\u202ebit'), /invisible/],
  ['a line break in a text', changed('name: Scrapebit', String.raw`name: "Scrapebit\nall well"`), /line break/],
  ['no YAML', '{"a": [}', /^line 1/],
  ['nothing', '', /no fields/],
  ['a bare text', 'hello', /no fields/],
  ['a list', '- a', /./],
]

const fieldCases: readonly (readonly [string, string, RegExp])[] = [
  ['an unknown field', `${good}\nshell: rm -rf /\n`, /^line \d+, shell: is not a field here/],
  [
    'an unknown field inside',
    changed('path: /v1/user/api-key/regenerate', 'path: /v1/user/api-key/regenerate\n      retry: 3'),
    /rotate\.self\.request\.retry: is not a field/,
  ],
  [
    'a regular expression (X22)',
    changed('characters: alphanumeric,', "characters: alphanumeric, pattern: '^(a+)+$',"),
    /key\.pattern: is not a field/,
  ],
  ['a missing field', changed('evidence: confirmed\n', ''), /^line \d+, evidence: /],
  ['a wrong type', changed('settleSeconds: 2', 'settleSeconds: soon'), /settleSeconds: must be a number/],
  ['a strategy of later', changed('strategy: in-place', 'strategy: dual'), /strategy: dual is not supported yet/],
  ['a strategy of nowhere', changed('strategy: in-place', 'strategy: magic'), /must be in-place or guided/],
  [
    'the key in a path',
    changed('path: /v1/user/profile', "path: '/v1/{key}'"),
    /verify\.request\.path: \{key\} is a secret and may not stand in a URL/,
  ],
  [
    'the key in a query',
    changed('path: /v1/user/profile,', "path: /v1/user/profile, query: { k: '{key}' },"),
    /verify\.request\.query\.k: \{key\} is a secret/,
  ],
  ['the key in a plain header', changed('Accept: application/json', "X-Copy: '{key}'"), /plain header/],
  [
    "the operator's key in one's own route",
    changed("bearer: '{key}'", "bearer: '{operator.key}'"),
    /\{operator\.key\} is not known here/,
  ],
  [
    'a secret input outside the re-read',
    changed("password: '{key}'", "password: '{password}'", catalogFile('conjur')),
    /\{password\} is not known here/,
  ],
  ['an unknown placeholder', changed('path: /v1/user/profile', "path: '/v1/{nobody}'"), /\{nobody\} is not known/],
  ['a wide expansion', changed('path: /v1/user/profile', "path: '/v1/{+key}'"), /a brace that is no placeholder/],
  [
    'a placeholder inside a segment',
    changed('path: /users/{user-id}/', 'path: /users/u{user-id}/', catalogFile('hienergy')),
    /whole segment/,
  ],
  ['a path that climbs', changed('path: /v1/user/profile', 'path: /v1/../admin'), /\. or \.\. segments/],
  [
    'a path that climbs in disguise',
    changed('path: /v1/user/profile', 'path: /v1/%2e%2e/admin'),
    /plain|path characters/,
  ],
  ['a path with a query', changed('path: /v1/user/profile', 'path: /v1/user?x=1'), /query/],
  ['a path to another host', changed('path: /v1/user/profile', 'path: //evil.example/x'), /empty segment/],
  ['a path that starts the host', changed('path: /v1/user/profile', "path: '@evil.example/x'"), /must start with \//],
  [
    'a javascript: link',
    changed('url: https://docs.scrapebit.com', "url: 'javascript:alert(1)'"),
    /docs\.url: must be an https link/,
  ],
  ['a file: link', changed('url: https://docs.scrapebit.com', "url: 'file:///etc/passwd'"), /https link/],
  ['an http link', changed('url: https://docs.scrapebit.com', 'url: http://docs.scrapebit.com'), /https link/],
  [
    'a link with a user',
    changed('url: https://docs.scrapebit.com', 'url: https://docs.scrapebit.com@evil.example'),
    /https link/,
  ],
  [
    'a base URL elsewhere',
    changed('baseUrl: https://api.scrapebit.com', 'baseUrl: https://evil.example'),
    /baseUrl: .*only/,
  ],
  ['a host pattern for everybody', changed('hosts: [api.scrapebit.com]', "hosts: ['*.com']"), /must be a host/],
  ['a host pattern in the middle', changed('hosts: [api.scrapebit.com]', "hosts: ['api.*.com']"), /must be a host/],
  [
    'a header with a line break',
    changed('Accept: application/json', String.raw`Accept: "a\r\nHost: evil"`),
    /line break/,
  ],
  ['no auth at all', changed('path: /v1/user/profile,', 'path: /v1/user/profile, auth: none,'), /must carry \{key\}/],
  ['an input called key', changed('name: user-id', 'name: key', catalogFile('hienergy')), /meaning of its own/],
  [
    'an example that does not fit',
    changed("example: '42'", "example: '4x2'", catalogFile('hienergy')),
    /example: does not fit/,
  ],
  ['a success that is a redirect', changed('status: [2xx]', 'status: [302]'), /must be 2xx/],
  [
    'a refusal by timeout',
    changed(
      'status: [403], body: [{ at: /error/code, is: filled }], code',
      'status: [408], body: [{ at: /error/code, is: filled }], code',
    ),
    /408 never proves a refusal/,
  ],
  [
    'a refusal by any status alone',
    changed('body: [{ at: /error/code, equals: rate_limited }]\n', 'body: json\n'),
    /any status says nothing/,
  ],
  ['a dead key by rate limit', changed('dead:\n', 'dead:\n    - { status: [429] }\n'), /429 never proves/],
  ['a dead key by server error', changed('dead:\n', 'dead:\n    - { status: [5xx] }\n'), /5xx never proves/],
  ['an error code of another kind', changed('code: forbidden }', 'code: disk-full }'), /rotate\.refusals\[5\]\.code/],
  ['an auth of two kinds', changed("bearer: '{key}'", "bearer: '{key}', header: X"), /^line \d+, auth/],
  ['guided without steps', changed('strategy: in-place', 'strategy: guided'), /guided: is missing/],
  [
    'in-place without a route',
    changed('strategy: guided', 'strategy: in-place', catalogFile('userplane')),
    /rotate: is missing/,
  ],
]

const denied = [
  'Host',
  'Cookie',
  'Connection',
  'Transfer-Encoding',
  'Content-Length',
  'Proxy-Authorization',
  'proxy-connection',
  'Authorization',
  'Accept-Encoding',
  'Expect',
  'TE',
  'Upgrade',
  'X-Forwarded-For',
  'Sec-Fetch-Site',
  'X-HTTP-Method-Override',
]

describe('hostile YAML', () => {
  it.each(yamlCases)('%s', (_, text, says) => {
    const start = performance.now()
    expect(refusal(text)).toMatch(says)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('hostile fields', () => {
  it.each(fieldCases)('%s', (_, text, says) => {
    expect(refusal(text)).toMatch(says)
  })

  it.each(denied)('the header %s', (name) => {
    expect(refusal(changed('Accept: application/json', `${name}: x`))).toContain(`the header ${name} may not be set`)
  })

  it.each(denied.filter((name) => name !== 'Authorization'))('the key in the header %s', (name) => {
    const text = changed("{ bearer: '{key}' }", `{ header: ${name}, value: '{key}' }`)
    expect(refusal(text)).toContain('may not be set')
  })

  it('names the line of what is wrong', () => {
    const text = changed('strategy: in-place', 'strategy: magic')
    const line = text.split('\n').indexOf('strategy: magic') + 1
    expect(refusal(text)).toContain(`line ${line}, strategy`)
  })

  it('lets a recorded body hold anything, and nothing else', () => {
    const text = changed('body: <html><body>Proxy login</body></html>', String.raw`body: "\u001b[2J\u0000\r\n"`)
    expect(checkVendorFile(text).findings).toContainEqual(expect.objectContaining({ level: 'note' }))
    expect(parseVendorFile(text).ok).toBe(true)
  })

  it('takes a byte order mark and Windows line ends', () => {
    expect(parseVendorFile(`\ufeff${good.replaceAll('\n', '\r\n')}`)).toMatchObject({ ok: true })
  })
})

describe('the parser', () => {
  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(checkVendorFile(text).findings.length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  it('never throws on a good file with a passage lost, doubled or replaced', () => {
    const lines = good.split('\n')
    const edit = fc.record({ at: fc.nat(lines.length), drop: fc.nat(3), put: fc.string({ maxLength: 30 }) })
    fc.assert(
      fc.property(edit, ({ at, drop, put }) => {
        const text = [...lines.slice(0, at), put, ...lines.slice(at + drop)].join('\n')
        const parsed = parseVendorFile(text)
        expect(parsed.ok || parsed.failure.code === 'bad-vendor-file').toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('never throws on any tree of values', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        expect(parseVendorFile(json).ok).toBe(false)
      }),
      { numRuns: 200 },
    )
  })
})
