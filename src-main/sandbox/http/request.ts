/** Reads HTTP/1.1 requests off a byte stream, so that the sandbox owns every byte of a connection, both ways. */
export type WireRequest = {
  readonly method: string
  /** As sent: path and query, nothing decoded. */
  readonly target: string
  /** Raw path, without its query. */
  readonly path: string
  /** The path's segments, percent-decoded one by one; null if one cannot be decoded. */
  readonly segments: readonly string[] | null
  readonly query: URLSearchParams
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly keepsAlive: boolean
}

export type Taken =
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly status: number }
  | { readonly kind: 'request'; readonly request: WireRequest; readonly rest: Buffer }

const maxHeadBytes = 32 * 1024
const maxBodyBytes = 1024 * 1024
const more = { kind: 'more' } as const
const bad = (status: number): Taken => ({ kind: 'bad', status })

function decodeSegments(path: string): readonly string[] | null {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    return null
  }
}

function readHeaders(lines: readonly string[]): Record<string, string> | null {
  const headers: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const found = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line)
    if (found === null) return null
    const name = (found[1] ?? '').toLowerCase()
    headers[name] = name in headers ? `${headers[name]}, ${found[2]}` : (found[2] ?? '')
  }
  return headers
}

/** The body and what follows it; null while it is incomplete. */
function readChunked(bytes: Buffer): { readonly body: Buffer; readonly rest: Buffer } | null | 'bad' {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return bytes.length - at > maxHeadBytes ? 'bad' : null
    const size = /^([0-9a-f]{1,6})(;|$)/i.exec(bytes.toString('latin1', at, lineEnd))?.[1]
    if (size === undefined) return 'bad'
    const length = Number.parseInt(size, 16)
    const start = lineEnd + 2
    if (bytes.length < start + length + 2) return null
    parts.push(bytes.subarray(start, start + length))
    at = start + length + 2
    if (length === 0) return { body: Buffer.concat(parts), rest: bytes.subarray(at) }
  }
}

/** Takes the first request off the bytes. Says `more` while it has not come whole. */
export function takeRequest(bytes: Buffer): Taken {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return bytes.length > maxHeadBytes ? bad(431) : more
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const line = /^([A-Z]+) (\/[^ ]*) HTTP\/1\.([01])$/.exec(first)
  const headers = readHeaders(lines)
  if (line === null || headers === null) return bad(400)
  const [, method = '', target = '', minor = '1'] = line

  const after = bytes.subarray(headEnd + 4)
  let body = after.subarray(0, 0)
  let rest = after
  if (headers['transfer-encoding'] !== undefined) {
    if (after.length > maxBodyBytes) return bad(413)
    const read = headers['transfer-encoding'].toLowerCase() === 'chunked' ? readChunked(after) : 'bad'
    if (read === 'bad') return bad(400)
    if (read === null) return more
    body = read.body
    rest = read.rest
  } else if (headers['content-length'] !== undefined) {
    if (!/^\d{1,9}$/.test(headers['content-length'])) return bad(400)
    const length = Number(headers['content-length'])
    if (length > maxBodyBytes) return bad(413)
    if (after.length < length) return more
    body = after.subarray(0, length)
    rest = after.subarray(length)
  }

  const [path = '/', ...query] = target.split('?')
  const connection = (headers.connection ?? '').toLowerCase()
  return {
    kind: 'request',
    rest,
    request: {
      method,
      target,
      path,
      segments: decodeSegments(path),
      query: new URLSearchParams(query.join('?')),
      headers,
      body: body.toString('utf8'),
      keepsAlive: minor === '1' ? !connection.includes('close') : connection.includes('keep-alive'),
    },
  }
}
