import type { Chance } from './chance.ts'
import type { WireRequest } from './http/request.ts'
import type { Reply } from './http/reply.ts'
import type { Key, NewPrincipal, Principal, Registry } from './principals.ts'
import type { Settings } from './settings.ts'
import type { VendorId } from './vendor-id.ts'

/**
 * What a vendor's server makes of a request: `mint` replaces a key and shows the new one; `verify` proves a key;
 * `session` opens one for an operator; `reread` shows the current key again; `other` is the rest.
 * Conjur's authenticate is `session` for an operator's login and `verify` for any other: the call is the same.
 */
export const requestClasses = ['mint', 'verify', 'session', 'reread', 'other'] as const
export type RequestClass = (typeof requestClasses)[number]

export type Mint = {
  readonly target: Principal
  /** `elsewhere` puts the key where the documentation does not. */
  readonly reply: (key: string, place: 'declared' | 'elsewhere') => Reply
}

/** Made without any effect, so that it can be made once to see who calls, and again at the moment of acting. */
export type Call = {
  readonly class: RequestClass
  /** Whose key, password or session the request carries, if it is anybody's. */
  readonly principal: Principal | null
  /** The key it carries, dead or alive. */
  readonly key: Key | null
  /** What to replace, if the vendor would. */
  readonly mint: Mint | null
  /** The answer to everything else, refusals included; may change the vendor's state. */
  readonly answer: () => Reply
  /** True if `answer` changes something. */
  readonly changes?: true
}

export type Desk = {
  readonly registry: Registry
  readonly chance: Chance
  readonly settings: () => Settings
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export type Vendor = {
  readonly id: VendorId
  /** Follows the origin in the base URL: '' or '/api/v1'. */
  readonly basePath: string
  readonly settings: Settings
  /** A fresh key in the vendor's form; made up, never real. */
  readonly newKey: (chance: Chance) => string
  /** The principals it starts with: the first one is the default. */
  readonly founders: (chance: Chance) => readonly NewPrincipal[]
  /** One principal more. `count` is how many there are. */
  readonly newcomer: (name: string | null, count: number, isAdmin: boolean, chance: Chance) => NewPrincipal
  /** Routes of a desk: a vendor may keep sessions of its own. */
  readonly open: (desk: Desk) => (request: WireRequest) => Call
  /** An error in the vendor's own form. */
  readonly refusal: (status: number, retryAfterSeconds: number | null) => Reply
}

/** A call that changes nothing and has its answer ready. */
export const answered = (
  name: RequestClass,
  who: { readonly principal: Principal; readonly key: Key } | null,
  answer: () => Reply,
): Call => ({ class: name, principal: who?.principal ?? null, key: who?.key ?? null, mint: null, answer })
