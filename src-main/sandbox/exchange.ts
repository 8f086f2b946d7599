import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { countCall } from './call-limits.ts'
import type { Fault } from './faults/fault.ts'
import { playOf, type Play } from './faults/play.ts'
import type { FaultQueue } from './faults/queue.ts'
import type { Arrival } from './http/listen.ts'
import { render, type Rendered, type Reply } from './http/reply.ts'
import { send } from './http/send.ts'
import type { WireRequest } from './http/request.ts'
import { withoutKey, withoutSecrets, type RequestLog } from './log.ts'
import type { Call, Desk, Vendor } from './vendor.ts'

/**
 * One request from its last byte to its reply's. Who calls is read when it arrives (to choose a fault, to log it); what
 * the vendor does is decided again at the moment it acts, so that two rotations at once meet as they would at a real
 * vendor. A vendor that was asked acts, whether or not the client still waits.
 */
export type Counter = {
  readonly vendor: Vendor
  readonly desk: Desk
  readonly route: (request: WireRequest) => Call
  readonly faults: FaultQueue
  readonly log: RequestLog
  /** Ends every wait. */
  readonly stop: AbortSignal
}

async function wait(ms: number, stop: AbortSignal): Promise<void> {
  if (ms <= 0) return
  if (ms !== Infinity) return sleep(ms, undefined, { signal: stop })
  await new Promise((_, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true })
  })
}

/** The client has ended its half, or the connection is no more. */
async function gone(socket: Socket, stop: AbortSignal): Promise<void> {
  if (socket.readableEnded || socket.destroyed) return
  await new Promise<void>((resolve, reject) => {
    socket.once('end', resolve).once('close', resolve)
    stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true })
  })
}

const masked = (key: string): string => `${key.slice(0, 8)}****${key.slice(-4)}`

function act(call: Call, play: Play, desk: Desk): { readonly reply: Reply; readonly changed: boolean } {
  if (call.principal !== null) countCall(call.principal, desk.now())
  if (call.mint === null) return { reply: call.answer(), changed: call.changes === true }
  const { value, changed } = desk.registry.mint(call.mint.target, play.twist)
  return { reply: call.mint.reply(play.shows === 'masked' ? masked(value) : value, play.place), changed }
}

function cutAt({ bytes, headersAt, bodyAt }: Rendered, cut: Play['cut']): number {
  if (cut === null) return bytes.length
  const from = { start: cut.at < 0 ? bytes.length : 0, headers: headersAt, body: bodyAt }[cut.from]
  return Math.min(bytes.length, Math.max(0, from + cut.at))
}

async function reply(
  counter: Counter,
  { socket, request }: Arrival,
  id: number,
  said: Reply,
  play: Play,
): Promise<void> {
  const { log, desk, stop } = counter
  const rendered = render(said, play.framing, request.keepsAlive && play.end === null, desk.now())
  const bytes = play.noise === null ? rendered.bytes : Buffer.from(play.noise, 'latin1')
  const upTo = play.noise === null ? cutAt(rendered, play.cut) : bytes.length
  const piece = bytes.subarray(0, upTo)
  log.update(id, { replyBytes: bytes.length, status: upTo > 0 && play.noise === null ? said.status : null })

  let hasLeft = socket.readableEnded || socket.destroyed
  const leave = (): void => {
    hasLeft = true
  }
  socket.once('end', leave)
  // on a connection that goes on, a reset may be about a later request
  if (!request.keepsAlive) socket.once('error', () => log.update(id, { wasReset: true }))
  const sentBytes = await send(
    socket,
    piece,
    {
      piece: play.drip?.bytes ?? Math.max(1, piece.length),
      pauseMs: play.drip?.ms ?? 0,
      end: play.end ?? (play.framing === 'close' ? 'fin' : null),
    },
    stop,
  )
  socket.off('end', leave)
  log.update(id, {
    sentBytes,
    wholeReplySent: !hasLeft && play.noise === null && sentBytes === bytes.length,
    isOver: true,
  })
}

function openEntry(counter: Counter, arrival: Arrival, call: Call, fault: Fault | null): number {
  const { request, connection, onConnection } = arrival
  return counter.log.open({
    at: new Date(counter.desk.now()).toISOString(),
    vendor: counter.vendor.id,
    method: request.method,
    path: withoutKey(request.target),
    class: call.class,
    principal: call.principal?.name ?? null,
    target: call.mint?.target.name ?? null,
    keyId: call.key?.id ?? null,
    headers: withoutSecrets(request.headers),
    bodyBytes: Buffer.byteLength(request.body),
    connection,
    onConnection,
    fault: fault?.kind ?? null,
    acted: false,
    status: null,
    replyBytes: 0,
    sentBytes: 0,
    wholeReplySent: false,
    wasReset: false,
    isOver: false,
  })
}

/** Answers one request of one vendor. */
export async function answerArrival(counter: Counter, arrival: Arrival): Promise<void> {
  const { vendor, desk, route, faults, log, stop } = counter
  const first = route(arrival.request)
  const fault = faults.take(first, arrival.onConnection > 1)
  const play = playOf(fault, vendor)
  const id = openEntry(counter, arrival, first, fault)
  try {
    await wait(desk.settings().latencyMs + play.beforeMs, stop)
    if (play.untilGone === 'before') await gone(arrival.socket, stop)
    let said = play.instead
    if (play.acts) {
      const acted = act(route(arrival.request), play, desk)
      said ??= acted.reply
      if (acted.changed) log.update(id, { acted: true })
    }
    await wait(play.afterMs, stop)
    if (play.untilGone === 'after') await gone(arrival.socket, stop)
    await reply(counter, arrival, id, said ?? vendor.refusal(503, null), play)
  } catch (error) {
    if (!stop.aborted) throw error
  }
}
