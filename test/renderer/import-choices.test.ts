import { describe, expect, it } from 'vitest'
import { vendors as views } from '../../scripts/screenshots/people.ts'
import { preview } from '../../scripts/screenshots/vaults.ts'
import type { PreviewEntry } from '../../src-contract/vault-views.ts'
import { arranged, doingWord, entryWords, isFound, isShown } from '../../src-renderer/features/import/entry-words.ts'
import { nameProblem } from '../../src-renderer/state/import-name.ts'
import {
  askedOf,
  askedVendor,
  carried,
  doingOf,
  inputsFor,
  isTaken,
  lacking,
  noChoice,
  operatorsToConfirm,
  originsToConfirm,
  saidOf,
  vendorOf,
  vendorsToConfirm,
  type Choice,
} from '../../src-renderer/state/import-choices.ts'

const { entries } = preview
const named = (name: string): PreviewEntry => entries.find((entry) => entry.name === name) as PreviewEntry
const vendors = new Map(views.map((vendor) => [vendor.id, vendor]))
const said = (entry: PreviewEntry, choice: Partial<Choice>) => new Map([[entry.index, { ...noChoice, ...choice }]])
const nothing = new Map<number, Choice>()
const guessed = named('agency/hi-energy-18')
const lacks = named('staging/conjur-host-13')
const changed = named('prod/scrapebit')

describe('what a person says of a file', () => {
  it('is nothing where nobody chose: the app keeps what is new and leaves the rest', () => {
    expect(askedOf(entries, nothing)).toEqual([])
    expect(entries.filter((entry) => isTaken(entry, nothing)).every(({ kind }) => kind === 'new')).toBe(true)
  })

  it('stays said of the same entries of the file where it is read again, wherever they stand in it by then', () => {
    const after = [{ ...guessed, where: 'elsewhere', index: 0 }, ...entries.slice(2)].map((entry, index) => ({
      ...entry,
      index,
    }))
    const choices = new Map([...said(changed, { do: 'replace' }), ...said(lacks, { vendor: 'other' })])
    const index = after.findIndex(({ name }) => name === lacks.name)
    expect([...carried(choices, entries, after)]).toEqual([[index, { ...noChoice, vendor: 'other' }]])
    expect(index).not.toBe(lacks.index)
  })

  it('is nothing again once it is what the app would do anyway', () => {
    expect(askedOf(entries, said(changed, { do: 'replace' }))).toEqual([{ index: changed.index, do: 'replace' }])
    expect(askedOf(entries, said(changed, { do: 'skip' }))).toEqual([])
  })

  it('names the vendor and what it needs, trimmed, and leaves empty fields out', () => {
    const choice = { inputs: { account: ' acme ', login: '' }, baseUrl: ' https://conjur.acme.example ' }
    expect(askedOf(entries, said(lacks, choice))).toEqual([
      {
        index: lacks.index,
        do: 'import',
        vendor: 'conjur',
        inputs: { account: 'acme' },
        baseUrl: 'https://conjur.acme.example',
      },
    ])
    expect(askedOf(entries, said(guessed, { vendor: 'hienergy', do: 'skip' }))).toEqual([
      { index: guessed.index, do: 'skip', vendor: 'hienergy' },
    ])
  })

  it('is told to the app as it was said, and to the import only as far as it is possible', () => {
    const wish = said(guessed, { do: 'replace', name: 'mine' })
    expect(saidOf(entries, wish)).toEqual([{ index: guessed.index, do: 'replace', name: 'mine' }])
    expect(doingOf(guessed, wish)).toBe('import')
    expect(askedOf(entries, wish)).toEqual([{ index: guessed.index, do: 'import', name: 'mine' }])
  })

  it.each([
    ['', 'Give a name.'],
    ['two words', /^Letters/],
    ['/first', /^Letters/],
    [`n${'a'.repeat(128)}`, 'At most 128 characters.'],
    ['PROD/Kept', 'prod/kept is kept here already.'],
    ['Ops/Pager-Webhook-2', 'entry 7 of the file is called that, too.'],
    ['a-name-that-is-free', null],
    // skipped, so its name is free
    ['notes/wifi', null],
  ])('refuses the name “%s” where it cannot be one', (name, why) => {
    const problem = nameProblem(name, guessed.index, entries, nothing, ['prod/kept'])
    if (why === null || typeof why === 'string') expect(problem).toBe(why)
    else expect(problem).toMatch(why)
  })

  it('asks whose a key is only while nobody has said it', () => {
    expect(askedVendor(guessed, nothing)).toBe('hienergy')
    expect(vendorOf(guessed, nothing)).toBe('other')
    const answered = said(guessed, { vendor: 'scrapebit' })
    expect([askedVendor(guessed, answered), vendorOf(guessed, answered)]).toEqual([null, 'scrapebit'])
    expect(vendorsToConfirm(entries)).toEqual([{ of: 'hienergy', count: 2, why: 'its name says Hi Energy AI' }])
  })

  it('knows what is lacking, and what a vendor named by hand asks for', () => {
    expect(lacking(lacks, nothing)).toEqual(['account', 'login', 'base-url'])
    expect(lacking(lacks, said(lacks, { inputs: { account: 'acme' }, baseUrl: 'https://x.example' }))).toEqual([
      'login',
    ])
    expect(lacking(lacks, said(lacks, { vendor: 'other' }))).toEqual([])
    expect(inputsFor(guessed, said(guessed, { vendor: 'conjur' }), vendors)).toEqual(['account', 'login', 'base-url'])
    expect(inputsFor(guessed, said(guessed, { vendor: 'scrapebit' }), vendors)).toEqual([])
    expect(inputsFor(named('lab/pdcp-recon'), nothing, vendors)).toEqual([])
  })

  it('counts addresses and operators of the keys that are taken, and of no others', () => {
    const host11 = named('staging/conjur-host-11')
    // as the app says once the principal turns out to be kept here
    const able = entries.map((entry) => (entry === host11 ? { ...entry, doings: ['skip', 'replace'] as const } : entry))
    expect(originsToConfirm(entries, nothing)).toMatchObject([{ of: 'https://conjur.partner.example', count: 2 }])
    expect(operatorsToConfirm(entries, nothing)).toMatchObject([{ of: 'admin/conjur', count: 1 }])
    for (const doing of ['skip', 'replace'] as const)
      expect(originsToConfirm(able as PreviewEntry[], said(host11, { do: doing })), doing).toMatchObject([{ count: 1 }])
  })
})

