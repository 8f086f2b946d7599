import { alphanumeric } from '../chance.ts'
import { secondsToWait } from '../call-limits.ts'
import { json, type Reply } from '../http/reply.ts'
import { baseSettings } from '../settings.ts'
import { answered, type Vendor } from '../vendor.ts'

/** Userplane: keys are made and rotated in the dashboard only (dashboard.ts); the API tells whether one is valid. */
const base = '/api/v1'

const failure = (status: number, code: string, message: string): Reply =>
  json(status, { error: code, message: `${message}. See https://docs.userplane.io/api/error-handling` })
const codes: Readonly<Record<number, readonly [string, string]>> = {
  401: ['API_KEY_INVALID', 'The API key is invalid'],
  403: ['NOT_A_MEMBER', 'You are not a member of this workspace'],
  404: ['NOT_FOUND', 'There is nothing here'],
  429: ['RATE_LIMITED', 'Too many requests'],
  503: ['SERVICE_UNAVAILABLE', 'Key verification is unavailable'],
}
const refuse = (status: number): Reply => failure(status, ...(codes[status] ?? ['INTERNAL_ERROR', 'Internal error']))

export const userplane: Vendor = {
  id: 'userplane',
  basePath: base,
  settings: {
    ...baseSettings,
    callLimits: [
      { count: 120, perSeconds: 60 },
      { count: 10_000, perSeconds: 86_400 },
    ],
  },
  newKey: ({ text }) => `uspl_${text(alphanumeric, 40)}`,
  founders: () => [{ name: 'ops', inputs: {}, rights: 'own', password: null }],
  newcomer: (name, count) => ({ name: name ?? `user-${count}`, inputs: {}, rights: 'own', password: null }),
  refusal: refuse,

  open:
    ({ registry, settings, now }) =>
    (request) => {
      const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
      const found = bearer === null ? null : registry.find(bearer)
      const name = request.method === 'GET' && request.path === `${base}/public/me` ? 'verify' : 'other'
      const answer = (reply: () => Reply) => answered(name, found, reply)

      if (request.method !== 'GET' || !request.path.startsWith(`${base}/public/`)) return answer(() => refuse(404))
      if (bearer === null) return answer(() => failure(401, 'API_KEY_REQUIRED', 'An API key is required'))
      if (found === null || !found.key.isAccepted || now() >= found.key.diesAt) return answer(() => refuse(401))
      if (found.key.isDisabled) return answer(() => failure(403, 'API_KEY_DISABLED', 'The API key is disabled'))
      if (now() >= found.key.expiresAt) return answer(() => failure(401, 'API_KEY_EXPIRED', 'The API key has expired'))
      // The limit is the user's, shared by all the user's keys.
      if (secondsToWait(found.principal, settings().callLimits, now()) > 0) return answer(() => refuse(429))

      const { principal } = found
      const workspace = { id: `ws_${principal.name}`, name: principal.name }
      if (name === 'verify') {
        return answer(() =>
          json(200, { message: 'success', data: { id: `usr_${principal.name}`, email: principal.email } }),
        )
      }
      if (request.path === `${base}/public/workspaces`) {
        const page = Number(request.query.get('page') ?? 1)
        const perPage = Number(request.query.get('per_page') ?? 20)
        const data = { workspaces: [workspace], total: 1, pagination: { page, per_page: perPage, total_pages: 1 } }
        return answer(() => json(200, { message: 'success', data }))
      }
      if (request.segments?.[3] === 'workspaces' && request.segments.length === 5) {
        const isMine = request.segments[4] === workspace.id
        return answer(() => (isMine ? json(200, { message: 'success', data: workspace }) : refuse(403)))
      }
      return answer(() => refuse(404))
    },
}
