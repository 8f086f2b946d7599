import { request } from 'node:http'
import { connect } from 'node:net'

export type Asked = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly json: () => ReturnType<typeof JSON.parse>
}

type Question = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

/** One request on a connection of its own: `ask('POST http://…', { headers, body })`. Rejects if no whole reply came. */
export function ask(what: string, { headers = {}, body = '' }: Question = {}): Promise<Asked> {
  const [method = 'GET', url = ''] = what.split(' ')
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers }, agent: false }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('error', reject)
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: text, json: () => JSON.parse(text) })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

export type Heard = { readonly bytes: Buffer; readonly wasReset: boolean }

/** Sends these bytes and keeps every byte that comes back until the connection ends. */
export function converse(baseUrl: string, text: string): Promise<Heard> {
  const { port } = new URL(baseUrl)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let wasReset = false
    const socket = connect({ host: '127.0.0.1', port: Number(port) }, () => socket.write(text))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => {
      wasReset = true
    })
    socket.on('close', () => resolve({ bytes: Buffer.concat(chunks), wasReset }))
  })
}

export const bearer = (key: string): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${key}` })
export const apiKey = (key: string): Readonly<Record<string, string>> => ({ 'X-Api-Key': key })
export const basic = (login: string, secret: string): Readonly<Record<string, string>> => ({
  Authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}`,
})
