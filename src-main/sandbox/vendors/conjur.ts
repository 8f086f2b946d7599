import { alphanumeric, type Chance } from '../chance.ts'
import { empty, json, text, type Reply } from '../http/reply.ts'
import type { WireRequest } from '../http/request.ts'
import type { Key, Principal } from '../principals.ts'
import { baseSettings } from '../settings.ts'
import { answered, type Call, type Desk, type RequestClass, type Vendor } from '../vendor.ts'
import { account, fullId, isHost, readRole, role } from './conjur-roles.ts'
import { createTokens, type TokenReading, type Tokens } from './conjur-tokens.ts'

/**
 * Conjur as its source and tests have it (1.24.0), where the prose says otherwise: a role rotates itself by Basic only and
 * another by token only; a refused key is 401 with an empty body; a key is 47 to 56 characters.
 */
type Who = { readonly principal: Principal; readonly key: Key | null }

const crockford = '0123456789abcdefghjkmnpqrstvwxyz'
const failure = (status: number, code: string, message: string): Reply => json(status, { error: { code, message } })
const notFound = (what: string): Reply => failure(404, 'not_found', `CONJ00123E Resource '${what}' requested not found`)
const weak = (): Reply => failure(401, 'unauthorized', 'Credential strength is insufficient')

/** Eight 32-bit numbers, each in Crockford's base 32 without padding. */
function newKey({ bytes }: Chance): string {
  for (;;) {
    const random = bytes(32)
    const numbers = Array.from({ length: 8 }, (_, i) => random.readUInt32BE(i * 4))
    const key = numbers
      .map((n) => Array.from({ length: 7 }, (_, i) => crockford[Math.floor(n / 32 ** (6 - i)) % 32]).join(''))
      .map((digits) => digits.replace(/^0+(?=.)/, ''))
      .join('')
    if (key.length >= 47) return key
  }
}

/** Basic: the login stands raw in it; the second half is the key or the password. */
function basic(
  request: WireRequest,
  { registry }: Desk,
): (Who & { readonly isPassword: boolean; readonly isGood: boolean }) | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (encoded === undefined) return null
  const [login = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  const given = rest.join(':')
  const principal = registry.byName(login)
  if (principal === null) return null
  const isPassword = principal.password !== null && given === principal.password
  const found = registry.find(given)
  const key = found?.principal === principal ? found.key : null
  return { principal, key, isPassword, isGood: isPassword || (key !== null && registry.works(key)) }
}

const refuseToken = (reading: Exclude<TokenReading, { kind: 'token' }>): Reply => {
  if (reading.kind === 'missing') return text(401, 'Authorization missing')
  return text(401, reading.kind === 'malformed' ? 'Malformed authorization token' : 'Unauthorized: Invalid token')
}

/** `who` without a key still names the principal in the log. */
const say = (name: RequestClass, who: Who | null, answer: () => Reply): Call => ({
  ...answered(name, null, answer),
  principal: who?.principal ?? null,
  key: who?.key ?? null,
})

const minting = (who: Who, target: Principal, desk: Desk): Call => ({
  ...say('mint', who, () => empty(500)),
  mint: {
    target,
    reply: (key, place) =>
      place === 'declared' ? text(200, key, desk.settings().textType) : json(200, { api_key: key }),
  },
})

function rotate(request: WireRequest, desk: Desk, tokens: Tokens): Call {
  const query = readRole(request.query.get('role'), desk.registry)
  const authorization = request.headers.authorization
  if (/^Basic /i.test(authorization ?? '')) {
    const who = basic(request, desk)
    if (who === null || !who.isGood) return say('mint', who, () => empty(401))
    if (query.kind === 'malformed')
      return say('mint', who, () => failure(422, 'unprocessable_entity', 'Malformed role'))
    const isOwn = query.kind === 'self' || (query.kind === 'role' && query.role === who.principal)
    // "Operation attempted against foreign user": said to the audit log only.
    return isOwn ? minting(who, who.principal, desk) : say('mint', who, () => empty(401))
  }
  const reading = tokens.read(authorization)
  if (reading.kind !== 'token') return say('mint', null, () => refuseToken(reading))
  const caller: Who = { principal: reading.principal, key: null }
  if (query.kind === 'self') return say('mint', caller, weak)
  if (query.kind === 'malformed')
    return say('mint', caller, () => failure(422, 'unprocessable_entity', 'Malformed role'))
  if (query.kind === 'no-credentials') {
    return say('mint', caller, () => failure(405, 'method_not_allowed', 'Roles of that kind have no credentials'))
  }
  if (query.role === caller.principal) return say('mint', caller, weak)
  if (query.role === null || caller.principal.rights === 'own') {
    return say('mint', caller, () => notFound(request.query.get('role') ?? ''))
  }
  return caller.principal.rights === 'admin' ? minting(caller, query.role, desk) : say('mint', caller, () => empty(403))
}

