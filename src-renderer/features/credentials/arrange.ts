/** Which credentials the list shows, and in what order. */
import type { CredentialView } from '../../../src-contract/views.ts'
import type { Filter, SortKey } from '../../state/navigation.ts'
import { bornAt } from '../../ui/words.ts'

/** The sort keys of each credential, in columns: a number in a list of numbers weighs eight bytes and nothing more. */
export type Index = {
  readonly all: readonly CredentialView[]
  /** What a search looks at beside the credential itself. */
  readonly vendorName: (id: string) => string
  readonly ranks: Uint8Array
  readonly born: Float64Array
  /** When it is next due by policy or expiry; Infinity for never. */
  readonly soonest: Float64Array
  readonly expires: Float64Array
}

const ranks: Readonly<Record<CredentialView['state'], number>> = {
  'needs-attention': 0,
  'guided-waiting': 1,
  rotating: 2,
  expired: 3,
  overdue: 4,
  due: 5,
  unverified: 6,
  healthy: 7,
}

const DAY = 86_400_000

export function indexOf(all: readonly CredentialView[], vendorName: (id: string) => string): Index {
  const count = all.length
  const index = {
    all,
    vendorName,
    ranks: new Uint8Array(count),
    born: new Float64Array(count),
    soonest: new Float64Array(count),
    expires: new Float64Array(count),
  }
  all.forEach((credential, at) => {
    const born = Date.parse(bornAt(credential))
    const expires = credential.expiresAt === null ? Infinity : Date.parse(credential.expiresAt)
    const due = credential.maxAgeDays === null ? Infinity : born + credential.maxAgeDays * DAY
    index.ranks[at] = ranks[credential.state]
    index.born[at] = born
    index.expires[at] = expires
    index.soonest[at] = Math.min(due, expires)
  })
  return index
}

/** Places in the index, in an order; searching keeps it. */
export function sorted(index: Index, key: SortKey, isDown: boolean): Uint32Array {
  const names = index.all.map(({ name }) => name)
  const byName = (a: number, b: number): number => compare(names[a] ?? '', names[b] ?? '')
  const by = (column: Float64Array) => (a: number, b: number) => compare(column[a] ?? 0, column[b] ?? 0) || byName(a, b)
  const orders: Readonly<Record<SortKey, (a: number, b: number) => number>> = {
    state: (a, b) => (index.ranks[a] ?? 0) - (index.ranks[b] ?? 0) || by(index.soonest)(a, b),
    name: byName,
    age: by(index.born),
    expiry: by(index.expires),
  }
  const order = orders[key]
  return Uint32Array.from(names.keys()).sort(isDown ? order : (a, b) => order(b, a))
}

const compare = <T extends number | string>(a: T, b: T): number => (a === b ? 0 : a < b ? -1 : 1)

export const isDue = ({ state }: CredentialView): boolean =>
  state === 'due' || state === 'overdue' || state === 'expired'

export const needsPerson = ({ state }: CredentialView): boolean =>
  state === 'needs-attention' || state === 'guided-waiting'

function passes(filter: Filter): (credential: CredentialView) => boolean {
  switch (filter.kind) {
    case 'all':
      return () => true
    case 'due':
      return isDue
    case 'vendor':
      return ({ vendor }) => vendor === filter.vendor
    case 'tag':
      return ({ tags }) => tags.includes(filter.tag)
  }
}

type Wanted = {
  readonly words: readonly string[]
  readonly tests: readonly ((credential: CredentialView) => boolean)[]
}

/** `prod vendor:conjur tag:ci state:overdue`: words must all occur; the others narrow. */
export function parseQuery(query: string): Wanted {
  const words: string[] = []
  const tests: ((credential: CredentialView) => boolean)[] = []
  for (const part of query.toLowerCase().split(/\s+/)) {
    const [, field, value = ''] = /^(vendor|tag|state|store):(.+)$/.exec(part) ?? []
    if (field === 'vendor') tests.push(({ vendor }) => vendor.includes(value))
    else if (field === 'tag') tests.push(({ tags }) => tags.some((tag) => tag.toLowerCase().startsWith(value)))
    else if (field === 'state') tests.push(({ state }) => state.startsWith(value))
    else if (field === 'store') tests.push(({ store }) => store === value)
    else if (part !== '') words.push(part)
  }
  return { words, tests }
}

/** A text that is in small letters already is not copied to be looked at. */
const within = (text: string | null, word: string): boolean => text !== null && text.toLowerCase().includes(word)

const has = (credential: CredentialView, vendorName: Index['vendorName'], word: string): boolean =>
  within(credential.name, word) ||
  within(vendorName(credential.vendor), word) ||
  credential.tags.some((tag) => within(tag, word)) ||
  within(credential.label, word) ||
  within(credential.subject, word) ||
  within(credential.tail, word)

export function matching(index: Index, order: Uint32Array, filter: Filter, query: string): readonly CredentialView[] {
  const isWanted = passes(filter)
  const { words, tests } = parseQuery(query)
  const found: CredentialView[] = []
  for (const at of order) {
    const credential = index.all[at]
    if (!credential || !isWanted(credential)) continue
    if (!words.every((word) => has(credential, index.vendorName, word))) continue
    if (!tests.every((test) => test(credential))) continue
    found.push(credential)
  }
  return found
}

export type Counts = {
  readonly due: number
  readonly attention: number
  readonly vendors: readonly (readonly [string, number])[]
  readonly tags: readonly (readonly [string, number])[]
}

export function countAll(all: readonly CredentialView[]): Counts {
  const vendors = new Map<string, number>()
  const tags = new Map<string, number>()
  let due = 0
  let attention = 0
  for (const credential of all) {
    if (isDue(credential)) due += 1
    if (needsPerson(credential)) attention += 1
    vendors.set(credential.vendor, (vendors.get(credential.vendor) ?? 0) + 1)
    for (const tag of credential.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1)
  }
  return {
    due,
    attention,
    vendors: [...vendors].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    tags: [...tags].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
  }
}
