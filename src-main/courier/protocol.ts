import type { ExchangeRequest, TlsTrust } from '../../src-contract/exchange.ts'
import type { Failure } from '../../src-contract/failures.ts'

/**
 * What a parent and its courier say to each other: one JSON object a line. Orders carry secrets, so they travel on a
 * pipe and nowhere else. A courier that says another version than ours gets no orders.
 */
export const protocolVersion = 1

export type ProgressStep = 'connected' | 'sent' | 'first-byte' | 'slow'

export type Order = {
  readonly rotationId: string
  readonly credentialId: string
  readonly request: ExchangeRequest
  readonly tls: TlsTrust
  readonly replyWaitMs: number
  readonly escrowPath: string
  /** Base64. */
  readonly escrowKey: string
  readonly lockPath: string
}

/** `n` names an order within one courier. */
export type ToCourier =
  | { readonly op: 'prepare'; readonly n: number; readonly order: Order }
  | { readonly op: 'go'; readonly n: number }
  | { readonly op: 'abort'; readonly n: number }

export type OrderEnd =
  | { readonly op: 'not-sent'; readonly n: number; readonly failure: Failure }
  | {
      readonly op: 'ended'
      readonly n: number
      readonly bytes: number
      readonly error: string | null
      readonly sealMs: number
    }
  /** `held`: the reply as it came, base64. */
  | { readonly op: 'unsealed'; readonly n: number; readonly held: string; readonly why: string }

export type FromCourier =
  | { readonly op: 'hello'; readonly version: number }
  | { readonly op: 'ready'; readonly n: number }
  /** Answers prepare: it will not be sent, and nothing is held for it. */
  | { readonly op: 'refused'; readonly n: number; readonly failure: Failure }
  | { readonly op: 'aborted'; readonly n: number }
  | { readonly op: 'progress'; readonly n: number; readonly step: ProgressStep }
  | OrderEnd

/** Calls back with each whole line's value. A line that is not JSON is skipped: it is nobody's order. */
export function lineReader(onMessage: (message: unknown) => void): (chunk: string) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const message = parsed(line)
      if (message !== undefined) onMessage(message)
    }
  }
}

export const asLine = (message: ToCourier | FromCourier): string => `${JSON.stringify(message)}\n`

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
