import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src-main/formats/define-format.ts'
import { isPlainTraits } from '../../src-main/formats/define-plain-traits.ts'
import {
  emptyTraits,
  rekeyTraits,
  traitsOf,
  traitsText,
  type RekeyTraits,
} from '../../src-main/formats/define-traits.ts'
import { traits } from '../contract/vaults.ts'

/** What the schema alone makes of a text. */
function judged(value: string): RekeyTraits | null {
  try {
    const { v, ...said } = JSON.parse(value) as Record<string, unknown>
    const parsed = rekeyTraits.safeParse(said)
    return v === 1 && parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

const event = '{"at":"2026-01-02T03:04:05Z","event":"made","detail":{}}'
const times = ['2026-02-29T00:00:00Z', '2024-02-29T23:59:59.5Z', '2026-01-02T03:04Z', '2026-01-02', '']
/** What may stand anywhere in it instead of what does. */
const others = [
  'null',
  '"x"',
  '""',
  '0',
  '-1',
  '1.5',
  '30',
  '1e300',
  'true',
  '[]',
  '{}',
  '["x"]',
  '[null]',
  '{"x":"y"}',
  '{"x":1}',
  '{"__proto__":"x"}',
  '{"constructor":"x"}',
  '{"__proto__":{"vendor":"x"}}',
  `[${event}]`,
  `[${event.replace('{}', '[]')}]`,
  `[${event.replace('{}', '{"__proto__":1}')}]`,
  `[${event.replace('{}', '{"a":{"__proto__":[]}}')}]`,
  `[${event.replace('{}', '{},"x":1')}]`,
  '{"keyId":"a","values":[]}',
  '{"keyId":"a"}',
  ...times.map((time) => `"${time}"`),
]
const keys = [...Object.keys(emptyTraits), 'v', 'x', '__proto__', 'constructor', 'toString']
const changed = fc
  .tuple(
    traits,
    fc.array(fc.tuple(fc.constantFrom(...keys), fc.option(fc.constantFrom(...others))), { minLength: 1, maxLength: 2 }),
    fc.boolean(),
  )
  .map(([whole, changes, isTurned]) => {
    const texts = new Map(Object.entries(whole).map(([key, value]) => [key, JSON.stringify(value)]))
    for (const [key, text] of changes)
      if (text === null) texts.delete(key)
      else texts.set(key, text)
    const parts = [...texts].map(([key, text]) => `"${key}":${text}`)
    return `{"v":1,${(isTurned ? parts.toReversed() : parts).join(',')}}`
  })

describe("Rekey's own field", () => {
  it('is known at a glance as Rekey writes it', () => {
    fc.assert(
      fc.property(traits, (whole) => {
        expect(isPlainTraits(whole)).toBe(true)
        expect(traitsOf(traitsText(whole))).toEqual(whole)
      }),
    )
  })

  it('is taken for what the schema takes it for, whatever it holds', () => {
    const seen = { plain: 0, judged: 0, refused: 0 }
    // such as few are among those that chance makes: neither known at a glance nor refused
    const odd = traitsText(emptyTraits).replace('"history":[]', `"history":[${event.replace('{}', '{"__proto__":1}')}]`)
    expect(judged(odd)).not.toBeNull()
    fc.assert(
      fc.property(changed, (text) => {
        const wanted = judged(text)
        const isPlain = isPlainTraits(JSON.parse(`{${text.slice('{"v":1,'.length)}`))
        if (isPlain) expect(wanted).not.toBeNull()
        // two of its version are not written by anybody
        if (!text.includes('"v":', 2)) expect(isDeepStrictEqual(traitsOf(text), wanted)).toBe(true)
        seen[isPlain ? 'plain' : wanted === null ? 'refused' : 'judged'] += 1
      }),
      { numRuns: 3000, examples: [[odd]] },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
  })

  it.each([
    ['is longer than a value may be', traitsText({ ...emptyTraits, label: 'x'.repeat(limits.value + 1) })],
    ['is of another version', traitsText(emptyTraits).replace('"v":1', '"v":2')],
    ['is cut short', traitsText(emptyTraits).slice(0, -1)],
    ['says nothing', '{"v":1,}'],
    ['is no object', '{"v":1,[]}'],
    ['goes on', `${traitsText(emptyTraits)}{}`],
  ])('is a field like any other where it %s', (_, text) => {
    expect(traitsOf(text)).toBeNull()
  })

  it('is known by the schema where the whole is longer than a value may be and no part is', () => {
    const long = { ...emptyTraits, usedBy: ['x'.repeat(limits.value - 1), 'y'.repeat(limits.value - 1)] }
    expect(traitsOf(traitsText(long))).toEqual(long)
  })
})
