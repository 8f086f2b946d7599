import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namesOf } from '../../../src-main/app/vaults/entry-name.ts'
import { KEY_NAME, MOST_ENTRIES, keysInFields, withKeysInFields } from '../../../src-main/app/vaults/keys-in-fields.ts'
import { emptyEntry, limits, type VaultEntry, type VaultField } from '../../../src-main/formats/define-format.ts'
import { emptyTraits } from '../../../src-main/formats/define-traits.ts'
import { wildEntry } from '../../contract/vaults.ts'

const hidden = (name: string, value: string): VaultField => ({ name, value, isSecret: true })
const plain = (name: string, value: string): VaultField => ({ name, value, isSecret: false })
const entryWith = (fields: readonly VaultField[], more: Partial<VaultEntry> = {}): VaultEntry => ({
  ...emptyEntry,
  where: 'entry 3',
  name: 'Stripe',
  fields,
  ...more,
})

describe('keys in hidden fields', () => {
  it('of an entry with one: the key is called as the entry, and what its field was called stays with it', () => {
    const entry = entryWith([plain('mode', 'live'), hidden('API key', 'made-up-1')], { notes: 'a note' })
    expect(keysInFields(entry)).toEqual([
      {
        ...entry,
        where: 'entry 3, field API key',
        secret: 'made-up-1',
        fields: [plain('mode', 'live'), plain(KEY_NAME, 'API key')],
      },
    ])
  })

  it('of an entry with several: what says whose they are goes with each, the rest with the first', () => {
    const left = [{ what: 'a passkey', why: 'only the program that made it can use it' }]
    const common = { account: 'ops@example.com', urls: ['https://a.example'], tags: ['prod'], folder: ['Payments'] }
    const times = { createdAt: '2026-01-02T03:04:05Z', modifiedAt: null, expiresAt: '2030-01-02T03:04:05Z' }
    const fields = [
      hidden('totp', 'JBSWY3DPEHPK3PXP'),
      hidden('secret key', 'made-up-1'),
      plain('mode', 'live'),
      hidden('webhook secret', 'made-up-2'),
      hidden('pem', 'two\nlines'),
    ]
    const entry = entryWith(fields, { ...common, ...times, notes: 'a note', left, noKeys: ['else'] })
    const [first, second, ...more] = keysInFields(entry)
    expect(more).toEqual([])
    expect(first).toEqual({
      ...entry,
      name: 'Stripe/secret key',
      where: 'entry 3, field secret key',
      secret: 'made-up-1',
      fields: [hidden('totp', 'JBSWY3DPEHPK3PXP'), plain('mode', 'live'), hidden('pem', 'two\nlines')],
    })
    expect(second).toEqual({
      ...entry,
      name: 'Stripe/webhook secret',
      where: 'entry 3, field webhook secret',
      secret: 'made-up-2',
      notes: null,
      fields: [plain('mode', 'live')],
      left: [],
    })
  })

  const untouched: readonly (readonly [string, VaultEntry])[] = [
    ['a password', entryWith([hidden('PIN', 'made-up')], { secret: 'made-up-password' })],
    ['what Rekey wrote of it', entryWith([hidden('PIN', 'made-up')], { rekey: emptyTraits })],
    ['nothing hidden', entryWith([plain('API key', 'made-up')])],
    ['an empty one', entryWith([hidden('API key', ''), hidden('other', '  ')])],
    ['several lines', entryWith([hidden('API key', 'a\nb'), hidden('other', 'a\u2028b')])],
    ['a control character', entryWith([hidden('API key', 'a\u0000b')])],
    ['half a character', entryWith([hidden('API key', 'a\uD800b')])],
    ['a very long value', entryWith([hidden('API key', 'x'.repeat(16_385))])],
    [
      'what its format says is none',
      entryWith([hidden('number', '4000'), hidden('PIN', '1')], { noKeys: ['number', 'PIN'] }),
    ],
    ...[
      'totp',
      'otp',
      'TOTP Seed',
      'TOTP Settings',
      'TimeOtp-Secret-Base32',
      'HmacOtp-Counter',
      'One-time password',
    ].map((name) => [name, entryWith([hidden(name, 'JBSWY3DPEHPK3PXP')])] as const),
    ['a seed by its address', entryWith([hidden('codes', 'otpauth://totp/a?secret=MADEUP')])],
    ['a passkey', entryWith([hidden('KPEX_PASSKEY_USER_HANDLE', 'made-up')])],
    ['an address that was hidden', entryWith([hidden('KP2A_URL_1', 'https://a.example')])],
    ['a token for an hour', entryWith([hidden('aws_session_token', 'made-up')])],
  ]
  it.each(untouched)('leaves an entry as it is: %s', (_, entry) => {
    expect(keysInFields(entry)).toEqual([entry])
  })

  it('gives each a name of its own, whatever fields and titles are called', () => {
    const names = (...entries: readonly VaultEntry[]): readonly string[] =>
      namesOf(withKeysInFields({ entries, notes: [] }).entries)
    const fields = (...all: readonly string[]): readonly VaultField[] =>
      all.map((name, n) => hidden(name, `made-up-${n}`))
    expect(names(entryWith(fields('key', 'Key', 'key')))).toEqual(['Stripe/key', 'Stripe/2-Key', 'Stripe/3-key'])
    expect(names(entryWith(fields('', 'ключ', 'секрет')))).toEqual(['Stripe/1', 'Stripe/2', 'Stripe/3'])
    expect(names(entryWith(fields('2 key', 'key', 'key')))).toEqual(['Stripe/2-key', 'Stripe/key', 'Stripe/3-key'])
    const ours = { ...entryWith(fields('a', 'b'), { name: 'Страйп' }), where: 'entry 1' }
    const another = { ...entryWith(fields('a', 'b'), { name: '' }), where: 'entry 2' }
    expect(new Set(names(ours, another)).size).toBe(4)
    const long = names(entryWith(fields(`${'k'.repeat(200)} a`, `${'k'.repeat(200)} b`), { name: 't'.repeat(300) }))
    expect(new Set(long).size).toBe(2)
  })

  it('keeps the whole of a title that is cut', () => {
    const title = 't'.repeat(80)
    const [first] = keysInFields(entryWith([hidden('a', 'made-up-1'), hidden('b', 'made-up-2')], { name: title }))
    expect(first).toMatchObject({ name: `${'t'.repeat(60)}/a`, fields: [plain('title', title)] })
  })

  it('does not make gigabytes of a file: what is long stays with the first', () => {
    const fields = [
      plain('long', 'x'.repeat(3_000)),
      ...Array.from({ length: 100 }, (_, n) => hidden(`k${n}`, `v${n}`)),
    ]
    const [first, ...others] = keysInFields(entryWith(fields, { account: 'someone' }))
    expect(first).toMatchObject({ account: 'someone', fields: [plain('long', 'x'.repeat(3_000))] })
    expect(others).toHaveLength(99)
    for (const other of others) expect(other).toMatchObject({ account: null, fields: [] })
  })

  it('goes no further than the limit of entries, and says so', () => {
    expect(MOST_ENTRIES).toBe(limits.entries)
    const many = Array.from({ length: limits.entries - 1 }, () => emptyEntry)
    const two = entryWith([hidden('a', 'made-up-1'), hidden('b', 'made-up-2')])
    const whole = withKeysInFields({ entries: [...many, two], notes: [] })
    expect(whole).toMatchObject({ notes: ['keys in hidden fields beyond 200000 entries: not taken'] })
    expect(whole.entries.at(-1)).toEqual(two)
    expect(withKeysInFields({ entries: [...many.slice(1), two], notes: [] }).entries).toHaveLength(limits.entries)
  })

  it('does not take long over an entry of a hundred thousand fields that are called alike', () => {
    const fields = Array.from({ length: 100_000 }, (_, n) =>
      hidden(n % 2 === 0 ? 'key' : '/'.repeat(20), `made-up-${n}`),
    )
    const before = process.cpuUsage()
    expect(keysInFields(entryWith(fields, { name: `x${'/'.repeat(900_000)}x` }))).toHaveLength(100_000)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000_000).toBeLessThan(5)
  })

  it('is said of the file, once', () => {
    const two = entryWith([hidden('a', 'made-up-1'), hidden('b', 'made-up-2')])
    const one = entryWith([hidden('a', 'made-up-3')])
    const said = (...entries: readonly VaultEntry[]) => withKeysInFields({ entries, notes: ['before'] }).notes
    expect(said(two, one)).toEqual(['before', 'Stripe has 2 keys in hidden fields: each counts as an entry'])
    expect(said(two, two)).toEqual(['before', '2 entries have 4 keys in hidden fields: each counts as an entry'])
    expect(said(one)).toEqual(['before'])
  })
})

