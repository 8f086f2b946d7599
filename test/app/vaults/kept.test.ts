import { describe, expect, it } from 'vitest'
import { hasKept, keptOf, keptText, nothingKept, type Kept } from '../../../src-main/app/vaults/kept.ts'

const whole: Kept = {
  account: 'somebody',
  urls: ['https://a.example', ''],
  notes: 'two\nlines',
  fields: [
    { name: 'pin', value: '1234', isSecret: true },
    { name: '__proto__', value: '', isSecret: false },
  ],
}

describe('what is kept beside a key', () => {
  it('comes back as it was, and nothing is no text', () => {
    const each: readonly Kept[] = [
      whole,
      { ...nothingKept, account: '' },
      { ...nothingKept, urls: ['a'] },
      { ...nothingKept, notes: '' },
      { ...nothingKept, fields: whole.fields },
    ]
    for (const kept of each) expect([hasKept(kept), keptOf(keptText(kept) ?? '')]).toEqual([true, kept])
    expect([hasKept(nothingKept), keptText(nothingKept)]).toEqual([false, null])
  })

  it.each([
    ['nothing', null],
    ['a list', [1, 2, 3, 4, 5]],
    ['another version', { v: 2, ...whole }],
    ['no version', whole],
    ['a key more', { v: 1, ...whole, more: 1 }],
    ['a key less', { v: 1, account: null, urls: [], notes: null }],
    ['another key', { v: 1, account: null, urls: [], notes: null, field: [] }],
    ['an account that is no text', { v: 1, ...whole, account: 1 }],
    ['notes that are no text', { v: 1, ...whole, notes: {} }],
    ['addresses that are no list', { v: 1, ...whole, urls: 'a' }],
    ['an address that is no text', { v: 1, ...whole, urls: [null] }],
    ['fields that are no list', { v: 1, ...whole, fields: {} }],
    ['a field with a key more', { v: 1, ...whole, fields: [{ name: '', value: '', isSecret: true, more: 1 }] }],
    ['a field that says not whether it is secret', { v: 1, ...whole, fields: [{ name: '', value: '', isSecret: 1 }] }],
    ['a field without a name', { v: 1, ...whole, fields: [{ value: '', isSecret: true, nam: '' }] }],
    ['a field without a value', { v: 1, ...whole, fields: [{ name: '', value: null, isSecret: true }] }],
  ])('is refused where it is not what was written: %s', (_, said) => {
    expect(() => keptOf(JSON.stringify(said))).toThrow('not what rekey wrote')
  })
})
