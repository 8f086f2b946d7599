import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeText } from '../../src-contract/escape.ts'

describe('the escaper', () => {
  it('leaves ordinary text of any script as it is', () => {
    for (const text of ['prod/scrapebit', 'Ключ für 東京 – ok', '👍🏽 é']) expect(escapeText(text)).toBe(text)
  })

  it.each([
    ['\u001B[2J', '\\x1b[2J'],
    ['a\r\nb', 'a\\x0d\\x0ab'],
    ['\u009B31m', '\\x9b31m'],
    ['abc\u202Etxt.exe', 'abc\\u{202e}txt.exe'],
    ['zero\u200Bwidth', 'zero\\u{200b}width'],
    ['line\u2028end', 'line\\u{2028}end'],
    ['\uD800', '\\u{d800}'],
    ['\u{E0041}', '\\u{e0041}'],
  ])('makes %j visible', (text, shown) => {
    expect(escapeText(text)).toBe(shown)
  })

  it('lets nothing through that moves a cursor, turns a line or hides', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      }),
    )
  })
})
