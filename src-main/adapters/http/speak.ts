import type { ClientRequest } from 'node:http'
import { request as ask } from './node-http.ts'
import { Duplex } from 'node:stream'
import type { ExchangeRequest } from '../../../src-contract/exchange.ts'
import type { Target } from './targets.ts'

/**
 * Node's HTTP/1.1 client over a stream we hold. Without an agent: nothing is pooled, nothing is sent again, no redirect
 * is followed. Header and body leave in one write.
 */

/** Vendors' header sections are small; Node's 16 KiB would turn an odd one into a parse error. */
const maxHeaderSize = 64 * 1024

/** The headers that are ours to set, whatever the request says. */
const ours = new Set(['host', 'connection', 'accept-encoding', 'content-length', 'transfer-encoding', 'expect'])

/** Starts the request on the stream, which no other request uses. Throws for headers that cannot be written. */
export function speak(stream: Duplex, request: ExchangeRequest, target: Target): ClientRequest {
  const headers = Object.entries(request.headers).filter(([name]) => !ours.has(name.toLowerCase()))
  const client = ask({
    method: request.method,
    path: target.path,
    setHost: false,
    headers: {
      Host: target.authority,
      ...Object.fromEntries(headers),
      'Accept-Encoding': 'identity',
      Connection: 'close',
    },
    createConnection: () => stream,
    maxHeaderSize,
    insecureHTTPParser: false,
  })
  if (request.body === null) {
    // Node would say Content-Length: 0, or Transfer-Encoding: chunked, for a POST.
    client.removeHeader('content-length')
    client.removeHeader('transfer-encoding')
    client.end()
  } else {
    client.setHeader('Content-Length', Buffer.byteLength(request.body))
    client.end(request.body)
  }
  return client
}

/**
 * A stream that Node's HTTP code may end, destroy or choke on without touching the connection behind it: what it writes
 * goes to `write`, what it reads is what we push.
 */
export const apart = (write: (bytes: Buffer, done: (error?: Error | null) => void) => void): Duplex =>
  new Duplex({
    read() {},
    write(chunk: Buffer | string, encoding, done) {
      write(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, done)
    },
    // A reply ends with the connection, not with the end of what we say.
    allowHalfOpen: true,
  })
