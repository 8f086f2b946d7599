import fc from 'fast-check'
import { emptyEntry, type Carried, type Vault, type VaultEntry } from '../../src-main/formats/define-format.ts'
import type { RekeyTraits } from '../../src-main/formats/define-traits.ts'

/** Vaults for properties: made by fast-check, and by hand where a value is the point. */

const word = fc.stringMatching(/^[A-Za-z0-9]{1,12}$/)
/** Any script, no control characters, nothing at the edges that a program may trim. */
const printable = (maxLength = 40): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength })
    .map((text) => `x${text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu, '')}x`)
/** What nobody types and a key or a note may hold all the same. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    '\u0000',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '=1+1',
    '<![CDATA[',
    ']]>',
    '&amp;',
    '"',
    "'",
    '\u{10FFFF}',
    '\uFFFE',
  ),
  fc.string({ minLength: 1, maxLength: 4_000 }),
)
const time = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString())
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null })

export const traits: fc.Arbitrary<RekeyTraits> = fc.record({
  vendor: word,
  label: nullable(printable()),
  baseUrl: nullable(fc.constant('https://api.example.com/v1')),
  inputs: fc.dictionary(word, printable(), { maxKeys: 3, noNullPrototype: true }),
  secretInputs: fc.dictionary(word, printable(), { maxKeys: 2, noNullPrototype: true }),
  operator: nullable(word),
  subject: nullable(printable()),
  usedBy: fc.array(printable(), { maxLength: 3 }),
  maxAgeDays: nullable(fc.integer({ min: 1, max: 1000 })),
  rotatedAt: nullable(time),
  caPem: fc.constant(null),
  pinSha256: nullable(fc.constant('ab'.repeat(32))),
  history: fc.array(
    fc.record({ at: time, event: word, detail: fc.dictionary(word, word, { maxKeys: 2, noNullPrototype: true }) }),
    { maxLength: 3 },
  ),
  fingerprints: nullable(fc.record({ keyId: word, values: fc.array(word, { maxLength: 3 }) })),
})

const entryOf = (
  text: fc.Arbitrary<string>,
  name: fc.Arbitrary<string>,
  folder: fc.Arbitrary<string>,
): fc.Arbitrary<VaultEntry> =>
  fc.record({
    where: fc.constant(''),
    name,
    folder: fc.array(folder, { maxLength: 3 }),
    secret: nullable(text),
    account: nullable(text),
    urls: fc.uniqueArray(
      fc.nat(99).map((n) => `https://host-${n}.example.com/a?b=c&d`),
      { maxLength: 3 },
    ),
    notes: nullable(text),
    tags: fc.uniqueArray(word, { maxLength: 3 }),
    createdAt: nullable(time),
    modifiedAt: nullable(time),
    expiresAt: nullable(time),
    fields: fc.uniqueArray(fc.record({ name, value: fc.oneof(fc.constant(''), text), isSecret: fc.boolean() }), {
      maxLength: 4,
      selector: (field) => field.name,
    }),
    rekey: nullable(traits),
    left: fc.constant([]),
  })

/** Entries as people have them; a format carries these whole, or says that it does not carry that part of any. */
export const tameEntry = (
  name: fc.Arbitrary<string> = printable(),
  folder: fc.Arbitrary<string> = name,
): fc.Arbitrary<VaultEntry> => entryOf(printable(200), name, folder)

/** Entries nobody wishes for: any character anywhere, odd tags and folders, names twice. */
export const wildEntry: fc.Arbitrary<VaultEntry> = entryOf(anything, anything, fc.oneof(printable(), anything)).chain(
  (entry) =>
    fc
      .record({
        tags: fc.array(fc.oneof(word, anything), { maxLength: 3 }),
        urls: fc.array(anything, { maxLength: 3 }),
        fields: fc.array(
          fc.record({
            name: fc.oneof(fc.constantFrom('Title', 'Password', 'URL', 'rekey', 'KP2A_URL_1', ''), anything),
            value: fc.oneof(fc.constant(''), anything),
            isSecret: fc.boolean(),
          }),
          { maxLength: 4 },
        ),
      })
      .map((odd) => ({ ...entry, ...odd })),
)

/** One entry for each thing that can be carried, with nothing else that a format might lack. */
export const onlyWith: Readonly<Record<Carried, Partial<VaultEntry>>> = {
  name: { name: 'a' },
  folder: { folder: ['group'] },
  secret: { secret: 'made-up' },
  account: { account: 'someone' },
  urls: { urls: ['https://a.example.com'] },
  notes: { notes: 'a note' },
  tags: { tags: ['prod'] },
  times: { createdAt: '2026-01-02T03:04:05.000Z', modifiedAt: '2026-02-03T04:05:06.000Z' },
  expiry: { expiresAt: '2030-01-02T03:04:05.000Z' },
  fields: { fields: [{ name: 'region', value: 'eu', isSecret: false }] },
  rekey: {
    rekey: {
      vendor: 'other',
      label: 'A label',
      baseUrl: null,
      inputs: {},
      secretInputs: {},
      operator: null,
      subject: null,
      usedBy: ['a/.env'],
      maxAgeDays: 90,
      rotatedAt: null,
      caPem: null,
      pinSha256: null,
      history: [],
      fingerprints: null,
    },
  },
}

const parts: Readonly<Record<Carried, readonly (keyof VaultEntry)[]>> = {
  name: ['name'],
  folder: ['folder'],
  secret: ['secret'],
  account: ['account'],
  urls: ['urls'],
  notes: ['notes'],
  tags: ['tags'],
  times: ['createdAt', 'modifiedAt'],
  expiry: ['expiresAt'],
  fields: ['fields'],
  rekey: ['rekey'],
}

/** What is left of an entry for a format that carries only this much. */
export function asCarried(entry: VaultEntry, carries: readonly Carried[]): VaultEntry {
  const kept = carries.flatMap((part) => parts[part])
  return { ...emptyEntry, ...Object.fromEntries(kept.map((key) => [key, entry[key]])) }
}

/** Entries in an order that does not depend on the file: formats with groups put entries of one group together. */
export const sorted = (entries: readonly VaultEntry[]): VaultEntry[] =>
  entries
    .map((entry) => [JSON.stringify(entry), entry] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry)

export const vaultOf = (...entries: readonly Partial<VaultEntry>[]): Vault => ({
  entries: entries.map((entry) => ({ ...emptyEntry, ...entry })),
  notes: [],
})
