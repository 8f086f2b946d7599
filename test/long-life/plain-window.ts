/** A window without a browser: it speaks as the page's client does, and keeps a stream of events that it can leave and take up again. */
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { InputOf, OperationName, OutputOf } from '../../src-contract/operations.ts'
import type { Result } from '../../src-contract/result.ts'

export type PlainWindow = {
  readonly call: <K extends OperationName>(name: K, input: InputOf<K>) => Promise<Result<OutputOf<K>>>
  readonly post: (path: string, body: unknown) => Promise<{ readonly status: number; readonly body: unknown }>
  /** Exchanges a fresh address's token for a session, as a page that was opened anew. */
  readonly enter: (url: string) => Promise<void>
  readonly listen: () => Promise<void>
  /** Goes away in the middle of its stream, as a tab that is closed. */
  readonly leave: () => Promise<void>
  /** Whether the host has ended the stream. */
  readonly hasEnded: () => boolean
  /** Events heard, heartbeats too. */
  readonly heard: () => number
  /** A stream that is asked for and then never read, as that of a page whose process is stopped. */
  readonly hang: () => Promise<Socket>
}

export function plainWindow(origin: string): PlainWindow {
  const { host, hostname, port } = new URL(origin)
  let [session, heard] = ['', 0]
  let stream: { readonly asked: ClientRequest; readonly answer: IncomingMessage } | null = null
  const headers = (): Record<string, string> => ({
    'content-type': 'application/json',
    origin,
    'sec-fetch-site': 'same-origin',
    'x-rekey-session': session,
    'x-rekey-person': 'here',
  })
  const send = (path: string, text: string): Promise<{ asked: ClientRequest; answer: IncomingMessage }> =>
    new Promise((resolve, reject) => {
      const length = { 'content-length': String(Buffer.byteLength(text)) }
      const options = { hostname, port, path, method: 'POST', agent: false, headers: { ...headers(), ...length } }
      const asked = request(options, (answer) => resolve({ asked, answer }))
      asked.on('error', reject).end(text)
    })
  const post: PlainWindow['post'] = async (path, body) => {
    const { answer } = await send(path, JSON.stringify(body))
    let text = ''
    for await (const part of answer.setEncoding('utf8')) text += String(part)
    return { status: answer.statusCode ?? 0, body: JSON.parse(text) as unknown }
  }
  const leave = async (): Promise<void> => {
    const was = stream
    stream = null
    if (!was || was.answer.closed) return
    const closed = new Promise((resolve) => was.answer.once('close', resolve))
    was.asked.destroy()
    await closed
  }
  return {
    post,
    leave,
    call: async (name, input) => (await post(`/api/${name}`, input)).body as Result<never>,
    enter: async (url) => {
      const entered = await post('/session', { token: new URL(url).hash.replace('#token=', '') })
      session = (entered.body as { readonly session: string }).session
    },
    listen: async () => {
      await leave()
      stream = await send('/api/events', '{}')
      stream.asked.on('error', () => undefined)
      stream.answer
        .setEncoding('utf8')
        .on('error', () => undefined)
        .on('data', (text: string) => (heard += text.split('\n').length - 1))
    },
    heard: () => heard,
    hasEnded: () => stream?.answer.complete === true,
    hang: () =>
      new Promise((resolve, reject) => {
        const lines = Object.entries({ host, ...headers(), 'content-length': '2' }).map(
          ([name, value]) => `${name}: ${value}`,
        )
        const socket = connect(Number(port), hostname)
        socket.on('error', reject)
        socket.once('connect', () => {
          socket.pause()
          socket.write(`POST /api/events HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n{}`, () => resolve(socket))
        })
      }),
  }
}
