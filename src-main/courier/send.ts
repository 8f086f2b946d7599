import type { Socket } from 'node:net'
import type { ClientRequest } from 'node:http'
import { fail, type Failure } from '../../src-contract/failures.ts'
import { dial } from '../adapters/http/dial.ts'
import type { Environment } from '../adapters/http/proxies.ts'
import { isFramed } from '../adapters/http/reply.ts'
import { apart, speak } from '../adapters/http/speak.ts'
import { readTarget, type Target } from '../adapters/http/targets.ts'
import type { Order, ProgressStep } from './protocol.ts'
import type { ReplySeal } from './seal-reply.ts'

/**
 * One request, once, on a socket of its own. Until the socket is dialled nothing has left, and every failure is
 * `not-sent`; from the write on there is only "the connection ended". The reply is sealed as it comes, before Node's
 * parser sees it; the parser reads a copy, so that bytes it chokes on neither stop the reading nor close the socket.
 */
export type Sent =
  | { readonly kind: 'not-sent'; readonly failure: Failure }
  | { readonly kind: 'ended'; readonly error: string | null; readonly atMs: number }

const connectMs = 10_000
const slowMs = 15_000

type Hands = {
  readonly seal: ReplySeal
  readonly say: (step: ProgressStep) => void
  readonly environment: Environment
}

export async function sendOnce(order: Order, hands: Hands): Promise<Sent> {
  const target = readTarget(order.request.url)
  if (!target.ok) return { kind: 'not-sent', failure: target.failure }
  const dialled = await dial(target.value, {
    tls: order.tls,
    timeoutMs: Math.min(connectMs, order.replyWaitMs),
    environment: hands.environment,
  })
  if (!dialled.ok) return { kind: 'not-sent', failure: dialled.failure }
  const socket = dialled.value
  if (socket.destroyed || !socket.writable) {
    socket.destroy()
    return { kind: 'not-sent', failure: fail('connect', { host: target.value.host }) }
  }
  hands.say('connected')
  return await exchange(socket, order, target.value, hands)
}

function exchange(socket: Socket, order: Order, target: Target, { seal, say }: Hands): Promise<Sent> {
  return new Promise((resolve) => {
    const parser = apart((bytes, done) => {
      socket.write(bytes, (error) => {
        if (!error) say('sent')
        done(error ?? null)
      })
    })
    parser.on('error', () => {})
    let client: ClientRequest
    try {
      client = speak(parser, order.request, target)
    } catch {
      socket.destroy()
      resolve({ kind: 'not-sent', failure: fail('courier', { why: 'the request cannot be written as HTTP' }) })
      return
    }

    let isOver = false
    const finish = (error: string | null): void => {
      if (isOver) return
      isOver = true
      clearTimeout(slow)
      clearTimeout(late)
      resolve({ kind: 'ended', error, atMs: Date.now() })
      socket.destroy()
      parser.destroy()
    }
    const slow = setTimeout(() => say('slow'), slowMs)
    // One more turn of the loop: after a sleep the reply may be waiting in the socket when the timer goes off.
    const late = setTimeout(() => setImmediate(finish, 'timeout'), order.replyWaitMs)

    client.on('error', () => {})
    client.once('upgrade', () => {})
    client.once('response', (reply) => {
      reply.on('error', () => {})
      reply.once('end', () => {
        if (reply.complete && isFramed(reply)) finish(null)
      })
      reply.resume()
    })
    socket.on('data', (bytes: Buffer) => {
      if (isOver) return
      // nothing stands between a byte's arrival and its seal
      const isFirst = seal.size === 0
      seal.chunk(bytes)
      if (isFirst) say('first-byte')
      if (!parser.destroyed) parser.push(bytes)
    })
    socket.once('end', () => finish('closed'))
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'unknown'))
    socket.once('close', () => finish('closed'))
  })
}
