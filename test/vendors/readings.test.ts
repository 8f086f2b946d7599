import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExchangeReply } from '../../src-contract/exchange.ts'
import { catalogTexts } from '../../src-main/vendors/catalog.ts'
import { valueAt } from '../../src-main/vendors/pointer.ts'
import { stringAt, stringsIn } from '../../src-main/vendors/salvage.ts'
import { catalogFile, vendorOf } from '../contract/vendor-file.ts'

/** What the recorded replies of the catalog do not show: lengths, cuts at every byte, and bytes that mean nothing. */
const reply = (body: string, more: Partial<ExchangeReply> = {}): ExchangeReply => ({
  status: 200,
  headers: {},
  body,
  complete: true,
  ...more,
})
const context = (inputs: Record<string, string> = {}) => ({
  baseUrl: 'https://x.example',
  inputs,
  operatorInputs: null,
})
const conjur = vendorOf(catalogFile('conjur'))
const scrapebit = vendorOf(catalogFile('scrapebit'))
const hienergy = vendorOf(catalogFile('hienergy'))
const userplane = vendorOf(catalogFile('userplane'))
const crockford = '0123456789abcdefghjkmnpqrstvwxyz'

describe('keys of Conjur', () => {
  it.each([40, 47, 54, 55, 56, 60])('of %i characters are clean', (length) => {
    const key = crockford.repeat(2).slice(0, length)
    expect(conjur.readMint(reply(key), context())).toEqual({ verdict: 'success', clean: true, candidates: [key] })
  })

  it('of usual length raise no eyebrow, others do', () => {
    expect(conjur.shapeWarning(crockford.repeat(2).slice(0, 47))).toBeNull()
    expect(conjur.shapeWarning(crockford.repeat(2).slice(0, 56))).toBeNull()
    expect(conjur.shapeWarning(crockford)).toBe('it has 32 characters; such keys have 47 to 56')
    expect(conjur.shapeWarning('ILOU'.repeat(12))).toContain('characters that such keys do not have')
  })
})

describe('a pasted key of Userplane', () => {
  it('without uspl_ looks odd, and nothing of it is said', () => {
    expect(userplane.shapeWarning('sk_0123456789abcdef')).toBe('it does not start with uspl_')
    expect(userplane.shapeWarning('uspl_0123456789abcdef')).toBeNull()
  })
})

describe('a reply', () => {
  const key = 'sb_live_Zx81kPq0Lw2Nf7Vt4Bc9Rm3Yd6Hs5Jg0'
  const body = JSON.stringify({
    success: true,
    data: { api_key: key, created_at: 'now', previous_key_invalidated: true },
  })

  it('cut at any byte is unclear, and gives the key from its last byte on', () => {
    const whole = body.indexOf(key) + key.length
    for (let cut = 0; cut < body.length; cut += 1) {
      const reading = scrapebit.readMint(reply(body.slice(0, cut), { complete: false }), context())
      expect(reading).toEqual({ verdict: 'unclear', torn: true, candidates: cut >= whole ? [key] : [] })
    }
  })

  it('whole but not framed is torn', () => {
    expect(scrapebit.readMint(reply(body, { complete: false }), context())).toEqual({
      verdict: 'unclear',
      torn: true,
      candidates: [key],
    })
  })

  it.each([
    '',
    ' ',
    'a b',
    'a\u0007b',
    'a\u00e9b',
    '<b>x</b>',
    'sb_live_***',
    'sb_live_...',
    '••••••••',
    'xxxxxxxxxxxx',
    7,
    null,
    ['k'],
    { k: 1 },
  ])('whose key is %o is not clean', (value) => {
    const odd = JSON.stringify({ success: true, data: { api_key: value, previous_key_invalidated: true } })
    expect(scrapebit.readMint(reply(odd), context())).toEqual({ verdict: 'unclear', torn: false, candidates: [] })
  })

  it('gives at most three candidates, the declared place first', () => {
    const made = (letter: string): string => `sb_live_${letter.repeat(16)}${'0123456789abcdef'}`
    const odd = JSON.stringify({ a: made('a'), b: made('b'), c: made('c'), data: { api_key: key, ids: [made('d')] } })
    const reading = scrapebit.readMint(reply(odd, { status: 299 }), context())
    expect(reading).toEqual({ verdict: 'unclear', torn: false, candidates: [key, made('a'), made('b')] })
  })

  it('finds keys in a page', () => {
    const page = `<html><code>${key}</code> your new key</html>`
    expect(scrapebit.readMint(reply(page), context())).toMatchObject({ verdict: 'unclear', candidates: [key] })
  })

  it('reaches no prototype', () => {
    const odd = '{"success":true,"__proto__":{"data":{"api_key":"x"}},"constructor":"y"}'
    expect(scrapebit.readMint(reply(odd), context())).toMatchObject({ verdict: 'unclear', candidates: [] })
  })

  it('that is refused needs its whole body', () => {
    const limit = '{"success":false,"error":{"code":"rate_limited","retry_after":2400}}'
    expect(scrapebit.readMint(reply(limit, { status: 429 }), context()).verdict).toBe('refused')
    expect(scrapebit.readMint(reply(limit, { status: 429, complete: false }), context()).verdict).toBe('unclear')
  })

  it('about an id that the credential does not name is unclear', () => {
    const mine = JSON.stringify({ data: { id: '42' }, meta: { api_key: 'ab'.repeat(32) } })
    expect(hienergy.readMint(reply(mine), context({ 'user-id': '42' })).verdict).toBe('success')
    expect(hienergy.readMint(reply(mine), context({ 'user-id': '43' })).verdict).toBe('unclear')
  })
})

