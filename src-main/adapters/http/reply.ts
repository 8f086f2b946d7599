import type { ClientRequest, IncomingMessage } from 'node:http'
import type { ExchangeReply } from '../../../src-contract/exchange.ts'

/** What came of a request: a reply (perhaps torn), or none whose header was whole. */
export type Heard = { readonly reply: ExchangeReply | null; readonly error: string | null }

/** Listens until the reply is over, broken off, or longer than the cap. Never rejects. */
export function hear(client: ClientRequest, capBytes: number): Promise<Heard> {
  return new Promise((resolve) => {
    let error: string | null = null
    let heard: IncomingMessage | null = null
    client.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause.code ?? 'unknown'
    })
    client.once('response', (message) => {
      heard = message
      const chunks: Buffer[] = []
      let size = 0
      let isOver = false
      const settle = (isWhole: boolean): void => {
        if (isOver) return
        isOver = true
        resolve({ reply: replyOf(message, Buffer.concat(chunks), isWhole), error })
      }
      message.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, Math.max(0, capBytes - size)))
        size += chunk.length
        if (size > capBytes) settle(false)
      })
      message.once('end', () => settle(message.complete && isFramed(message)))
      message.once('error', () => {})
      message.once('close', () => settle(false))
    })
    client.once('upgrade', (message, socket) => {
      socket.destroy()
      resolve({ reply: replyOf(message, Buffer.alloc(0), false), error })
    })
    client.once('close', () => {
      if (!heard) resolve({ reply: null, error: error ?? 'ECONNRESET' })
    })
  })
}

/** Whether the end of the body was announced: a body that just stops may have been cut. */
export function isFramed({ statusCode, headers }: IncomingMessage): boolean {
  if (statusCode === 204 || statusCode === 304) return true
  return headers['content-length'] !== undefined || /(^|,)\s*chunked\s*$/i.test(headers['transfer-encoding'] ?? '')
}

function replyOf(message: IncomingMessage, body: Buffer, complete: boolean): ExchangeReply {
  const headers = new Map<string, string>()
  for (let at = 0; at + 1 < message.rawHeaders.length; at += 2) {
    const name = (message.rawHeaders[at] ?? '').toLowerCase()
    const value = message.rawHeaders[at + 1] ?? ''
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return {
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: body.toString('utf8'),
    complete,
  }
}
