import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jsonFault, jsonOffset } from '../../src-main/formats/define-json-fault.ts'
import { jsonOf, textOf, timeOf } from '../../src-main/formats/define-text.ts'

describe('a time in a vault file', () => {
  it('is one that every file of Rekey takes, or none', () => {
    const rfc3339 = z.iso.datetime().nullable()
    const any = fc.oneof(
      fc.date(),
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.string(),
      fc.stringMatching(/^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d(\.\d{1,7})?Z$/),
      fc.constantFrom('2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', '+012026-01-01T00:00:00Z', null, undefined, {}),
    )
    fc.assert(
      fc.property(any, (value) => {
        expect(rfc3339.safeParse(timeOf(value)).success).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('stays as it was written where it was right', () => {
    expect(timeOf('2026-01-02T03:04:05Z')).toBe('2026-01-02T03:04:05Z')
    expect(timeOf('2026-01-02T03:04:05+01:00')).toBe('2026-01-02T02:04:05.000Z')
    expect(timeOf(1_767_323_045)).toBe('2026-01-02T03:04:05.000Z')
    expect(timeOf(1e15)).toBeNull()
  })
})

describe('a text that is no JSON', () => {
  const whereOf = (text: string): unknown => {
    const read = jsonOf(text)
    return read.ok ? null : [read.failure.fields['where'], read.failure.fields['what']]
  }
  it.each([
    ['words', 'plain words\n', 'line 1, column 1'],
    ['a value without quotes', '{\n  "a": 1,\n  "b": x,\n  "c": 2\n}\n', 'line 3, column 8'],
    ['half a word', '[1,\n tru, 2]', 'line 2, column 2'],
    ['a comma too many', '{"a": 1,\n}', 'line 2, column 1'],
    ['a line break in a text', '{"a": "b\nc"}', 'line 1, column 9'],
    ['something behind it', '[1]\n{}', 'line 2, column 1'],
  ])('says where: %s', (_, text, where) => {
    expect(whereOf(text)).toEqual([where, 'it is not valid JSON'])
  })

  it('that only ends too soon says so', () => {
    const whole = JSON.stringify({ a: ['one \n "two"', -1.5, true, { b: null }] })
    const places = [...whole.slice(0, -1)].map((_, at) => whereOf(whole.slice(0, at + 1)) as readonly string[])
    expect(places.filter(([, what]) => what === 'it is cut short').length).toBeGreaterThan(whole.length / 2)
    expect(places.every(([where]) => where?.startsWith('line 1, column '))).toBe(true)
  })

  it('is one to the place exactly where it is one to the engine', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', 'null', ' ', '\n', '\\')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
        ),
        (text) => {
          const isJson = ((): boolean => {
            try {
              JSON.parse(text)
              return true
            } catch {
              return false
            }
          })()
          const said = whereOf(text)
          expect(said === null).toBe(isJson)
          if (isJson) expect(jsonFault(text)).toBe(text.length)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('a value of a JSON text', () => {
  const text = JSON.stringify({ a: [{ b: 'x' }, { 'c"d': [1, { e: null }] }], f: {}, g: [[], 22] }, null, 2)
  it.each([
    ['none', [], '{'],
    ['of a list', ['a', 1], '{\n      "c'],
    ['by a name with a mark in it', ['a', 1, 'c"d', 1, 'e'], '"e"'],
    ['behind empty ones', ['g', 1], '22'],
    ['that is not there', ['a', 0, 'z'], '{\n      "b"'],
    ['in what is none', ['f', 'z', 3], '"f"'],
  ] as const)('is found: %s', (_, path, begins) => {
    expect(text.slice(jsonOffset(text, path)).startsWith(begins)).toBe(true)
  })

  it('is found wherever it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, name) => {
        const whole = JSON.stringify([value, { before: value, [`${name}!`]: 'here' }])
        const at = jsonOffset(whole, [1, `${name}!`])
        expect(whole.slice(at)).toBe(`${JSON.stringify(`${name}!`)}:"here"}]`)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('bytes that are no text', () => {
  const placeOf = (bytes: Uint8Array): unknown => {
    const text = textOf(bytes)
    return text.ok ? null : [text.failure.fields['where'], text.failure.fields['what']]
  }
  it.each([
    ['at once', '\xfc', 1],
    ['at a line’s end', 'a\n\xc3\nb', 2],
    ['at the very end', 'a\nb\n\xe2\x82', 3],
    ['far below', `${'\n'.repeat(200_000)}${'x'.repeat(100_000)}\xff\n`, 200_001],
    ['behind lines of other letters', '\xc3\xa4\n\xef\xbf\xbd\n\xe4\n', 3],
  ])('are named by their line: %s', (_, latin1, line) => {
    expect(placeOf(Buffer.from(latin1, 'latin1'))).toEqual([`line ${line}`, 'it is not text in UTF-8'])
  })

  it('are named in UTF-16 as well', () => {
    const halved = Buffer.from('\uFEFFname\nkey\uD800 x', 'utf16le')
    expect(placeOf(halved)).toEqual(['line 2, column 4', 'it is not text in UTF-16'])
    expect(placeOf(Buffer.from(halved).swap16())).toEqual(['line 2, column 4', 'it is not text in UTF-16'])
  })

  it('are found soon in a file that is all line ends', () => {
    const bytes = Buffer.alloc(8 * 1024 * 1024, '\n')
    bytes[bytes.length - 1] = 0xff
    const began = process.cpuUsage()
    expect(placeOf(bytes)).toEqual([`line ${bytes.length}`, 'it is not text in UTF-8'])
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1_000_000).toBeLessThan(2)
  })
})
