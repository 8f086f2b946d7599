import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeText } from '../../src-contract/escape.ts'

describe('the one escaper', () => {
  it('leaves nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex -- these are what is looked for
        expect(escapeText(text)).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
        )
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['\u001b[2J', String.raw`\x1b[2J`],
    ['two\nlines', String.raw`two\x0alines`],
    ['\u202eabc', String.raw`\u{202e}abc`],
    ['naïve 日本 🔑', 'naïve 日本 🔑'],
    ['\ud800', String.raw`\u{d800}`],
  ])('turns %j into %j', (text, shown) => {
    expect(escapeText(text)).toBe(shown)
  })
})
