import type { Chance } from '../chance.ts'
import type { Principal } from '../principals.ts'

/**
 * Access tokens: they live eight minutes and stand for themselves, so that one outlives the rotation of the key it was
 * made with. `Authorization: Token token="<base64>"`: the quotes are not optional.
 */
const lifeMs = 8 * 60 * 1000
/** More than any run needs; the oldest go first. */
const keptTokens = 10_000

export type TokenReading =
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'token'; readonly principal: Principal; readonly issuedAt: number }

export type Tokens = {
  /** The token as JSON. */
  readonly issue: (principal: Principal) => string
  readonly read: (authorization: string | undefined) => TokenReading
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export function createTokens(chance: Chance, now: () => number): Tokens {
  const bySignature = new Map<string, { payload: string; principal: Principal; issuedAt: number }>()
  return {
    issue: (principal) => {
      const issuedAt = now()
      const payload = base64url({ sub: principal.name, iat: Math.floor(issuedAt / 1000) })
      const signature = chance.bytes(48).toString('base64url')
      bySignature.set(signature, { payload, principal, issuedAt })
      if (bySignature.size > keptTokens) bySignature.delete(bySignature.keys().next().value ?? '')
      return JSON.stringify({
        protected: base64url({ alg: 'conjur.org/slosilo/v2', kid: 'sandbox' }),
        payload,
        signature,
      })
    },
    read: (authorization) => {
      if (authorization === undefined) return { kind: 'missing' }
      const encoded = /^Token token="(.*)"/.exec(authorization)?.[1]
      if (encoded === undefined) return { kind: 'malformed' }
      let token: { payload?: unknown; signature?: unknown }
      try {
        token = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as typeof token
      } catch {
        return { kind: 'malformed' }
      }
      const known = typeof token?.signature === 'string' ? bySignature.get(token.signature) : undefined
      if (known === undefined || known.payload !== token.payload || now() >= known.issuedAt + lifeMs) {
        return { kind: 'invalid' }
      }
      return { kind: 'token', principal: known.principal, issuedAt: known.issuedAt }
    },
  }
}