describe('whatever an entry holds', () => {
  const anyEntry = fc
    .record({ entry: wildEntry, isBare: fc.boolean(), noKeys: fc.constantFrom([], ['Title']) })
    .map(({ entry, isBare, noKeys }): VaultEntry => ({
      ...entry,
      ...(isBare ? { secret: null, rekey: null, noKeys } : {}),
    }))
  const valuesOf = (entries: readonly VaultEntry[]): readonly string[] =>
    entries.flatMap(({ secret, fields }) => [
      ...(secret ? [secret] : []),
      ...fields.flatMap(({ value, isSecret }) => (isSecret && value !== '' ? [value] : [])),
    ])

  it('no hidden value is lost and none is there twice', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect([...valuesOf(keysInFields(entry))].sort()).toEqual([...valuesOf([entry])].sort())
      }),
    )
  })

  it('every other part is there, with the first at least, and no name and no place is there twice', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const keys = keysInFields(entry)
        const [first] = keys
        const { secret: _secret, name: _name, where: _where, fields, ...same } = entry
        expect(first).toMatchObject(same)
        for (const field of fields.filter(({ isSecret }) => !isSecret)) expect(first?.fields).toContainEqual(field)
        expect(new Set(namesOf(keys).map((name) => name.toLowerCase())).size).toBe(keys.length)
        if (keys.length > 1) for (const { secret } of keys) expect(secret).toMatch(/^[^\p{Cc}]+$/u)
      }),
    )
  })

  it('one with a secret, or that Rekey wrote, is untouched', () => {
    fc.assert(
      fc.property(wildEntry, (entry) => {
        fc.pre((entry.secret !== null && entry.secret !== '') || entry.rekey !== null)
        expect(keysInFields(entry)).toEqual([entry])
      }),
    )
  })
})
