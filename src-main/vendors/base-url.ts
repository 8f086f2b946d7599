import { escapeText } from '../../src-contract/escape.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VendorFile } from './define-vendor.ts'

/**
 * The one gate for an address a key is sent to. https, or http to literal loopback; no user, query or fragment; hosts in
 * their plain form only (no decimal, octal, hexadecimal or short IPv4, no trailing dot, no non-ASCII); and a host the vendor file
 * allows. What passes is already in the form a URL parser would give it.
 */
const loopback = ['127.0.0.1', '[::1]', 'localhost']

const isPlainIpv4 = (host: string): boolean => {
  const parts = host.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function hostProblem(host: string): string | null {
  if (host === '[::1]') return null
  if (host.startsWith('[')) return 'of IPv6 addresses only [::1] is taken; give a name'
  if (/[^\x21-\x7e]/.test(host)) return 'the host must be ASCII; write other names in their xn-- form'
  if (host.length > 253 || !/^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host))
    return 'that is no host name'
  const last = host.split('.').at(-1) ?? ''
  if ((/^\d+$/.test(last) || /^0x[0-9a-f]*$/.test(last)) && !isPlainIpv4(host))
    return 'an IP address must be written as four plain numbers'
  return null
}

const isAllowed = (host: string, hosts: VendorFile['hosts']): boolean =>
  hosts === 'any' ||
  loopback.includes(host) ||
  hosts.some((pattern) =>
    pattern.startsWith('*.') ? host.length > pattern.length - 1 && host.endsWith(pattern.slice(1)) : host === pattern,
  )

/** As a failure may show it: without what may be a password. */
const shown = (url: string): string =>
  url === '' ? 'an empty address' : escapeText(url.slice(0, 200).replace(/\/\/[^/?#]*@/, '//…@'))

/**
 * The address in its normal form, without a trailing slash and with its path prefix. null asks for the file's own.
 * Fails with bad-url, or needs-base-url where the file has none.
 */
export function checkBaseUrl(
  file: Pick<VendorFile, 'id' | 'name' | 'baseUrl' | 'hosts'>,
  url: string | null,
): Result<string> {
  const text = url ?? file.baseUrl
  if (text === null) return err(fail('needs-base-url', { vendor: file.name }))
  const bad = (why: string): Result<string> => err(fail('bad-url', { url: shown(text), why }))
  if (text.length > 500) return bad('it is longer than 500 characters')
  if (!/^[\x21-\x7e]*$/.test(text)) return bad('it must be printable ASCII without spaces')
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#\\]*)((?:\/[^?#]*)?)((?:[?#].*)?)$/.exec(text)
  if (!match) return bad('it is not an address such as https://api.example.com')
  const [, scheme = '', authority = '', path = '', rest = ''] = match
  if (authority.includes('@')) return bad('it may not hold a user or password')
  if (rest !== '') return bad('it may not have a query or fragment')
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority)
  if (!parts) return bad('that is no host name')
  const host = (parts[1] ?? '').toLowerCase()
  const port = parts[2]
  const secure = scheme.toLowerCase() === 'https'
  if (!secure && scheme.toLowerCase() !== 'http') return bad('only https is used')
  const problem = hostProblem(host)
  if (problem !== null) return bad(problem)
  if (!secure && !loopback.includes(host)) return bad('http is for 127.0.0.1, [::1] and localhost only')
  if (port !== undefined && (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535)) return bad('that is no port')
  if (!isAllowed(host, file.hosts)) return bad(`${file.name} keys may go to ${hostList(file.hosts)} only`)
  const trimmed = path.replace(/\/+$/, '')
  for (const segment of trimmed === '' ? [] : trimmed.slice(1).split('/')) {
    if (segment === '' || segment === '.' || segment === '..') return bad('its path has an empty, . or .. segment')
    if (!/^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/.test(segment)) return bad('its path may hold plain characters only')
  }
  const isDefaultPort = port === undefined || port === (secure ? '443' : '80')
  return ok(`${secure ? 'https' : 'http'}://${host}${isDefaultPort ? '' : `:${port}`}${trimmed}`)
}

const hostList = (hosts: VendorFile['hosts']): string => (hosts === 'any' ? 'any host' : hosts.join(', '))