function authenticate(request: WireRequest, login: string, desk: Desk, tokens: Tokens): Call {
  const principal = desk.registry.byName(login)
  const found = desk.registry.find(request.body)
  const key = found !== null && found.principal === principal ? found.key : null
  const name = principal?.rights === 'admin' ? 'session' : 'verify'
  if (principal === null) return say(name, null, () => empty(401))
  if (key === null || !desk.registry.works(key)) return say(name, { principal, key }, () => empty(401))
  return say(name, { principal, key }, () => {
    const token = tokens.issue(principal)
    if (!/\bbase64\b/i.test(request.headers['accept-encoding'] ?? '')) return json(200, JSON.parse(token))
    const encoded = text(200, Buffer.from(token).toString('base64'))
    return { ...encoded, headers: { ...encoded.headers, 'Content-Encoding': 'base64' } }
  })
}

function changePassword(request: WireRequest, desk: Desk): Call {
  const who = basic(request, desk)
  if (who === null || !who.isGood || isHost(who.principal.name)) return say('other', who, () => empty(401))
  if (request.body === '')
    return say('other', who, () => failure(422, 'unprocessable_entity', 'Password must not be blank'))
  const change = (): Reply => {
    who.principal.password = request.body
    desk.registry.end(who.principal, who.principal.key, 0)
    desk.registry.issue(who.principal, null)
    return empty(204)
  }
  return { ...say('other', who, change), changes: true }
}

function whoami(request: WireRequest, tokens: Tokens): Call {
  const reading = tokens.read(request.headers.authorization)
  if (reading.kind !== 'token') return say('other', null, () => refuseToken(reading))
  const { principal, issuedAt } = reading
  const me = {
    client_ip: '127.0.0.1',
    user_agent: request.headers['user-agent'] ?? '',
    account,
    username: principal.name,
    token_issued_at: new Date(issuedAt).toISOString(),
  }
  return say('other', { principal, key: null }, () => json(200, me))
}

function lastRotation(request: WireRequest, desk: Desk): Call {
  const who = basic(request, desk)
  if (who === null || !who.isGood || request.query.has('role')) return say('other', who, () => empty(401))
  const timestamp = new Date(who.principal.key.bornAt).toISOString()
  return say('other', who, () => json(200, { role: fullId(who.principal.name), timestamp }))
}

function route(request: WireRequest, desk: Desk, tokens: Tokens): Call {
  // Installations in the cloud have everything under /api.
  const path = request.segments?.[0] === 'api' ? request.segments.slice(1) : (request.segments ?? [])
  const [first, where, third, fourth] = path
  const nowhere = (): Call => say('other', null, () => empty(404))
  if (request.method === 'GET' && first === 'whoami' && path.length === 1) return whoami(request, tokens)
  if (first !== 'authn') return nowhere()
  const isHere = where === account

  if (request.method === 'POST' && fourth === 'authenticate' && path.length === 4) {
    return isHere ? authenticate(request, third ?? '', desk, tokens) : say('verify', null, () => empty(401))
  }
  if (path.length !== 3) return nowhere()
  switch (`${request.method} ${third}`) {
    case 'PUT api_key':
      return isHere ? rotate(request, desk, tokens) : say('mint', null, () => empty(401))
    case 'GET login': {
      const who = isHere ? basic(request, desk) : null
      if (who === null || !who.isGood) return say('reread', who, () => empty(401))
      return say('reread', who, () => text(200, who.principal.key.value, desk.settings().textType))
    }
    case 'PUT password':
      return isHere ? changePassword(request, desk) : say('other', null, () => empty(401))
    case 'GET api_key':
      return isHere ? lastRotation(request, desk) : say('other', null, () => empty(401))
    default:
      return nowhere()
  }
}

const newPassword = ({ text: draw }: Chance): string => `Sandbox-${draw(alphanumeric, 16)}`

export const conjur: Vendor = {
  id: 'conjur',
  basePath: '',
  settings: baseSettings,
  newKey,
  founders: (chance) => [
    role('alice', 'own', newPassword(chance)),
    role('admin', 'admin', newPassword(chance)),
    role('auditor', 'read', newPassword(chance)),
    role('host/ci/build', 'own', null),
  ],
  newcomer: (name, count, isAdmin, chance) =>
    role(name ?? `user-${count}`, isAdmin ? 'admin' : 'own', newPassword(chance)),
  refusal: (status) => {
    if (status === 401 || status === 403) return empty(status)
    return status === 404
      ? notFound('')
      : failure(status, status === 422 ? 'unprocessable_entity' : 'internal_error', 'Refused')
  },
  open: (desk) => {
    const tokens = createTokens(desk.chance, desk.now)
    return (request) => route(request, desk, tokens)
  },
}