describe('an entry in words', () => {
  const now = new Date('2026-11-21T12:00:00Z')
  const word = (name: string): string => entryWords(named(name), nothing, now).text

  it.each([
    ['prod/scrapebit', 'Differs from yours'],
    ['prod/hi-energy', 'Already here, the same key'],
    ['agency/hi-energy-19', 'New, kept, not rotated, 1 field kept as text: seat'],
    ['prod/userplane-onboarding-and-billing-replays', 'New, expires 4 Dec'],
    ['staging/conjur-host-13', 'New, needs account, login and address to be rotated'],
    ['lab/scrapebit-test', 'New, left out: attachment invoice.pdf'],
    ['ci/conjur-runner-copy', 'In conflict: host/ci/conjur-runner is kept as ci/conjur-runner'],
    ['notes/wifi', 'There is no key in it'],
  ])('%s is “%s”', (name, text) => expect(word(name)).toBe(text))

  it('has no line about what is lost once it is skipped', () => {
    const entry = named('lab/scrapebit-test')
    expect(entryWords(entry, said(entry, { do: 'skip' }), now).text).toBe('New')
  })

  it('says whose key wins where something is kept already', () => {
    expect(changed.doings.map((doing) => doingWord(doing, changed))).toEqual([
      'Keep mine',
      'Take the file’s',
      'Keep both',
    ])
    expect(guessed.doings.map((doing) => doingWord(doing, guessed))).toEqual(['Add', 'Skip'])
    expect(doingWord(doingOf(named('prod/hi-energy'), nothing), named('prod/hi-energy'))).toBe('Skip')
  })

  it('is found by its name, its vendor, its tags and its end, all words together', () => {
    const found = (query: string): readonly string[] =>
      entries.filter((entry) => isFound(entry, query)).map(({ name }) => name)
    expect(found('')).toHaveLength(entries.length)
    expect(found('PAGER')).toEqual(['ops/pager-webhook-2'])
    expect(found('staging w6rp')).toEqual(['staging/conjur-host-12'])
    expect(found('userplane pager')).toEqual([])
    const shown = (show: 'placed' | 'unplaced'): number => entries.filter((entry) => isShown(entry, show)).length
    const open = entries.filter(({ doings }) => doings.length > 1).length
    expect(shown('placed') + shown('unplaced')).toBe(open)
  })

  it('has what needs a person first, and every entry under exactly one of the kinds', () => {
    expect(
      arranged(entries)
        .map(({ kind }) => kind)
        .slice(0, 3),
    ).toEqual(['conflicting', 'changed', 'new'])
    const many = entries.map((entry) => ({ ...entry, isUnclear: entry.kind === 'skipped' }))
    expect(arranged(many)[0]?.kind).toBe('conflicting')
    expect(arranged(many)[1]?.kind).toBe('skipped')
    for (const entry of entries)
      expect(
        (['new', 'same', 'changed', 'conflicting', 'skipped'] as const).filter((kind) => isShown(entry, kind)),
      ).toHaveLength(1)
  })
})
