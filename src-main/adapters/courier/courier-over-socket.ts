/**
 * A courier that is not given pipes but connects to a socket: for a binary whose standard input cannot be relied on. The
 * socket lies in a fresh folder that only this user can enter (on Windows it is a pipe with a random name), takes one
 * connection, and is gone before the first order. The bytes are the same.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { CourierStarter } from '../../core/ports.ts'
import { openCourier, type CourierProcess } from './open-courier.ts'

/** Starts the process, which connects to the address it is given. */
export type SpawnCourier = (address: string) => {
  once(event: 'error' | 'exit', listener: () => void): unknown
  unref(): void
}

export function courierOverSocket(
  spawnCourier: SpawnCourier,
  platform: NodeJS.Platform = process.platform,
): CourierStarter {
  return { start: () => openCourier(listenFor(spawnCourier, platform)) }
}

function listenFor(spawnCourier: SpawnCourier, platform: NodeJS.Platform): CourierProcess {
  const folder = platform === 'win32' ? null : mkdtempSync(join(tmpdir(), 'rekey-'))
  const name = randomBytes(16).toString('hex')
  const address = folder === null ? `\\\\.\\pipe\\rekey-${name}` : join(folder, name)
  const stdin = new PassThrough()
  const stdout = new PassThrough()
  let onError: (error: NodeJS.ErrnoException) => void = () => undefined
  const clear = (): void => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
  const server = createServer((socket) => {
    server.close()
    clear()
    socket.on('error', () => undefined)
    socket.on('close', () => stdout.end())
    stdin.pipe(socket)
    socket.pipe(stdout, { end: false })
  })
  const giveUp = (): void => {
    server.close()
    clear()
    stdout.destroy()
  }
  server.on('error', (error) => {
    onError(error)
    giveUp()
  })
  server.listen(address, () => {
    if (folder !== null) chmodSync(address, 0o600)
    const child = spawnCourier(address)
    child.unref()
    child.once('error', giveUp)
    // one that ends before it connects will never say hello; one that has connected is heard of by its socket
    child.once('exit', () => {
      if (server.listening) giveUp()
    })
  })
  return {
    stdin,
    stdout,
    unref: () => server.unref(),
    once: (_event, listener) => {
      onError = listener
    },
  }
}