describe('when to try again', () => {
  const limited = (retry: unknown, headers: Record<string, string> = {}): number | null => {
    const body = JSON.stringify({ success: false, error: { code: 'rate_limited', retry_after: retry } })
    const reading = scrapebit.readMint(reply(body, { status: 429, headers }), context())
    if (reading.verdict !== 'refused') throw new Error('not refused')
    return reading.retryAfterSeconds
  }

  it('comes from the body, then from the header, seconds or date', () => {
    expect(limited(2400, { 'retry-after': '5' })).toBe(2400)
    expect(limited('2400')).toBe(2400)
    expect(limited(1.2)).toBe(2)
    expect(limited(undefined, { 'retry-after': '5' })).toBe(5)
    const date = 'Sat, 21 Nov 2026 10:00:00 GMT'
    expect(limited(undefined, { 'retry-after': 'Sat, 21 Nov 2026 10:02:00 GMT', date })).toBe(120)
    expect(limited(undefined, { 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT', date })).toBe(0)
  })

  it('is nothing where the vendor says nonsense, and a month at most', () => {
    for (const odd of [-1, 'soon', null, {}, Number.NaN]) expect(limited(odd)).toBeNull()
    expect(limited(undefined, { 'retry-after': 'Sat, 21 Nov 2026 10:02:00 GMT' })).toBeNull()
    expect(limited(1e300)).toBe(31 * 24 * 3600)
  })
})

describe('a subject', () => {
  it('is one printable line from the reply, or nobody', () => {
    const profile = (email: unknown): string | null =>
      scrapebit.readVerify(reply(JSON.stringify({ success: true, data: { email } }))).subject
    expect(profile('ops@example.com')).toBe('ops@example.com')
    expect(profile(42)).toBe('42')
    for (const odd of ['', ' ', 'a\u001b[2Jb', 'a\nb', 'x'.repeat(201), null, {}]) expect(profile(odd)).toBeNull()
  })
})

describe('a JSON Pointer', () => {
  it('sees own properties only', () => {
    expect(valueAt({ a: [{ 'b/c': 1 }] }, '/a/0/b~1c')).toBe(1)
    for (const pointer of ['/constructor', '/__proto__', '/toString', '/a/length', '/a/00', '/a/-'])
      expect([pointer, valueAt({ a: [1] }, pointer)]).toEqual([pointer, undefined])
  })
})

describe('salvage', () => {
  it('finds what JSON.parse finds, with its path', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const expected: string[] = []
        JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' && expected.push(each), each))
        expect(stringsIn(JSON.stringify(value)).map((each) => each.value)).toEqual(expected)
      }),
    )
    expect(stringAt(stringsIn('{"a":[1,{"b\\"c":"x"},"y"],"d/e":{"f":"z"}'), '/d~1e/f')).toBe('z')
    expect(stringAt(stringsIn('{"a":[1,{"b":"x"},"y"]'), '/a/2')).toBe('y')
    expect(stringAt(stringsIn('{"a":{"k":"1"},"k":"2"'), '/k')).toBe('2')
  })

  it('takes a hostile reply in linear time', () => {
    for (const body of [
      '['.repeat(131_072),
      '"'.repeat(131_072),
      '{"a":'.repeat(26_000),
      '"\\'.repeat(65_536),
      'a,'.repeat(65_536),
    ]) {
      const start = performance.now()
      scrapebit.readMint(reply(body, { complete: false }), context())
      expect(performance.now() - start).toBeLessThan(500)
    }
  })
})

describe('readers', () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.json(),
    fc.json().map((text) => text.slice(0, text.length / 2)),
  )
  const odd = fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.constant({}),
    body,
    complete: fc.boolean(),
  })

  it('never throw, and call nothing clean that is torn or unprintable', () => {
    const vendors = [...catalogTexts.values()].map((text) => vendorOf(text))
    fc.assert(
      fc.property(odd, fc.constantFrom(...vendors), (each, vendor) => {
        expect(['works', 'dead', 'unknown']).toContain(vendor.readVerify(each).answer)
        vendor.readSession(each)
        const found = vendor.readReread(each)
        expect(found === null || (each.complete && /^[!-~]+$/.test(found))).toBe(true)
        if (vendor.strategy === 'guided') return
        const reading = vendor.readMint(each, context({ 'user-id': '42' }))
        const strings = reading.verdict === 'refused' ? [] : reading.candidates
        expect(strings.length).toBeLessThanOrEqual(3)
        expect(strings.every((key) => /^[!-;=-~]+$/.test(key))).toBe(true)
        expect(each.complete || reading.verdict === 'unclear').toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
