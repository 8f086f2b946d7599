import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Identity } from '../../fixtures/wire-server.ts'

/**
 * A TLS front before a vendor's plain server, with a plan for each connection: which certificate it shows, and after how
 * many bytes of ciphertext it breaks off, in either direction, by FIN or RST and never with a close_notify. It knows how
 * much of a reply went out whole, which the vendor behind it cannot.
 */
export type Cut = {
  readonly direction: 'up' | 'down'
  /** Counted from the connection's begin, or from the first byte of the reply. */
  readonly since: 'start' | 'reply'
  readonly at: number
  readonly end: 'fin' | 'rst'
}

export type Plan = {
  readonly identity?: Identity
  /** Speaks no TLS, but this. */
  readonly plain?: string
  readonly cut?: Cut
  /** Takes bytes and says nothing. */
  readonly isSilent?: boolean
}

export type Exchange = {
  readonly plan: Plan
  /** What came out of the tunnel: nothing, unless the client believed in the certificate. */
  request: string
  /** Bytes of the reply that had gone out whole when it was over. */
  repliedBytes: number
  wasCut: boolean
}

export type Front = {
  readonly port: number
  readonly exchanges: readonly Exchange[]
  /** Takes a connection that came another way (through a proxy's tunnel). */
  accept(socket: Socket): void
  /** Nobody listens any more, what is connected stays; `rise` listens at the same port again. */
  sink(): void
  rise(): Promise<void>
  close(): Promise<void>
}

export type FrontOptions = {
  readonly identity: Identity
  readonly vendorPort: number
  /** Asked once a connection, by its number from 0. */
  readonly planOf: (connection: number) => Plan
  readonly address?: string
  /** A free one unless told. */
  readonly port?: number
}

export async function openFront({
  identity,
  vendorPort,
  planOf,
  address = '127.0.0.1',
  port: wanted = 0,
}: FrontOptions): Promise<Front> {
  const exchanges: Exchange[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const accept = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    const exchange: Exchange = { plan: planOf(connections++), request: '', repliedBytes: 0, wasCut: false }
    exchanges.push(exchange)
    serve(socket, exchange, { identity, vendorPort })
  }
  let server: Server
  const listen = async (port: number): Promise<number> => {
    server = createServer(accept)
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve))
    return (server.address() as AddressInfo).port
  }
  const unlisten = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  const port = await listen(wanted)
  return {
    port,
    exchanges,
    accept,
    sink: () => void server.close(),
    rise: async () => void (server.listening || (await listen(port))),
    close: async () => {
      const closed = unlisten()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function serve(
  socket: Socket,
  exchange: Exchange,
  { identity, vendorPort }: Pick<FrontOptions, 'identity' | 'vendorPort'>,
): void {
  const { plan } = exchange
  const { cut } = plan
  if (plan.isSilent) return void socket.resume()
  const { plain: said } = plan
  if (said !== undefined) return void socket.once('data', () => socket.end(said))
  let [down, up, replyFrom] = [0, 0, Infinity]
  /** How much of the reply is out by which byte of ciphertext. */
  const marks: { readonly plain: number; readonly cipher: number }[] = []
  const breakOff = (): void => {
    exchange.wasCut = true
    exchange.repliedBytes = marks.findLast(({ cipher }) => cipher <= down)?.plain ?? 0
    if (cut?.end === 'rst') socket.resetAndDestroy()
    else socket.end()
  }
  const left = (direction: Cut['direction'], passed: number): number => {
    if (cut?.direction !== direction) return Infinity
    return cut.at + (cut.since === 'start' ? 0 : replyFrom) - passed
  }
  let made = 0
  const wire = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => {
      made += bytes.length
      const room = left('down', down)
      const passed = exchange.wasCut ? 0 : Math.min(bytes.length, Math.max(0, room))
      down += passed
      if (passed > 0 && !socket.destroyed) socket.write(bytes.subarray(0, passed))
      // decided once this chunk's mark is made
      if (passed < bytes.length && !exchange.wasCut) setImmediate(() => exchange.wasCut || breakOff())
      done()
    },
    final: (done) => {
      if (!exchange.wasCut) socket.end()
      done()
    },
  })
  socket.on('data', (bytes: Buffer) => {
    const room = left('up', up)
    up += Math.min(bytes.length, Math.max(0, room))
    if (exchange.wasCut) return
    if (room > 0) wire.push(bytes.subarray(0, Math.min(bytes.length, room)))
    if (room <= bytes.length && !exchange.wasCut) breakOff()
  })
  socket.once('end', () => wire.push(null))
  if (left('down', 0) <= 0 || left('up', 0) <= 0) return breakOff()

  const tls = new TLSSocket(wire, {
    isServer: true,
    secureContext: createSecureContext({ ...(plan.identity ?? identity), minVersion: 'TLSv1.2' }),
    ALPNProtocols: ['http/1.1'],
  })
  const vendor = connect(vendorPort, '127.0.0.1')
  tls.on('error', () => undefined)
  vendor.on('error', () => undefined)
  tls.on('data', (bytes: Buffer) => {
    exchange.request += bytes.toString('latin1')
    vendor.write(bytes)
  })
  let plain = 0
  vendor.on('data', (bytes: Buffer) => {
    replyFrom = Math.min(replyFrom, made)
    plain += bytes.length
    const whole = plain
    tls.write(bytes, () => {
      marks.push({ plain: whole, cipher: made })
      if (!exchange.wasCut) exchange.repliedBytes = whole
    })
  })
  vendor.once('end', () => tls.end())
  socket.once('close', () => vendor.destroy())
}
