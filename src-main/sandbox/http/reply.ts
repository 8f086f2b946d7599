import { STATUS_CODES } from 'node:http'

/** What a vendor answers, and the exact bytes that say it. */
export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How the end of a body is told: by its length, by a last chunk, or only by the end of the connection. */
export type Framing = 'length' | 'chunked' | 'close'

export type Rendered = {
  readonly bytes: Buffer
  /** Where the header fields begin, counted from the first byte of the status line. */
  readonly headersAt: number
  readonly bodyAt: number
}

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
})

export const text = (status: number, body: string, type = 'text/plain'): Reply => ({
  status,
  headers: { 'Content-Type': `${type}; charset=utf-8` },
  body,
})

export const html = (status: number, title: string, words: string): Reply =>
  text(
    status,
    `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><p>${words}</p></body></html>\n`,
    'text/html',
  )

export const empty = (status: number): Reply => ({ status, headers: {}, body: '' })

function frameBody(body: Buffer, framing: Framing): Buffer {
  if (framing !== 'chunked') return body
  const half = Math.ceil(body.length / 2)
  const chunks = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0)
  const framed = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...framed, Buffer.from('0\r\n\r\n')])
}

/** The reply as it goes over the wire. `now` is milliseconds since 1970. */
export function render(reply: Reply, framing: Framing, keepsAlive: boolean, now: number): Rendered {
  const body = Buffer.from(reply.body)
  const hasBody = reply.status !== 204 && reply.status !== 304
  const headers = {
    Date: new Date(now).toUTCString(),
    ...reply.headers,
    ...(framing === 'length' && hasBody ? { 'Content-Length': String(body.length) } : {}),
    ...(framing === 'chunked' && hasBody ? { 'Transfer-Encoding': 'chunked' } : {}),
    Connection: keepsAlive && framing !== 'close' ? 'keep-alive' : 'close',
  }
  const statusLine = `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? 'Unknown'}\r\n`
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = Buffer.from(`${statusLine}${fields.join('')}\r\n`, 'latin1')
  return {
    bytes: hasBody ? Buffer.concat([head, frameBody(body, framing)]) : head,
    headersAt: statusLine.length,
    bodyAt: head.length,
  }
}
