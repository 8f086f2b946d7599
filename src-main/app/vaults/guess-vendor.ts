/** Whose key an entry is, as far as the entry shows it: by the key's own prefix, by its address, by its name. */
import type { KeyLike, VaultEntry } from '../../formats/define-format.ts'
import { hasShape } from '../../vendors/key-shape.ts'
import type { Found } from '../vendor-registry.ts'

export type Guess = {
  readonly vendor: string
  readonly confidence: 'sure' | 'likely' | 'possible'
  readonly why: string
}

const words = (text: string): readonly string[] => text.toLowerCase().split(/[^a-z0-9]+/)
const squeezed = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '')

/** Null: nothing speaks for any of them. A prefix, or an address with a fitting key, is taken; less than that is asked. */
export function guessVendor(entry: VaultEntry, vendors: readonly Found[]): Guess | null {
  const { secret } = entry
  if (secret === null) return null
  const said = saidVendor(entry, secret, vendors)
  if (said) return said
  const guesses = vendors.flatMap((found) => guessOf(entry, secret, found) ?? [])
  const likely = guesses.filter(({ confidence }) => confidence === 'likely')
  // two that are as likely as each other are a question
  if (likely.length > 1) return { ...(likely[0] as Guess), confidence: 'possible' }
  return likely[0] ?? guesses[0] ?? null
}

/** A table may name the vendor in a column of its own; a key of another shape than that vendor's is asked about. */
function saidVendor({ vendor }: VaultEntry, secret: string, vendors: readonly Found[]): Guess | null {
  if (vendor === undefined) return null
  const file = vendors.map((found) => found.file).find((each) => isCalled(each, vendor))
  if (!file) return null
  return hasShape(file.key, secret)
    ? { vendor: file.id, confidence: 'likely', why: 'the file says so' }
    : { vendor: file.id, confidence: 'possible', why: 'the file says so, but its keys look otherwise' }
}

const isCalled = ({ id, name }: Found['file'], word: string): boolean =>
  [id, name].some((each) => squeezed(each) === squeezed(word))

function guessOf(entry: VaultEntry, secret: string, { file }: Found): Guess | null {
  const guess = (confidence: Guess['confidence'], why: string): Guess => ({ vendor: file.id, confidence, why })
  const fits = hasShape(file.key, secret)
  const prefix = file.key.prefixes.find((each) => secret.startsWith(each))
  if (prefix !== undefined) {
    return fits ? guess('likely', `it starts with ${prefix}`) : guess('possible', `it starts with ${prefix}`)
  }
  const host = entry.urls.map(hostOf).find((each) => each !== null && isHostOf(each, file.hosts))
  if (host !== undefined)
    return guess(fits && file.key.prefixes.length === 0 ? 'likely' : 'possible', `its address is ${host}`)
  const isNamed = (): boolean =>
    [entry.name, ...entry.folder, ...entry.tags].some(
      (text) => words(text).includes(file.id) || squeezed(text).includes(squeezed(file.name)),
    )
  return fits && isNamed() ? guess('possible', `its name says ${file.name}`) : null
}

/** What a shorter one begins with says too little. */
const SHORTEST_PREFIX = 4

/** How the keys begin that are known by that: for readers that go by names, and know no vendors. */
export const keysLike = (vendors: readonly Found[]): readonly KeyLike[] =>
  vendors.flatMap(({ file: { key } }) =>
    key.prefixes
      .filter((prefix) => prefix.length >= SHORTEST_PREFIX)
      .map((prefix) => ({ prefix, minLength: key.minLength, maxLength: key.maxLength })),
  )

function hostOf(url: string): string | null {
  try {
    return new URL(url.includes('://') ? url : `https://${url}`).hostname
  } catch {
    return null
  }
}

const siteOf = (host: string): string => host.split('.').slice(-2).join('.')
const isHostOf = (host: string, hosts: Found['file']['hosts']): boolean =>
  hosts !== 'any' && hosts.some((each) => host === each || siteOf(host) === siteOf(each.replace(/^\*\./, '')))
