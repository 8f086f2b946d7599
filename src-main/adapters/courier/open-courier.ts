import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { Courier, CourierOrder, CourierProgress, CourierReport, PreparedOrder } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'
import {
  asLine,
  lineReader,
  protocolVersion,
  type FromCourier,
  type Order,
  type ToCourier,
} from '../../courier/protocol.ts'

/**
 * The parent's end of a courier. It keeps this process alive only while something is asked of the courier; a courier
 * that dies answers every open question at once: orders not yet ready fail, orders that went are `gone`.
 */

const answerMs = 10_000

type Answer = FromCourier | { readonly op: 'gone'; readonly why: string }
type Listener = (answer: Answer) => void

/** A courier's process as its parent holds it: over its own pipes, or over a socket that it connects to. */
export type CourierProcess = {
  readonly stdin: Writable
  readonly stdout: Readable
  unref(): void
  once(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

export function openCourier(child: CourierProcess): Courier {
  const { stdin, stdout } = child
  const listeners = new Map<number, Listener>()
  let lastOrder = 0
  let asked = 0
  let isClosed = false
  let gone: { readonly op: 'gone'; readonly why: string } | null = null
  let greet: (result: Result<void>) => void = () => {}
  const greeting = new Promise<Result<void>>((resolve) => {
    greet = resolve
  })

  child.unref()
  for (const pipe of [stdin, stdout]) if (pipe instanceof Socket) pipe.unref()
  const hold = (change: 1 | -1): void => {
    asked += change
    if (!(stdout instanceof Socket)) return
    if (asked > 0) stdout.ref()
    else stdout.unref()
  }
  /** Holds this process until the question is answered. */
  const holding = async <T>(question: Promise<T>): Promise<T> => {
    hold(1)
    try {
      return await question
    } finally {
      hold(-1)
    }
  }

  const onGone = (why: string): void => {
    if (gone) return
    gone = { op: 'gone', why }
    greet(err(failure(why)))
    for (const listener of listeners.values()) listener(gone)
    listeners.clear()
  }
  const hear = (message: unknown): void => {
    const said = message as FromCourier
    if (said.op === 'hello') {
      greet(said.version === protocolVersion ? ok(undefined) : err(failure('it is of another version of rekey')))
    } else {
      listeners.get(said.n)?.(said)
    }
  }
  child.once('error', (error: NodeJS.ErrnoException) => onGone(error.code ?? 'it cannot be run'))
  stdin.on('error', () => {})
  stdout.on('error', () => {})
  stdout.setEncoding('utf8')
  stdout.on('data', lineReader(hear))
  // Not 'exit': what it said last may still be in the pipe then.
  stdout.once('close', () => onGone('it died'))

  const tell = (message: ToCourier): void => {
    if (!gone && stdin.writable) stdin.write(asLine(message))
  }
  const listen = (n: number, listener: Listener): void => {
    if (gone) listener(gone)
    else listeners.set(n, listener)
  }
  /** Resolves with what pick makes of an answer, or with `late` if the courier says nothing for long. */
  const answer = <T>(n: number, late: T, pick: (answer: Answer) => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => settle(late), answerMs)
      const settle = (value: T): void => {
        clearTimeout(timer)
        listeners.delete(n)
        resolve(value)
      }
      listen(n, (said) => {
        const picked = pick(said)
        if (picked !== undefined) settle(picked)
      })
    })

  const prepared = (n: number): PreparedOrder => {
    let isSpent = false
    const spend = (): void => {
      if (isSpent) throw new Error('an order goes, or is aborted, once')
      isSpent = true
    }
    return {
      go(onProgress) {
        spend()
        const report = new Promise<CourierReport>((resolve) => {
          listen(n, (said) => {
            if (said.op === 'progress') return onProgress(said.step satisfies CourierProgress)
            const end = reportOf(said)
            if (!end) return
            listeners.delete(n)
            resolve(end)
          })
        })
        tell({ op: 'go', n })
        return holding(report)
      },
      async abort() {
        spend()
        const over = answer(n, true, (said) => (said.op === 'aborted' || said.op === 'gone' ? true : undefined))
        tell({ op: 'abort', n })
        await holding(over)
      },
    }
  }

  return {
    async prepare(order) {
      if (isClosed) return err(failure('it takes no more orders'))
      const n = ++lastOrder
      const met = await holding(within(greeting, err(failure('it does not answer'))))
      if (!met.ok) return met
      const silence: Result<void> = err(failure('it does not answer'))
      const taken = answer<Result<void>>(n, silence, (said) => {
        if (said.op === 'ready') return ok(undefined)
        if (said.op === 'refused') return err(said.failure)
        return said.op === 'gone' ? err(failure(said.why)) : undefined
      })
      tell({ op: 'prepare', n, order: plain(order) })
      const result = await holding(taken)
      // It may still wake up and take the order; it must not keep it.
      if (result === silence) tell({ op: 'abort', n })
      return result.ok ? ok(prepared(n)) : result
    },
    isGone: () => gone !== null,
    close() {
      if (isClosed) return
      isClosed = true
      stdin.end()
    },
  }
}

const failure = (why: string): Failure => fail('courier', { why })

const plain = (order: CourierOrder): Order => ({
  rotationId: order.rotationId,
  credentialId: order.credentialId,
  request: order.request,
  tls: order.tls,
  replyWaitMs: order.replyWaitMs,
  escrowPath: order.escrowPath,
  escrowKey: order.escrowKey.use((value) => value),
  lockPath: order.lockPath,
})

function reportOf(said: Answer): CourierReport | null {
  switch (said.op) {
    case 'ended':
      return { kind: 'ended', bytes: said.bytes, error: said.error, sealMs: said.sealMs }
    case 'not-sent':
      return { kind: 'not-sent', failure: said.failure }
    case 'unsealed':
      return { kind: 'unsealed', held: Secret.of(said.held), why: said.why }
    case 'gone':
      return { kind: 'gone' }
    default:
      return null
  }
}

function within<T>(promise: Promise<T>, late: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late), answerMs)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
