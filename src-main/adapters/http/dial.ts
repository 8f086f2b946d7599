import { lookup } from 'node:dns/promises'
import { request } from './node-http.ts'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { TlsTrust } from '../../../src-contract/exchange.ts'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { proxyFor, type Environment, type Proxy } from './proxies.ts'
import { loopbackAddresses, type Target } from './targets.ts'
import { handshakeWhy, isPinned, leafSha256, tlsOptions } from './trust.ts'

/**
 * Everything that comes before the first byte of a request: names, TCP, CONNECT, TLS, pin. It ends with a socket that
 * is ready and has carried nothing of the request; each of its failures is therefore certainly `not-sent`.
 */

export type DialOptions = {
  readonly tls: TlsTrust
  readonly timeoutMs: number
  readonly environment: Environment
}

const noTrust: TlsTrust = { caPem: null, pinSha256: null }

/** A fresh, proven connection to the target; failures are bad-url, dns, connect, proxy and tls. */
export async function dial(target: Target, options: DialOptions): Promise<Result<Socket>> {
  const proxy = proxyFor(target, options.environment)
  if (!proxy.ok) return proxy
  const by = new Deadline(options.timeoutMs)
  try {
    const plain = proxy.value
      ? await throughProxy(proxy.value, target, by)
      : await openTcp(target.host, target.port, by, (code) => fail(code, { host: target.host }))
    const socket = target.isTls
      ? await secure(plain, target.host, options.tls, by, (why) => fail('tls', { host: target.host, why }))
      : plain
    return ok(socket)
  } catch (error) {
    if (error instanceof DialError) return err(error.failure)
    throw error
  } finally {
    by.clear()
  }
}

/**
 * SHA-256 of the leaf certificate a host shows, trusted or not, in lower-case hex: for a person to compare and pin.
 * Nothing is sent. null: the host does not speak TLS.
 */
export async function seeLeaf(target: Target, options: Omit<DialOptions, 'tls'>): Promise<Result<string | null>> {
  if (!target.isTls) return ok(null)
  // No leaf has this fingerprint, so the connection always ends at the comparison, which names the one seen.
  const seen = await dial(target, { ...options, tls: { caPem: null, pinSha256: '' } })
  if (seen.ok) throw new Error('an empty pin was met')
  const { sha256 } = seen.failure.fields
  return sha256 === undefined || sha256 === '' ? err(seen.failure) : ok(sha256)
}

class DialError extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.code)
    this.failure = failure
  }
}

/** One time limit over all steps. */
class Deadline {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), ms)
  }

  /** What the step gives, or its failure: given the error's code, or ETIMEDOUT at the deadline. */
  async race<T>(step: Promise<T>, failure: (code: string) => Failure): Promise<T> {
    const { signal } = this.#controller
    let onAbort = (): void => {}
    const late = new Promise<never>((_, reject) => {
      onAbort = () => reject(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }))
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort)
    })
    try {
      return await Promise.race([step, late])
    } catch (error) {
      const { code } = error as { code?: unknown }
      throw new DialError(failure(typeof code === 'string' ? code : 'unknown'))
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}

async function openTcp(
  host: string,
  port: number,
  by: Deadline,
  failure: (code: 'dns' | 'connect') => Failure,
): Promise<Socket> {
  const addresses = await by.race(addressesOf(host), () => failure('dns'))
  if (addresses.length === 0) throw new DialError(failure('dns'))
  const socket = connectTcp({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 15_000,
    autoSelectFamily: true,
    // Node's own 250 ms gives up on a far server that answers on every address.
    autoSelectFamilyAttemptTimeout: 2_000,
    lookup: (_host, _options, done) => done(null, addresses),
  })
  return ready(socket, 'connect', by, () => failure('connect'))
}

async function addressesOf(host: string): Promise<{ address: string; family: number }[]> {
  if (host === 'localhost') return [...loopbackAddresses]
  const family = isIP(host)
  return family === 0 ? lookup(host, { all: true }) : [{ address: host, family }]
}

/** The socket once the event came; destroyed, and a DialError, if it never does. */
async function ready<S extends Socket>(
  socket: S,
  event: string,
  by: Deadline,
  failure: (code: string) => Failure,
): Promise<S> {
  const come = new Promise<void>((resolve, reject) => {
    socket.once(event, () => resolve())
    // Stays: an error between two owners of a socket must not be an uncaught one.
    socket.on('error', reject)
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
  })
  // The listener above may reject after the race was decided.
  come.catch(() => {})
  try {
    await by.race(come, failure)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function secure(
  plain: Socket,
  host: string,
  trust: TlsTrust,
  by: Deadline,
  failure: (why: string) => Failure,
): Promise<TLSSocket> {
  let socket: TLSSocket
  try {
    socket = connectTls({
      ...tlsOptions(trust),
      socket: plain,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
  } catch {
    plain.destroy()
    throw new DialError(failure('the given authority cannot be read'))
  }
  try {
    await ready(socket, 'secureConnect', by, (code) => failure(handshakeWhy(code)))
  } catch (error) {
    plain.destroy()
    throw error
  }
  if (trust.pinSha256 !== null && !isPinned(socket, trust.pinSha256)) {
    const { code, fields } = failure('it is not the pinned one')
    const seen = fail(code, { ...fields, sha256: leafSha256(socket) ?? '' })
    socket.destroy()
    plain.destroy()
    throw new DialError(seen)
  }
  return socket
}

async function throughProxy(proxy: Proxy, target: Target, by: Deadline): Promise<Socket> {
  const failure = (why: string): Failure => fail('proxy', { why })
  const tcp = await openTcp(proxy.host, proxy.port, by, (code) =>
    failure(code === 'dns' ? 'its name has no address' : 'it does not answer'),
  )
  const socket = proxy.isTls
    ? await secure(tcp, proxy.host, noTrust, by, (why) => failure(`its certificate is not accepted: ${why}`))
    : tcp
  const answer = await by.race(askToConnect(socket, proxy, target), (code) => {
    socket.destroy()
    return failure(code === 'ETIMEDOUT' ? 'it does not answer' : 'it broke off')
  })
  if (answer === 200) return socket
  socket.destroy()
  throw new DialError(failure(`it answered ${answer}`))
}

function askToConnect(socket: Socket, proxy: Proxy, target: Target): Promise<number> {
  const name = isIP(target.host) === 6 ? `[${target.host}]` : target.host
  const path = `${name}:${target.port}`
  return new Promise((resolve, reject) => {
    const ask = request({
      method: 'CONNECT',
      path,
      setHost: false,
      headers: { Host: path, ...(proxy.authorization === null ? {} : { 'Proxy-Authorization': proxy.authorization }) },
      createConnection: () => socket,
    })
    ask.once('connect', (reply, _socket, head: Buffer) => {
      if (head.length > 0) socket.unshift(head)
      resolve(reply.statusCode ?? 0)
    })
    ask.on('error', reject)
    ask.once('close', () => reject(new Error('closed')))
    ask.end()
  })
}
