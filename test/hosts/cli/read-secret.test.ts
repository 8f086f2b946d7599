import { describe, expect, it } from 'vitest'
import { parseSecrets } from '../../../src-main/hosts/cli/read-secret.ts'

const read = (text: string, wanted: readonly string[] = ['key'], mayBeEmpty: string | null = null) => {
  const parsed = parseSecrets(text, wanted, mayBeEmpty)
  return parsed.ok ? parsed.value.map((secret) => secret?.use((value) => value) ?? null) : parsed.failure.code
}

describe('a secret from a pipe', () => {
  it('loses exactly one trailing newline', () => {
    for (const text of ['abc', 'abc\n', 'abc\r\n']) expect(read(text)).toEqual(['abc'])
    expect(read('abc\n\n')).toBe('bad-secret')
  })

  it('is refused when it is empty, or holds what no key holds', () => {
    for (const text of ['', '\n']) expect(read(text)).toBe('empty-secret')
    for (const text of [
      ' ',
      'a b',
      ' abc',
      'abc ',
      'a\tb',
      'a\nb',
      'a\0b',
      'a\u001Bb',
      'a\u00A0b',
      'x'.repeat(65_537),
    ]) {
      expect(read(text), JSON.stringify(text.slice(0, 9))).toBe('bad-secret')
    }
  })

  it('comes one a line, in the order given, where several are wanted', () => {
    expect(read('abc\ndef\n', ['key', 'password'])).toEqual(['abc', 'def'])
    for (const text of ['abc\n', 'abc\ndef\nghi\n']) expect(read(text, ['key', 'password'])).toBe('bad-secret')
  })

  it('may be left out only where the caller says so', () => {
    expect(read('\n', ['key'], 'key')).toEqual([null])
    expect(read('\ndef', ['key', 'password'], 'key')).toEqual([null, 'def'])
    expect(read('abc\n\n', ['key', 'password'], 'key')).toBe('empty-secret')
  })
})
