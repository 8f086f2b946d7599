import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

/** A CONNECT proxy that takes every host for one local port, or does not let anybody through. */
export async function connectProxy(manner: 'tunnel' | 'refuse' | 'hang' | 'drop', targetPort: number) {
  const asked: (readonly [string, string | null])[] = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.on('connect', (request, client: Socket) => {
    asked.push([`${request.method} ${request.url}`, request.headers['proxy-authorization'] ?? null])
    if (manner === 'hang') return
    if (manner === 'drop') return client.destroy()
    if (manner === 'refuse')
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno')
    const far = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(far).pipe(client)
    })
    far.on('error', () => client.destroy())
    sockets.add(far)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
