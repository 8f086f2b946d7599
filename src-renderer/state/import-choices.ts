/**
 * What a person says of the entries of a previewed file, and what of it the app is asked for. What nobody chose is left to the
 * app: new ones are kept, everything that stands in somebody's way is left as it is.
 */
import type { InputOf } from '../../src-contract/operations.ts'
import type { ImportDoing, PreviewEntry } from '../../src-contract/vault-views.ts'
import type { VendorView } from '../../src-contract/views.ts'

export type Choice = {
  readonly do?: ImportDoing
  /** What it is to be called here; empty: as the file has it. */
  readonly name: string
  readonly vendor?: string
  readonly inputs: Readonly<Record<string, string>>
  readonly baseUrl: string
}
export type Choices = ReadonlyMap<number, Choice>
type Vendors = ReadonlyMap<string, VendorView>

export const noChoice: Choice = { name: '', inputs: {}, baseUrl: '' }

/** What is said and possible; else what the app would do by itself. */
export function doingOf(entry: PreviewEntry, choices: Choices): ImportDoing {
  const said = choices.get(entry.index)?.do
  return said !== undefined && entry.doings.includes(said) ? said : (entry.doings[0] ?? 'skip')
}

/** What was said of the entries of a file, of the same entries where it was read again. */
export function carried(choices: Choices, before: readonly PreviewEntry[], after: readonly PreviewEntry[]): Choices {
  const place = ({ where, title }: PreviewEntry): string => `${where}\n${title}`
  const indexes = new Map(after.map((entry) => [place(entry), entry.index]))
  const said = before.flatMap((entry) => {
    const [choice, index] = [choices.get(entry.index), indexes.get(place(entry))]
    return choice === undefined || index === undefined ? [] : [[index, choice] as const]
  })
  return new Map(said)
}

export const isTaken = (entry: PreviewEntry, choices: Choices): boolean => doingOf(entry, choices) !== 'skip'

/** Whose key it will be, as far as it is said; `other` for nobody's. */
export function vendorOf(entry: PreviewEntry, choices: Choices): string {
  const said = choices.get(entry.index)?.vendor
  if (said !== undefined) return said
  return entry.missing.length > 0 ? (entry.guess?.vendor ?? entry.vendor) : entry.vendor
}

/** The vendor it may belong to, while nobody has said so. */
export const askedVendor = (entry: PreviewEntry, choices: Choices): string | null =>
  entry.guess?.confidence === 'possible' && entry.vendor === 'other' && choices.get(entry.index)?.vendor === undefined
    ? entry.guess.vendor
    : null

/** The address's own name among the inputs that an entry is missing. */
export const ADDRESS = 'base-url'

/** What its vendor asks for and neither the file nor a person has said: without it, it is kept as nobody's. */
export function lacking(entry: PreviewEntry, choices: Choices): readonly string[] {
  const { inputs, baseUrl } = choices.get(entry.index) ?? noChoice
  if (vendorOf(entry, choices) === 'other') return []
  return entry.missing.filter((name) => (name === ADDRESS ? baseUrl : (inputs[name] ?? '')).trim() === '')
}

/** The inputs that can be given for it: those that are missing, or all that a vendor named by hand has. */
export function inputsFor(entry: PreviewEntry, choices: Choices, vendors: Vendors): readonly string[] {
  const vendor = vendorOf(entry, choices)
  if (vendor === 'other' || vendor === entry.vendor) return []
  if (entry.missing.length > 0 && vendor === entry.guess?.vendor) return entry.missing
  const view = vendors.get(vendor)
  const inputs = (view?.inputs ?? []).filter(({ required, secret }) => required && !secret).map(({ name }) => name)
  return view?.baseUrl === null ? [...inputs, ADDRESS] : inputs
}

/** Scheme, host and port, as the app compares them. */
export const originOf = (url: string): string => /^[a-z]+:\/\/[^/]+/i.exec(url)?.[0].toLowerCase() ?? url

export type Question = { readonly of: string; readonly count: number; readonly why: string }

const grouped = (pairs: readonly (readonly [of: string, why: string])[]): readonly Question[] => {
  const groups = new Map<string, Question>()
  for (const [of, why] of pairs)
    groups.set(of, { of, why: groups.get(of)?.why ?? why, count: (groups.get(of)?.count ?? 0) + 1 })
  return [...groups.values()].toSorted((a, b) => b.count - a.count)
}

/** A key that is kept already has an address and an operator of its own: only what is added brings them. */
const isAdded = (entry: PreviewEntry, choices: Choices): boolean =>
  isTaken(entry, choices) && doingOf(entry, choices) !== 'replace'

/** Addresses that nobody here has sent a key to, with how many keys would go there. */
export const originsToConfirm = (entries: readonly PreviewEntry[], choices: Choices): readonly Question[] =>
  grouped(
    entries
      .filter((entry) => entry.unconfirmed.includes('address') && isAdded(entry, choices))
      .map(({ baseUrl, vendor }) => [originOf(baseUrl ?? ''), vendor]),
  )

/** How many keys name another key that may rotate them. */
export const operatorsToConfirm = (entries: readonly PreviewEntry[], choices: Choices): readonly Question[] =>
  grouped(
    entries
      .filter((entry) => entry.unconfirmed.includes('operator') && isAdded(entry, choices))
      .map(({ operator, name }) => [operator ?? '', name]),
  )

/** Vendors that keys may belong to, whether or not somebody has answered. */
export const vendorsToConfirm = (entries: readonly PreviewEntry[]): readonly Question[] =>
  grouped(
    entries
      .filter(
        ({ guess, vendor, doings }) => guess?.confidence === 'possible' && vendor === 'other' && doings.length > 1,
      )
      .map(({ guess }) => [guess?.vendor ?? '', guess?.why ?? '']),
  )

type Asked = NonNullable<InputOf<'vault.import'>['choices']>

/** Every word that was said of the entries as they were read, whether or not it is possible; empty fields are left out. */
export const saidOf = (entries: readonly PreviewEntry[], choices: Choices): Asked =>
  entries.flatMap((entry) => wordsOf(entry, choices, choices.get(entry.index)?.do ?? entry.doings[0] ?? 'skip'))

/** What the import is told of the entries as they were judged: what is possible, and only where it is not the usual. */
export const askedOf = (entries: readonly PreviewEntry[], choices: Choices): Asked =>
  entries.flatMap((entry) => wordsOf(entry, choices, doingOf(entry, choices)))

function wordsOf(entry: PreviewEntry, choices: Choices, doing: ImportDoing): Asked {
  const choice = choices.get(entry.index)
  if (choice === undefined) return []
  const inputs = Object.fromEntries(
    Object.entries(choice.inputs)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  )
  const baseUrl = choice.baseUrl.trim()
  const isSaid = Object.keys(inputs).length > 0 || baseUrl !== ''
  const vendor = choice.vendor ?? (isSaid ? vendorOf(entry, choices) : undefined)
  if (doing === entry.doings[0] && vendor === undefined && choice.name === '') return []
  return [
    {
      index: entry.index,
      do: doing,
      ...(choice.name === '' ? {} : { name: choice.name }),
      ...(vendor === undefined ? {} : { vendor }),
      ...(isSaid && Object.keys(inputs).length > 0 ? { inputs } : {}),
      ...(baseUrl === '' ? {} : { baseUrl }),
    },
  ]
}
