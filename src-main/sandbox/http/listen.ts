import { createServer, type AddressInfo, type Socket } from 'node:net'
import { takeRequest, type WireRequest } from './request.ts'
import { empty, render } from './reply.ts'

/** One request on one connection, with what its handler needs to answer it byte by byte. */
export type Arrival = {
  readonly request: WireRequest
  readonly socket: Socket
  /** Which connection of this server, from 1. */
  readonly connection: number
  /** Which request of its connection, from 1. */
  readonly onConnection: number
}

export type Listener = { readonly port: number; readonly close: () => Promise<void> }

/** What a client may send ahead while its last request is being answered. */
const maxWaitingBytes = 4 * 1024 * 1024

type Handle = (arrival: Arrival) => Promise<void>

function serveConnection(socket: Socket, connection: number, handle: Handle, onBug: (error: unknown) => void): void {
  let bytes: Buffer = Buffer.alloc(0)
  let onConnection = 0
  let isBusy = false
  let hasLeft = false

  const pump = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    while (!socket.destroyed && socket.writable) {
      const taken = takeRequest(bytes)
      if (taken.kind === 'more') break
      if (taken.kind === 'bad') {
        socket.end(render(empty(taken.status), 'length', false, Date.now()).bytes, () => socket.destroy())
        break
      }
      bytes = taken.rest
      onConnection += 1
      await handle({ request: taken.request, socket, connection, onConnection })
      // only our half: how the client ends its own tells whether it had read the reply
      if (!taken.request.keepsAlive && socket.writable) socket.end()
    }
    isBusy = false
    if (hasLeft && !socket.destroyed) socket.end(() => socket.destroy())
  }

  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    if (bytes.length > maxWaitingBytes) socket.destroy()
    pump().catch(onBug)
  })
  socket.on('end', () => {
    hasLeft = true
    pump().catch(onBug)
  })
}

/** Serves HTTP/1.1 on 127.0.0.1. `port` 0 takes any. Closing ends every connection at once. */
export async function listen(port: number, handle: Handle): Promise<Listener> {
  const sockets = new Set<Socket>()
  let connections = 0
  let isClosing = false
  const onBug = (error: unknown): void => {
    if (!isClosing) throw error
  }
  // A client that has sent all it wants to say may still listen: half-open connections are answered.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveConnection(socket, ++connections, handle, onBug)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, backlog: 511 }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      isClosing = true
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
