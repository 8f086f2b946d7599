import { alphanumeric } from '../chance.ts'
import { callsLeft, secondsToMint, secondsToWait } from '../call-limits.ts'
import { empty, json, type Reply } from '../http/reply.ts'
import type { Principal } from '../principals.ts'
import { baseSettings } from '../settings.ts'
import { answered, type Desk, type Vendor } from '../vendor.ts'

/**
 * Scrapebit: one key per user; regenerating works once an hour (`rate_limited`). A key that was replaced is answered with
 * `api_key_expired`, one that never was with `unauthorized`. The limit on calls has another code and its own headers.
 */
const hourSeconds = 3600
const callLimit = { count: 200, perSeconds: 60 }

const failure = (
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Reply => json(status, { success: false, error: { code, message, details: {}, ...more } }, headers)

const unauthorized = (): Reply => failure(401, 'unauthorized', 'Missing or invalid API key')

function limitHeaders(principal: Principal, { settings, now }: Desk): Readonly<Record<string, string>> {
  const limit = settings().callLimits[0]
  if (limit === undefined) return {}
  return {
    'X-RateLimit-Limit': String(limit.count),
    'X-RateLimit-Remaining': String(callsLeft(principal, limit, now())),
    'X-RateLimit-Reset': String(Math.ceil(now() / 1000) + limit.perSeconds),
  }
}

function tooMany(seconds: number): Reply {
  const words = 'Too many requests. Please slow down.'
  return failure(429, 'rate_limit_exceeded', words, { retry_after: seconds }, { 'Retry-After': String(seconds) })
}

const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const profile = (principal: Principal): unknown => ({
  success: true,
  data: {
    id: `usr_${principal.name}`,
    email: principal.email,
    name: principal.name,
    plan: 'pro',
    credits: 4200,
    api_key: {
      prefix: principal.key.value.slice(0, 11),
      created_at: iso(principal.key.bornAt),
      last_used_at: null,
    },
    created_at: '2024-06-01T10:00:00Z',
  },
})

const regenerated = (key: string, at: number, place: 'declared' | 'elsewhere'): unknown =>
  place === 'declared'
    ? {
        success: true,
        data: { api_key: key, created_at: iso(at), previous_key_invalidated: true },
        message: 'API key regenerated successfully. Your old key is now invalid.',
      }
    : { success: true, result: { key } }

export const scrapebit: Vendor = {
  id: 'scrapebit',
  basePath: '',
  settings: { ...baseSettings, mintEverySeconds: hourSeconds, callLimits: [callLimit] },
  newKey: ({ text }) => `sb_live_${text(alphanumeric, 32)}`,
  founders: () => [{ name: 'ops', inputs: {}, rights: 'own', password: null }],
  newcomer: (name, count) => ({ name: name ?? `user-${count}`, inputs: {}, rights: 'own', password: null }),
  refusal: (status, retryAfterSeconds) => {
    if (status === 401) return unauthorized()
    if (status === 403) return failure(403, 'forbidden', 'Insufficient permissions')
    if (status === 404) return failure(404, 'not_found', 'Not found')
    if (status === 429) return tooMany(retryAfterSeconds ?? 30)
    return failure(status, 'internal_error', 'Internal error')
  },

  open: (desk) => (request) => {
    const { registry, settings, now } = desk
    const found = registry.find(/^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '')
    const call = `${request.method} ${request.path}`
    const name =
      call === 'POST /v1/user/api-key/regenerate' ? 'mint' : call === 'GET /v1/user/profile' ? 'verify' : 'other'
    if (name === 'other') return answered(name, found, () => failure(404, 'not_found', 'Not found'))
    if (found === null || !found.key.isAccepted) return answered(name, found, unauthorized)
    if (!registry.works(found.key)) {
      return answered(name, found, () => failure(401, 'api_key_expired', 'API key has been regenerated'))
    }
    const { principal } = found
    const callWait = secondsToWait(principal, settings().callLimits, now())
    if (callWait > 0) return answered(name, found, () => tooMany(callWait))
    if (name === 'verify') {
      return answered(name, found, () => json(200, profile(principal), limitHeaders(principal, desk)))
    }
    const mintWait = secondsToMint(principal, settings().mintEverySeconds, now())
    if (mintWait > 0) {
      const words = 'You can only regenerate your API key once per hour. Please try again later.'
      const { mintLimitStatus } = settings()
      return answered(name, found, () => failure(mintLimitStatus, 'rate_limited', words, { retry_after: mintWait }))
    }
    return {
      ...answered(name, found, () => empty(500)),
      mint: {
        target: principal,
        reply: (key, place) => json(200, regenerated(key, now(), place), limitHeaders(principal, desk)),
      },
    }
  },
}
