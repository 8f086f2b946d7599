import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A proxy that is asked to CONNECT, and lets in, refuses or breaks off as the seed has it, a connection at a time. */
export type Manner =
  | { readonly kind: 'tunnel'; readonly head?: string }
  /** Answers this and ends. */
  | { readonly kind: 'says'; readonly text: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }

export type ProxySeen = { readonly target: string; readonly headers: string }

export type TorturedProxy = { readonly port: number; readonly seen: readonly ProxySeen[]; close(): Promise<void> }

export async function openProxy(
  mannerOf: (connection: number) => Manner,
  accept: (socket: Socket) => void,
): Promise<TorturedProxy> {
  const seen: ProxySeen[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_request, reply) => reply.writeHead(400).end())
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
  })
  server.on('connect', (request, stream) => {
    const socket = stream as Socket
    const manner = mannerOf(seen.length)
    seen.push({ target: request.url ?? '', headers: JSON.stringify(request.headers) })
    if (manner.kind === 'silence') return
    if (manner.kind === 'reset') return void socket.resetAndDestroy()
    if (manner.kind === 'says') return void socket.end(manner.text)
    socket.write(`HTTP/1.1 200 Connection established\r\n${manner.head ?? ''}\r\n`)
    accept(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
