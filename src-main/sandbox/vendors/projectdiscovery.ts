import { lowerHex } from '../chance.ts'
import { empty, json, type Reply } from '../http/reply.ts'
import { baseSettings } from '../settings.ts'
import { answered, type Vendor } from '../vendor.ts'

/**
 * ProjectDiscovery: one key per user; the key rotates itself. `GET /v1/user` is not in the OpenAPI file, yet it is what
 * the vendor's own tools check a key with. `GET /v1/user/apikey` shows the whole key again.
 */
const message = (status: number, words: string): Reply => json(status, { message: words })

export const projectdiscovery: Vendor = {
  id: 'projectdiscovery',
  basePath: '',
  settings: baseSettings,
  newKey: ({ text }) => [8, 4, 4, 4, 12].map((length) => text(lowerHex, length)).join('-'),
  founders: () => [{ name: 'ops', inputs: {}, rights: 'own', password: null }],
  newcomer: (name, count) => ({ name: name ?? `user-${count}`, inputs: {}, rights: 'own', password: null }),
  refusal: (status) =>
    message(
      status,
      { 400: 'bad request', 401: 'unauthorized', 404: 'not found', 429: 'too many requests' }[status] ??
        'internal server error',
    ),

  open:
    ({ registry }) =>
    (request) => {
      const found = registry.find(request.headers['x-api-key'] ?? '')
      const call = `${request.method} ${request.path}`
      const name =
        call === 'POST /v1/user/apikey/rotate'
          ? 'mint'
          : call === 'GET /v1/user'
            ? 'verify'
            : call === 'GET /v1/user/apikey'
              ? 'reread'
              : 'other'
      const known = name !== 'other' || call === 'POST /v1/user/apikey' || call === 'DELETE /v1/user/apikey'
      if (!known) return answered(name, found, () => message(404, 'not found'))
      if (found === null || !registry.works(found.key)) return answered(name, found, () => message(401, 'unauthorized'))
      const { principal, key } = found

      if (name === 'verify') {
        return answered(name, found, () => json(200, { name: principal.name, email: principal.email }))
      }
      if (name === 'mint') {
        return {
          ...answered(name, found, () => empty(500)),
          mint: {
            target: principal,
            reply: (value, place) =>
              place === 'declared'
                ? json(200, { message: 'API key rotated successfully', api_key: value })
                : json(200, { message: 'API key rotated successfully', result: { key: value } }),
          },
        }
      }
      if (request.method === 'DELETE') {
        const remove = (): Reply => {
          registry.end(principal, key, 0)
          return message(200, 'API key deleted')
        }
        return { ...answered(name, found, remove), changes: true }
      }
      // Creating makes no second key: one user, one key.
      return answered(name, found, () => json(200, { message: 'success', api_key: principal.key.value }))
    },
}
