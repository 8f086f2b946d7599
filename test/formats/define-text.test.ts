import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jsonFault } from '../../src-main/formats/define-json-fault.ts'
import { jsonOf, timeOf } from '../../src-main/formats/define-text.ts'

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
