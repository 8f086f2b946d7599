import type { VendorFile } from './define-vendor.ts'
import type { FileIssue } from './file-issue.ts'
import type { AuthForm, RequestForm } from './schema/requests.ts'
import { namesIn, parseTemplate } from './template.ts'

/**
 * Which placeholder may stand where. A secret goes into auth or body only, never into a URL or a plain header; a path
 * placeholder is a whole segment; secret inputs are for the re-read recipe alone; headers that steer the connection
 * are ours.
 */
type Path = readonly (string | number)[]
export type Scope = {
  /** Placeholders for anywhere. */
  readonly plain: ReadonlySet<string>
  /** Placeholders for auth and body only. */
  readonly secret: ReadonlySet<string>
}

const deniedHeaders = new Set(
  (
    'host cookie set-cookie connection keep-alive transfer-encoding te trailer upgrade content-length ' +
    'content-encoding accept-encoding expect range if-match if-none-match via forwarded authorization origin referer ' +
    'http2-settings x-http-method-override x-method-override x-http-method alt-used early-data'
  ).split(' '),
)
const deniedPrefixes = ['proxy-', 'sec-', 'x-forwarded-']

/** Whether a vendor file may not set this header. */
export function isDeniedHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return deniedHeaders.has(lower) || deniedPrefixes.some((prefix) => lower.startsWith(prefix))
}

function templateIssues(text: string, path: Path, scope: Scope, place: 'url' | 'header' | 'sealed'): FileIssue[] {
  if (parseTemplate(text) === null) return [{ path, message: 'has a brace that is no placeholder such as {login}' }]
  return namesIn(text).flatMap((name) => {
    if (scope.plain.has(name)) return []
    if (!scope.secret.has(name)) return [{ path, message: `{${name}} is not known here` }]
    if (place === 'sealed') return []
    const where = place === 'url' ? 'a URL (it would end in logs)' : 'a plain header'
    return [{ path, message: `{${name}} is a secret and may not stand in ${where}: use auth or body` }]
  })
}

function pathIssues(text: string, path: Path, scope: Scope): FileIssue[] {
  const issues = templateIssues(text, path, scope, 'url')
  if (!text.startsWith('/')) return [...issues, { path, message: 'must start with /' }]
  const segments = text.slice(1).split('/')
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1
    if (segment === '' && !isLast) issues.push({ path, message: 'has an empty segment' })
    else if (segment === '.' || segment === '..') issues.push({ path, message: 'may not have . or .. segments' })
    else if (segment.includes('{') && !/^\{[^{}]+\}$/.test(segment))
      issues.push({ path, message: 'a placeholder must be a whole segment' })
    else if (!segment.includes('{') && !/^[A-Za-z0-9._~!$&'()*+,;=:@-]*$/.test(segment))
      issues.push({ path, message: 'may hold URL path characters only, no %, ? or #; give a query under query' })
  })
  return issues
}

function authIssues(auth: AuthForm, path: Path, scope: Scope): FileIssue[] {
  if (auth === 'none') return []
  if ('bearer' in auth) return templateIssues(auth.bearer, [...path, 'bearer'], scope, 'sealed')
  if ('basic' in auth)
    return [
      ...templateIssues(auth.basic.user, [...path, 'basic', 'user'], scope, 'sealed'),
      ...templateIssues(auth.basic.password, [...path, 'basic', 'password'], scope, 'sealed'),
    ]
  const issues = templateIssues(auth.value, [...path, 'value'], scope, 'sealed')
  if (auth.header.toLowerCase() !== 'authorization' && isDeniedHeader(auth.header))
    issues.push({ path: [...path, 'header'], message: `the header ${auth.header} may not be set` })
  return issues
}

function jsonIssues(value: unknown, path: Path, scope: Scope): FileIssue[] {
  if (typeof value === 'string') return templateIssues(value, path, scope, 'sealed')
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, child]) => [
    ...(/[{}]/.test(name) ? [{ path, message: 'placeholders may stand in values only' }] : []),
    ...jsonIssues(child, [...path, Array.isArray(value) ? Number(name) : name], scope),
  ])
}

/** Every template of a request that goes to auth or body. */
export function sealedTemplates(file: Pick<VendorFile, 'auth'>, request: RequestForm): readonly string[] {
  const auth = request.auth ?? file.auth
  const { body } = request
  const texts: string[] = []
  if (auth !== 'none') {
    if ('bearer' in auth) texts.push(auth.bearer)
    else if ('basic' in auth) texts.push(auth.basic.user, auth.basic.password)
    else texts.push(auth.value)
  }
  if (typeof body === 'object') {
    if ('text' in body) texts.push(body.text)
    else if ('form' in body) texts.push(...Object.values(body.form))
    else JSON.stringify(body.json, (_, value: unknown) => (typeof value === 'string' && texts.push(value), value))
  }
  return texts
}

/** Everything wrong with one request of a file. `needs`: it must carry at least one of these, or it proves nothing. */
export function requestIssues(
  file: Pick<VendorFile, 'auth'>,
  request: RequestForm,
  path: Path,
  scope: Scope,
  needs: readonly string[],
): FileIssue[] {
  const issues = pathIssues(request.path, [...path, 'path'], scope)
  for (const [name, value] of Object.entries(request.query ?? {}))
    issues.push(...templateIssues(value, [...path, 'query', name], scope, 'url'))
  const { body } = request
  const hasContent = typeof body === 'object'
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const at = [...path, 'headers', name]
    issues.push(...templateIssues(value, at, scope, 'header'))
    if (isDeniedHeader(name)) issues.push({ path: at, message: `the header ${name} may not be set` })
    if (hasContent && name.toLowerCase() === 'content-type')
      issues.push({ path: at, message: 'Content-Type follows from the body' })
    if (!/^[\x20-\x7e]*$/.test(value)) issues.push({ path: at, message: 'must be printable ASCII on one line' })
    if (seen.has(name.toLowerCase())) issues.push({ path: at, message: 'is given twice' })
    seen.add(name.toLowerCase())
  }
  issues.push(...authIssues(request.auth ?? file.auth, request.auth ? [...path, 'auth'] : ['auth'], scope))
  if (hasContent) {
    if (request.method === 'GET') issues.push({ path: [...path, 'body'], message: 'a GET has no body' })
    if ('text' in body) issues.push(...templateIssues(body.text, [...path, 'body', 'text'], scope, 'sealed'))
    else if ('json' in body) issues.push(...jsonIssues(body.json, [...path, 'body', 'json'], scope))
    else
      for (const [name, value] of Object.entries(body.form))
        issues.push(...templateIssues(value, [...path, 'body', 'form', name], scope, 'sealed'))
  }
  const carried = new Set(sealedTemplates(file, request).flatMap(namesIn))
  if (!needs.some((name) => carried.has(name)))
    issues.push({ path, message: `must carry ${needs.map((name) => `{${name}}`).join(' or ')} in auth or body` })
  return issues
}
