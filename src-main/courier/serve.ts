import type { Readable, Writable } from 'node:stream'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import { endPart } from '../adapters/escrow/contents.ts'
import { openEscrowFile, type EscrowFile } from '../adapters/escrow/file.ts'
import { createSpare } from '../adapters/escrow/spare.ts'
import type { Environment } from '../adapters/http/proxies.ts'
import { warmTrust } from '../adapters/http/trust.ts'
import { Secret } from '../core/secret.ts'
import { takeLock, type Release } from './lock.ts'
import {
  asLine,
  lineReader,
  protocolVersion,
  type FromCourier,
  type Order,
  type OrderEnd,
  type ToCourier,
} from './protocol.ts'
import { rehearseSeal, sealReply } from './seal-reply.ts'
import { sendOnce } from './send.ts'

/**
 * Takes a parent's orders until the parent closes its end or dies. An order without its `go` then ends unsent; one in
 * the air is finished. A parent that does not listen any more changes nothing: what counts is in the escrow.
 */
export type ServeOptions = {
  readonly input: Readable
  readonly output: Writable
  /** Where HTTPS_PROXY and NO_PROXY are read. */
  readonly environment: Environment
  readonly tempFolder: string
  /** Called once, when no more orders can come and nothing is in the air. */
  readonly onDone: () => void
}

type Held = { readonly order: Order; readonly file: EscrowFile; readonly release: Release; isGone: boolean }

export function serve({ input, output, environment, tempFolder, onDone }: ServeOptions): void {
  const held = new Map<number, Held>()
  let isClosed = false
  const say = (message: FromCourier): void => void output.write(asLine(message))

  const drop = (n: number): void => {
    held.get(n)?.release()
    held.delete(n)
  }
  const leaveIfDone = (): void => {
    if (isClosed && held.size === 0) onDone()
  }
  const prepare = (n: number, order: Order): void => {
    const taken = take(order)
    if (!taken.ok) return say({ op: 'refused', n, failure: taken.failure })
    held.set(n, taken.value)
    say({ op: 'ready', n })
    if (!hasRehearsed) setImmediate(rehearse, taken.value)
    hasRehearsed = true
    if (order.request.url.startsWith('https:') && order.tls.caPem === null && order.tls.pinSha256 === null) {
      setImmediate(warmTrust)
    }
  }
  const abort = (n: number): void => {
    const found = held.get(n)
    if (!found || found.isGone) return
    trySeal(found.file)
    found.file.close()
    drop(n)
    say({ op: 'aborted', n })
  }
  const go = (n: number): void => {
    const found = held.get(n)
    if (!found || found.isGone) return
    found.isGone = true
    const onEnd = (end: OrderEnd): void => {
      if (end.op !== 'unsealed') drop(n)
      say(end)
    }
    deliver(n, found, { say, onEnd, environment, tempFolder })
      // A bug of ours: what came is in the escrow, and whether it left is for the reader to find out.
      .catch(() => onEnd({ op: 'ended', n, bytes: 0, error: 'internal', sealMs: 0 }))
      .finally(() => {
        drop(n)
        leaveIfDone()
      })
  }
  const close = (): void => {
    if (isClosed) return
    isClosed = true
    for (const n of held.keys()) abort(n)
    leaveIfDone()
  }

  output.on('error', () => {})
  input.on('error', close)
  input.on('end', close)
  input.on('close', close)
  input.setEncoding('utf8')
  input.on(
    'data',
    lineReader((message) => {
      const told = message as ToCourier
      if (told.op === 'prepare') prepare(told.n, told.order)
      else if (told.op === 'go') go(told.n)
      else if (told.op === 'abort') abort(told.n)
    }),
  )
  say({ op: 'hello', version: protocolVersion })
}

/** Holds the rotation's lock and its escrow file, or neither. */
function take(order: Order): Result<Held> {
  const lock = takeLock(order.lockPath, order.credentialId)
  if (!lock.ok) return lock
  const file = openEscrowFile(order.escrowPath, order, Secret.of(order.escrowKey))
  if (!file.ok) {
    lock.value()
    return err(fail('courier', { why: `the escrow file cannot be used: ${file.failure.fields['why'] ?? ''}` }))
  }
  // The last guard against sending twice: this rotation has been in somebody's hands before.
  if (file.value.parts.some((part) => part.type === 'wire' || part.type === 'end')) {
    file.value.close()
    lock.value()
    return err(fail('courier', { why: 'this rotation was sent, or given up, before' }))
  }
  return ok({ order, file: file.value, release: lock.value, isGone: false })
}

/** The way is warm for every later order of this process. */
let hasRehearsed = false

/** Before there is anything to lose. A disk that takes nothing now may take the reply, and has a spare file if not. */
function rehearse({ file, isGone }: Held): void {
  if (isGone) return
  try {
    rehearseSeal(file)
  } catch {
    // said above
  }
}

/** Nothing was sent, so an end that cannot be sealed takes nothing away: without it the reader asks the vendor. */
function trySeal(file: EscrowFile): void {
  try {
    file.append(endPart({ kind: 'not-sent', failure: fail('cancelled') }))
  } catch {
    // said above
  }
}

type Telling = {
  readonly say: (message: FromCourier) => void
  readonly onEnd: (end: OrderEnd) => void
  readonly environment: Environment
  readonly tempFolder: string
}

/** Sends, seals, and says so once; does not return while a byte of the reply is in memory only. */
async function deliver(n: number, { order, file }: Held, telling: Telling): Promise<void> {
  const key = Secret.of(order.escrowKey)
  const seal = sealReply(file, (part) => createSpare(telling.tempFolder, order, key, part))
  const sent = await sendOnce(order, {
    seal,
    say: (step) => telling.say({ op: 'progress', n, step }),
    environment: telling.environment,
  })
  seal.end(sent)
  if (sent.kind === 'not-sent') {
    telling.onEnd({ op: 'not-sent', n, failure: sent.failure })
  } else if (seal.heldWhy !== null) {
    telling.onEnd({ op: 'unsealed', n, held: seal.bytes.toString('base64'), why: seal.heldWhy })
    await seal.whenDurable()
  } else {
    telling.onEnd({ op: 'ended', n, bytes: seal.size, error: sent.error, sealMs: seal.sealMs })
  }
  seal.close()
}
