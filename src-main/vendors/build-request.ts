import type { ExchangeRequest } from '../../src-contract/exchange.ts'
import { hasControl } from './characters.ts'
import type { VendorFile } from './define-vendor.ts'
import { base64, encodeQuery, encodeSegment } from './encode.ts'
import type { AuthForm, RequestBody, RequestForm } from './schema/requests.ts'
import { expand, type Values } from './template.ts'

/**
 * Builds a request from a file's form and values. Values were checked when they came in (inputs.ts); here a value that could
 * leave its place, such as `..` in a path or a line break in a header, is a bug and throws rather than being sent.
 */
export function buildRequest(
  file: Pick<VendorFile, 'auth'>,
  form: RequestForm,
  baseUrl: string,
  values: Values,
): ExchangeRequest {
  const path = expand(form.path, values, segment)
  const query = Object.entries(form.query ?? {})
    .map(([name, text]) => `${name}=${expand(text, values, encodeQuery)}`)
    .join('&')
  const url = `${baseUrl}${path}${query === '' ? '' : `?${query}`}`
  const headers: Record<string, string> = {}
  for (const [name, text] of Object.entries(form.headers ?? {})) headers[name] = headerSafe(expand(text, values, raw))
  const [authName, authValue] = authHeader(form.auth ?? file.auth, values)
  if (authName !== null) headers[authName] = headerSafe(authValue)
  const { type, body } = bodyOf(form.body ?? 'none', values)
  if (type !== null) headers['Content-Type'] = type
  return { method: form.method, url, headers, body }
}

const raw = (value: string): string => value

function segment(value: string): string {
  if (value === '' || value === '.' || value === '..' || hasControl(value))
    throw new Error('a value cannot stand in a path')
  return encodeSegment(value)
}

function headerSafe(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value)) throw new Error('a value cannot stand in a header')
  return value
}

function authHeader(auth: AuthForm, values: Values): readonly [string | null, string] {
  if (auth === 'none') return [null, '']
  if ('bearer' in auth) return ['Authorization', `Bearer ${expand(auth.bearer, values, raw)}`]
  if ('header' in auth) return [auth.header, expand(auth.value, values, raw)]
  const user = expand(auth.basic.user, values, raw)
  if (user.includes(':')) throw new Error('a user name with a colon cannot be sent')
  return ['Authorization', `Basic ${base64(`${user}:${expand(auth.basic.password, values, raw)}`)}`]
}

function bodyOf(body: RequestBody, values: Values): { readonly type: string | null; readonly body: string | null } {
  if (body === 'none') return { type: null, body: null }
  if (body === 'empty') return { type: null, body: '' }
  if ('text' in body) return { type: 'text/plain', body: expand(body.text, values, raw) }
  if ('json' in body) {
    const text = JSON.stringify(body.json, (_, value: unknown) =>
      typeof value === 'string' ? expand(value, values, raw) : value,
    )
    return { type: 'application/json', body: text }
  }
  const pairs = Object.entries(body.form).map(
    ([name, text]) => `${encodeSegment(name)}=${expand(text, values, encodeSegment)}`,
  )
  return { type: 'application/x-www-form-urlencoded', body: pairs.join('&') }
}
