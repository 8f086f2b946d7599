import { BlockList, isIP } from 'node:net'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { hostOf, type Target } from './targets.ts'

/** A proxy that is asked to CONNECT; it never sees more than the target's host and port. */
export type Proxy = {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  /** Value of Proxy-Authorization; holds a secret. */
  readonly authorization: string | null
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The proxy the environment names for a target (HTTPS_PROXY, else ALL_PROXY; not where NO_PROXY matches); null for none. */
export function proxyFor(target: Target, environment: Environment): Result<Proxy | null> {
  if (target.isLoopback) return ok(null)
  const named = (name: string): string => environment[name.toLowerCase()] || environment[name] || ''
  const text = named('HTTPS_PROXY') || named('ALL_PROXY')
  if (text === '' || isExempt(target, named('NO_PROXY'))) return ok(null)
  const withScheme = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null
  if (!url || url.hostname === '') return err(fail('proxy', { why: 'its address cannot be read' }))
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return err(fail('proxy', { why: 'only http and https proxies are used' }))
  }
  const isTls = url.protocol === 'https:'
  return ok({
    host: hostOf(url),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    isTls,
    authorization: url.username === '' ? null : basic(url),
  })
}

function basic(url: URL): string {
  const plain = (text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }
  return `Basic ${Buffer.from(`${plain(url.username)}:${plain(url.password)}`).toString('base64')}`
}

/** NO_PROXY as curl and Go read it: `*`, a domain with all below it, an address, a block of addresses; a port narrows. */
function isExempt({ host, port }: Target, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry.toLowerCase(), host, port))
}

function matches(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInBlock(entry, host)
  const [, name = entry, only] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? []
  if (only !== undefined && Number(only) !== port) return false
  const bare = name.replace(/^\*?\./, '')
  return bare !== '' && (host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`)))
}

function isInBlock(entry: string, host: string): boolean {
  const [net = '', bits = ''] = entry.split('/')
  const version = isIP(net)
  if (version === 0 || version !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (version === 4 ? 32 : 128)) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const blocks = new BlockList()
  blocks.addSubnet(net, Number(bits), family)
  return blocks.check(host, family)
}
