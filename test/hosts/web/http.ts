/** Raw requests: a browser would not let us be this rude. */
import { connect } from 'node:net'

export type Answer = { readonly status: number; readonly headers: string; readonly body: string }

/** Sends exactly these bytes; resolves when the server closes or has said a whole answer. */
export function raw(port: number, text: string, { waitMs = 20_000 } = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let got = ''
    const done = (): void => {
      socket.destroy()
      const [headers = '', ...rest] = got.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(got)?.[1] ?? 0), headers, body: rest.join('\r\n\r\n') })
    }
    socket.on('data', (part) => {
      got += part.toString('latin1')
    })
    socket.on('close', done)
    socket.on('error', done)
    setTimeout(done, waitMs)
  })
}

export type Ask = {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string | null>>
  readonly body?: string
}

/** A request as our own page makes it, with some of it changed; null leaves a header out. */
export function ask(origin: string, { method = 'POST', path, headers = {}, body = '{}' }: Ask): Promise<Answer> {
  const { host, port } = new URL(origin)
  const all: Record<string, string | null> = {
    host,
    origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]))
  return raw(Number(port), `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${method === 'GET' ? '' : body}`)
}

export const sessionOf = async (url: string): Promise<string> => {
  const token = new URL(url).hash.replace('#token=', '')
  const answer = await ask(new URL(url).origin, { path: '/session', body: JSON.stringify({ token }) })
  return (JSON.parse(answer.body.replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')) as { session: string }).session
}
