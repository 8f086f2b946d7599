import { isIPv4 } from 'node:net'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'

/**
 * Where a request may go: https, or http to literal loopback. `localhost` means 127.0.0.1 and ::1, whatever a resolver
 * says, and loopback is never asked for through a proxy.
 */
export type Target = {
  /** Without brackets. */
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  readonly isLoopback: boolean
  /** As the Host header has it. */
  readonly authority: string
  /** Path and query. */
  readonly path: string
}

export const loopbackAddresses = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
] as const

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))

/** Reads an absolute URL as a target; `bad-url` if rekey does not send there. */
export function readTarget(text: string): Result<Target> {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url) return err(fail('bad-url', { url: '(unreadable)', why: 'it is not a URL' }))
  const refuse = (why: string) => err(fail('bad-url', { url: `${url.protocol}//${url.host}`, why }))
  const host = hostOf(url)
  const isLoopback = isLoopbackHost(host)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('only https is used')
  if (url.protocol === 'http:' && !isLoopback) return refuse('http would show the key to the network')
  if (url.username !== '' || url.password !== '') return refuse('it holds a user or password')
  if (url.hash !== '') return refuse('it holds a fragment')
  const isTls = url.protocol === 'https:'
  return ok({
    host,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    isTls,
    isLoopback,
    authority: url.host,
    path: url.pathname + url.search,
  })
}
