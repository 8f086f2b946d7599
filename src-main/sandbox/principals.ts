import type { Clock } from './clock.ts'

/** Who a vendor knows, and which of their keys work. The truth that tests compare Rekey's words with. */
export type Key = {
  /** Public name, such as scrapebit-key-3: what the log says in place of the value. */
  readonly id: string
  readonly value: string
  readonly bornAt: number
  readonly expiresAt: number
  /** The moment it stops working; Infinity while nobody has replaced it. */
  diesAt: number
  /** False for a key that the vendor gave out and never accepts. */
  readonly isAccepted: boolean
  isDisabled: boolean
}

export type Principal = {
  readonly name: string
  readonly email: string
  readonly inputs: Readonly<Record<string, string>>
  /** own: its own key only; read: sees the others; admin: may rotate anybody's. */
  readonly rights: 'own' | 'read' | 'admin'
  password: string | null
  key: Key
  /** Every key that still counts against a limit on keys. */
  keys: Key[]
  mintedAt: number | null
  /** Order of the last mint among all that happened at this vendor; 0 if there was none. */
  mintStep: number
  /** When this principal called, oldest first. */
  calls: number[]
}

/** How a rotation is bent. */
export type Twist = {
  readonly gives: 'new' | 'same' | 'rejected'
  readonly oldKeyLivesMs: number
}
export const straight: Twist = { gives: 'new', oldKeyLivesMs: 0 }

export type NewPrincipal = Pick<Principal, 'name' | 'inputs' | 'rights' | 'password'>

export type Registry = {
  readonly add: (principal: NewPrincipal) => Principal
  readonly byName: (name: string) => Principal | null
  readonly all: () => readonly Principal[]
  /** The key with this value, dead or alive, and whose it is. */
  readonly find: (value: string) => { readonly principal: Principal; readonly key: Key } | null
  readonly works: (key: Key) => boolean
  /** Replaces the principal's key; answers with the value to show, and whether anything changed. */
  readonly mint: (principal: Principal, twist: Twist) => { readonly value: string; readonly changed: boolean }
  /** One key more, beside those there are. */
  readonly issue: (principal: Principal, expiryDays: number | null) => Key
  readonly end: (principal: Principal, key: Key, livesMs: number) => void
  /** Counts injections and mints, to tell which came first. */
  readonly nextStep: () => number
}

const dayMs = 86_400_000

export function createRegistry(vendor: string, clock: Clock, newKey: () => string): Registry {
  const principals = new Map<string, Principal>()
  const owners = new Map<string, { principal: Principal; key: Key }>()
  let step = 0

  const makeKey = (isAccepted: boolean, expiryDays: number | null): Key => {
    let value = newKey()
    while (owners.has(value)) value = newKey()
    const bornAt = clock.now()
    const expiresAt = expiryDays === null ? Infinity : bornAt + expiryDays * dayMs
    const id = `${vendor}-key-${owners.size + 1}`
    return { id, value, bornAt, expiresAt, diesAt: Infinity, isAccepted, isDisabled: false }
  }
  const give = (principal: Principal, key: Key): void => {
    owners.set(key.value, { principal, key })
    principal.keys.push(key)
  }
  const works = (key: Key): boolean => {
    const now = clock.now()
    return key.isAccepted && !key.isDisabled && now < key.diesAt && now < key.expiresAt
  }
  const end = (principal: Principal, key: Key, livesMs: number): void => {
    key.diesAt = Math.min(key.diesAt, clock.now() + livesMs)
    principal.keys = principal.keys.filter((other) => other !== key)
  }

  return {
    add: (given) => {
      const key = makeKey(true, null)
      const email = given.name.includes('@') ? given.name : `${given.name.replaceAll('/', '.')}@example.com`
      const principal: Principal = { ...given, email, key, keys: [], mintedAt: null, mintStep: 0, calls: [] }
      principals.set(given.name, principal)
      give(principal, key)
      return principal
    },
    byName: (name) => principals.get(name) ?? null,
    all: () => [...principals.values()],
    find: (value) => owners.get(value) ?? null,
    works,
    mint: (principal, twist) => {
      const old = principal.key
      if (twist.gives === 'same') return { value: old.value, changed: false }
      const key = makeKey(twist.gives === 'new', null)
      end(principal, old, twist.oldKeyLivesMs)
      give(principal, key)
      if (twist.gives === 'new') principal.key = key
      principal.mintedAt = clock.now()
      principal.mintStep = ++step
      return { value: key.value, changed: true }
    },
    issue: (principal, expiryDays) => {
      const key = makeKey(true, expiryDays)
      give(principal, key)
      principal.key = key
      return key
    },
    end,
    nextStep: () => ++step,
  }
}
