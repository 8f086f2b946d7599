import { lowerHex } from '../chance.ts'
import { secondsToWait } from '../call-limits.ts'
import { empty, json, type Reply } from '../http/reply.ts'
import type { Principal } from '../principals.ts'
import { baseSettings } from '../settings.ts'
import { answered, type Call, type Vendor } from '../vendor.ts'

/**
 * Hi Energy: a user's key is addressed by the user's id. Anybody may rotate their own, an admin anybody's. Success looks
 * like JSON:API with the id as a text; errors are `{ error: { code, message } }`.
 */
const base = '/api/v1'
const callLimit = { count: 1000, perSeconds: 3600 }

const failure = (status: number, code: string, message: string): Reply => json(status, { error: { code, message } })
const refusals: Readonly<Record<number, Reply>> = {
  401: failure(401, 'unauthorized', 'Invalid API key'),
  403: failure(403, 'forbidden', 'You may only rotate your own API key'),
  404: failure(404, 'not_found', 'Not found'),
  429: failure(429, 'rate_limited', 'Rate limit exceeded'),
}
const refuse = (status: number): Reply => refusals[status] ?? failure(status, 'internal', 'Internal error')

const record = (user: Principal): unknown => ({
  id: user.name,
  type: 'user',
  attributes: { email: user.email, publisher_id: 1 },
})
const rotated = (user: Principal, key: string, place: 'declared' | 'elsewhere'): Reply =>
  place === 'declared'
    ? json(200, { data: record(user), meta: { api_key: key } })
    : json(200, { data: record(user), api_key: key, meta: {} })

const user = (id: string, rights: 'own' | 'admin') => ({ name: id, inputs: { 'user-id': id }, rights, password: null })

export const hienergy: Vendor = {
  id: 'hienergy',
  basePath: base,
  settings: { ...baseSettings, callLimits: [callLimit] },
  newKey: ({ text }) => text(lowerHex, 64),
  founders: () => [user('42', 'own'), user('1', 'admin')],
  newcomer: (name, count, isAdmin) => user(name ?? String(1000 + count), isAdmin ? 'admin' : 'own'),
  refusal: refuse,

  open:
    ({ registry, settings, now }) =>
    (request): Call => {
      const presented = request.headers['x-api-key'] ?? request.query.get('api_key') ?? ''
      const found = registry.find(presented)
      const rotate = /^\/api\/v1\/users\/([^/]*)\/rotate_api_key$/.exec(request.path)
      const isRotate = rotate !== null && request.method === 'POST'
      const isList = request.path === `${base}/advertisers` && request.method === 'GET'
      const isUsers = request.path === `${base}/users` && request.method === 'GET'
      const isGraph = request.path === `${base}/graphql` && request.method === 'POST'
      const name = isRotate ? 'mint' : isList || isUsers || isGraph ? 'verify' : 'other'

      if (name === 'other') return answered(name, found, () => refuse(404))
      if (found === null || !registry.works(found.key)) return answered(name, found, () => refuse(401))
      if (secondsToWait(found.principal, settings().callLimits, now()) > 0)
        return answered(name, found, () => refuse(429))
      if (isList) {
        const advertiser = { id: '7', type: 'advertiser', attributes: { name: 'Example Outfitters' } }
        return answered(name, found, () => json(200, { data: [advertiser], meta: { total: 1 } }))
      }
      if (isGraph) return answered(name, found, () => json(200, { data: { __typename: 'Query' } }))
      if (isUsers) {
        const email = request.query.get('email')
        const isVisible = (other: Principal): boolean =>
          (found.principal.rights === 'admin' || other === found.principal) && (email === null || other.email === email)
        return answered(name, found, () => json(200, { data: registry.all().filter(isVisible).map(record) }))
      }

      const id = request.segments?.[3] ?? ''
      if (!/^\d+$/.test(id)) return answered(name, found, () => refuse(404))
      // Somebody else's id is forbidden whether or not there is such a user.
      if (found.principal.rights !== 'admin' && found.principal.name !== id)
        return answered(name, found, () => refuse(403))
      const target = registry.byName(id)
      if (target === null) return answered(name, found, () => refuse(404))
      return {
        ...answered(name, found, () => empty(500)),
        mint: { target, reply: (key, place) => rotated(target, key, place) },
      }
    },
}
