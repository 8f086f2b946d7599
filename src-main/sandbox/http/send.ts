import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a connection ends: orderly, or as if the machine behind it were gone. */
export type ConnectionEnd = 'fin' | 'rst'

export type SendPlan = {
  /** Bytes at once; all of them unless the reply drips. */
  readonly piece: number
  readonly pauseMs: number
  /** What follows the last byte; null keeps the connection. */
  readonly end: ConnectionEnd | null
}

/** Time for the other side to take what was sent: a reset may overtake bytes still on their way. */
const beforeResetMs = 25

const write = (socket: Socket, bytes: Buffer): Promise<boolean> =>
  new Promise((resolve) => {
    if (!socket.writable) return resolve(false)
    const left = (): void => resolve(false)
    socket.once('close', left)
    socket.write(bytes, (error) => {
      socket.off('close', left)
      resolve(error === null || error === undefined)
    })
  })

/** Sends exactly these bytes, then ends the connection as planned. Answers with how many the system took. */
export async function send(socket: Socket, bytes: Buffer, plan: SendPlan, stop: AbortSignal): Promise<number> {
  let sent = 0
  while (sent < bytes.length) {
    const piece = bytes.subarray(sent, sent + plan.piece)
    if (!(await write(socket, piece))) break
    sent += piece.length
    if (plan.pauseMs > 0 && sent < bytes.length) await sleep(plan.pauseMs, undefined, { signal: stop })
  }
  if (plan.end === 'fin') socket.end(() => socket.destroy())
  if (plan.end === 'rst') {
    if (sent > 0) await sleep(beforeResetMs, undefined, { signal: stop })
    socket.resetAndDestroy()
  }
  return sent
}
