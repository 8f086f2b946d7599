import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeWire } from '../../../src-main/adapters/http/wire.ts'
import { chunked, sized, unframed } from '../../fixtures/wire-server.ts'

const parse = (text: string, ended = true) => nodeWire.parse(Buffer.from(text), ended)

describe('reading sealed bytes', () => {
  it('gives status, headers in lower case and joined, body and completeness', async () => {
    const text =
      'HTTP/1.1 201 Created\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a\r\nset-cookie: b\r\n__proto__: x\r\nContent-Length: 3\r\n\r\n{}\n'
    const reply = await parse(text)
    expect(reply).toMatchObject({ status: 201, body: '{}\n', complete: true })
    expect(Object.entries(reply?.headers ?? {})).toEqual([
      ['x-a', '1, 2'],
      ['set-cookie', 'a, b'],
      ['__proto__', 'x'],
      ['content-length', '3'],
    ])
  })

  it.each([
    ['chunked', chunked('ab', 'cd'), { status: 200, body: 'abcd', complete: true }],
    [
      'after interim replies',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: a\r\n\r\n${sized('x')}`,
      { status: 200, body: 'x', complete: true },
    ],
    [
      'with trailers',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: 1\r\n\r\n',
      { body: 'a', complete: true },
    ],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', complete: true }],
    ['of length 0', 'HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n', { status: 500, body: '', complete: true }],
    ['in UTF-8', sized('{"k":"é✓"}'), { body: '{"k":"é✓"}', complete: true }],
    ['with bytes after its end', `${sized('{}')}HTTP/1.1 200 OK\r\n`, { body: '{}', complete: true }],
    ['without framing', unframed('secret-cut-sho'), { body: 'secret-cut-sho', complete: false }],
    ['HTTP/1.0 without framing', 'HTTP/1.0 200 OK\r\n\r\nabc', { body: 'abc', complete: false }],
    [
      'gzip, then chunked',
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
      { body: 'a', complete: true },
    ],
    [
      'with a broken chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nZZ\r\n',
      { body: 'ab', complete: false },
    ],
    [
      'that switches protocols',
      'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nabc',
      { status: 101, complete: false },
    ],
  ])('%s', async (_, text, expected) => {
    expect(await parse(text)).toMatchObject(expected)
    expect(await parse(text, false)).toMatchObject(expected)
  })

  it.each([
    '',
    'H',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.1 200 OK\r\nA: b\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    '<html>',
    'HTTP/1.1 2x0 OK\r\n\r\n',
    '\0'.repeat(50),
  ])('is null where no whole header is: %j', async (text) => {
    expect(await parse(text)).toBeNull()
  })

  it.each([sized('{"api_key":"abc"}'), chunked('{"api', '_key":"abc"}')])(
    'torn at any byte is never whole: %j',
    async (whole) => {
      const head = whole.indexOf('\r\n\r\n') + 4
      for (let at = 0; at < whole.length; at++) {
        const reply = await parse(whole.slice(0, at))
        expect([at, reply?.complete ?? null]).toEqual([at, at < head ? null : false])
        expect('{"api_key":"abc"}').toContain(reply?.body ?? '')
      }
      expect(await parse(whole)).toMatchObject({ complete: true, body: '{"api_key":"abc"}' })
    },
  )

  it('never throws and always answers, whatever came', async () => {
    const fragment = fc.constantFrom(
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: upgrade\r\n',
      'HTTP/1.1 100\r\n\r\n',
      'Content-Length: 5\r\n',
      'Content-Length: -1\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Connection: close\r\n',
      '5\r\nabcde\r\n',
      '0\r\n\r\n',
      '\r\n',
      '\n',
      ' ',
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .array(fc.oneof(fragment, fc.string({ maxLength: 10 })), { maxLength: 12 })
        .map((parts) => Buffer.from(parts.join(''))),
    )
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (input, ended) => {
        const reply = await nodeWire.parse(input, ended)
        const types = reply && [typeof reply.status, typeof reply.body, typeof reply.complete]
        expect(types ?? ['number', 'string', 'boolean']).toEqual(['number', 'string', 'boolean'])
      }),
      { numRuns: 1_500 },
    )
  })
})
