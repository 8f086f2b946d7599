import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { difference } from '../../../src-main/app/vaults/compare.ts'
import { kdbx } from '../../../src-main/formats/kdbx.ts'
import { emptyEntry, type Vault, type VaultEntry } from '../../../src-main/formats/define-format.ts'
import { emptyTraits } from '../../../src-main/formats/define-traits.ts'

const { carries } = kdbx
const vaultOf = (...entries: readonly Partial<VaultEntry>[]): Vault => ({
  entries: entries.map((entry) => ({ ...emptyEntry, name: 'a', ...entry })),
  notes: [],
})
const told = (written: Partial<VaultEntry>, read: Partial<VaultEntry>): string | null =>
  difference(vaultOf(written), vaultOf(read), carries)
const detailed = (detail: Readonly<Record<string, unknown>>): Partial<VaultEntry> => ({
  rekey: { ...emptyTraits, history: [{ at: '2026-01-02T03:04:05Z', event: 'made', detail }] },
})
const field = (name: string, value = 'v', isSecret = false) => ({ name, value, isSecret })

describe('what was read again', () => {
  it.each<[string, Partial<VaultEntry>, Partial<VaultEntry>]>([
    ['nothing and an empty text', { account: '', notes: null }, { account: null, notes: '' }],
    ['parts of a second', { createdAt: '2026-01-02T03:04:05.678Z' }, { createdAt: '2026-01-02T03:04:05Z' }],
    ['a group that became a tag', { tags: ['b', 'a'], folder: ['a'] }, { tags: ['a'], folder: ['b'] }],
    ['an empty address', { urls: ['', 'https://a'] }, { urls: ['https://a'] }],
    ['fields in another order', { fields: [field('a'), field('b')] }, { fields: [field('b'), field('a')] }],
    ['keys in another order', detailed({ a: 1, b: { c: 2, d: 3 } }), detailed({ b: { d: 3, c: 2 }, a: 1 })],
    ['a key without a value', detailed({ a: 1, b: undefined }), detailed({ a: 1 })],
    ['a place', { where: 'line 1' }, { where: 'entry 1' }],
  ])('is the same but for %s', (_, one, other) => {
    expect(told(one, other)).toBeNull()
    expect(told(other, one)).toBeNull()
  })

  it.each<[string, Partial<VaultEntry>, Partial<VaultEntry>]>([
    ['secret', { secret: null }, { secret: '' }],
    ['account', { account: 'a' }, {}],
    ['urls', { urls: ['a', 'b'] }, { urls: ['b', 'a'] }],
    ['notes', { notes: 'a' }, { notes: 'b' }],
    ['tags', { tags: ['a', 'b'] }, { tags: ['a'], folder: ['c'] }],
    ['tags', { tags: ['a'] }, { tags: ['a', 'b'] }],
    ['times', { modifiedAt: '2026-01-02T03:04:05Z' }, { modifiedAt: '2026-01-02T03:04:06Z' }],
    ['times', { createdAt: '2026-01-02T03:04:05Z' }, {}],
    ['expiry', { expiresAt: '2026-01-02T03:04:05Z' }, {}],
    ['fields', { fields: [field('a'), field('a')] }, { fields: [field('a'), field('b')] }],
    ['fields', { fields: [field('a', 'v', true)] }, { fields: [field('a')] }],
    ['rekey', { rekey: emptyTraits }, {}],
    ['rekey', detailed({ a: [1, 2] }), detailed({ a: [1] })],
    ['rekey', detailed({ a: [] }), detailed({ a: {} })],
    ['rekey', detailed({ toString: 1 }), detailed({ a: 1 })],
    ['rekey', detailed(JSON.parse('{"__proto__":{}}') as Record<string, unknown>), detailed({ a: 1 })],
    ['rekey', detailed({ a: undefined, b: 1 }), detailed({ a: 1, b: undefined })],
  ])('is not where its %s is not', (part, one, other) => {
    expect(told(one, other)).toBe(`the ${part} of a came out otherwise`)
    expect(told(other, one)).toBe(`the ${part} of a came out otherwise`)
    const rest = carries.filter((each) => each !== part)
    expect(difference(vaultOf(one), vaultOf(other), rest)).toBeNull()
  })

  it('is the same as its JSON is, whatever Rekey noted of an entry', () => {
    const small = fc.jsonValue({ maxDepth: 3 })
    const detail = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), small, { maxKeys: 3 })
    fc.assert(
      fc.property(detail, fc.option(detail, { nil: null }), (one, another) => {
        const other = another ?? (JSON.parse(JSON.stringify(one)) as Record<string, unknown>)
        expect(told(detailed(one), detailed(other)) === null).toBe(sortedText(one) === sortedText(other))
      }),
    )
  })

  it('is told apart by names, and so are the files of vendors', () => {
    const [one, two] = [vaultOf({ name: 'a' }, { name: 'b' }), vaultOf({ name: 'b' }, { name: 'a' })]
    expect(difference(one, two, carries)).toBeNull()
    expect(difference(one, vaultOf({ name: 'a' }), carries)).toBe('1 entries of 2 are in it')
    expect(difference(one, vaultOf({ name: 'a' }, { name: 'c' }), carries)).toBe('b is not in it')
    const withFile = { ...one, vendorFiles: [{ id: 'v', text: 't' }] }
    expect(difference(withFile, withFile, carries)).toBeNull()
    expect(difference(withFile, one, carries)).toBe('the vendor files came out otherwise')
  })
})

/** JSON with the keys of every object in order. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
