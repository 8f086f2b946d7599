import type { Framing } from '../http/reply.ts'
import type { ConnectionEnd } from '../http/send.ts'
import type { RequestClass } from '../vendor.ts'

/** Which requests a fault meets. */
export type FaultAim = {
  /** Which class of request; mint unless the kind says otherwise. */
  readonly match?: RequestClass | 'any'
  /** How many matching requests; 1 unless told. */
  readonly times?: number | 'all'
  /** How many matching requests pass first. */
  readonly skip?: number
  /** Only this principal's requests. */
  readonly principal?: string
  /** Only once the principal's key was replaced since the fault was set. */
  readonly afterMint?: boolean
  /** Only requests that are not the first of their connection. */
  readonly onReusedConnection?: boolean
}

/** What any fault may do beside its own. */
export type FaultExtras = {
  /** Waited before the vendor acts. */
  readonly delayMs?: number
  /** How long the old key goes on working after a rotation. */
  readonly oldKeyLivesMs?: number
  readonly framing?: Framing
}

export type FaultKind =
  /** The connection closes before the vendor acts. */
  | { readonly kind: 'before'; readonly end?: ConnectionEnd }
  /** The vendor acts; the connection closes without a byte of reply. */
  | { readonly kind: 'after'; readonly end?: ConnectionEnd }
  /** The vendor acts; `at` bytes of the reply are sent, counted from its first byte, or from where `from` says. A negative `at` counts back from the end. */
  | {
      readonly kind: 'torn'
      readonly at: number
      readonly from?: 'start' | 'headers' | 'body'
      readonly end?: ConnectionEnd
    }
  /**
   * Nothing happens for so long (for ever without `ms`), or until the client has gone, before or after the vendor acts; then all
   * goes on, whether or not the client still waits.
   */
  | { readonly kind: 'hang'; readonly ms?: number; readonly until?: 'gone'; readonly when?: 'before' | 'after' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** This status, in the vendor's form, as a web server's page, or empty; the vendor does not act unless told to. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: 'json' | 'html' | 'empty'
      readonly acts?: boolean
      readonly retryAfterSeconds?: number
    }
  /** The vendor acts; the body, or the whole reply, is nonsense. */
  | { readonly kind: 'garbage'; readonly part?: 'body' | 'reply'; readonly acts?: boolean }
  /** A network's sign-in page answers with 200 in the vendor's place. */
  | { readonly kind: 'portal' }
  | { readonly kind: 'redirect'; readonly status?: number; readonly location?: string; readonly acts?: boolean }
  /** The reply comes whole, a few bytes at a time. */
  | { readonly kind: 'slow-drip'; readonly bytes?: number; readonly ms?: number }
  /** The vendor says it rotated, and gives the old key. */
  | { readonly kind: 'same-key' }
  | { readonly kind: 'masked' }
  | { readonly kind: 'wrong-place' }
  /** The body ends only with the connection. */
  | { readonly kind: 'close-delimited' }
  | { readonly kind: 'chunked' }
  /** The old key goes on working for so long, for ever without `ms`. */
  | { readonly kind: 'stale'; readonly ms?: number }
  /** 503: keys cannot be checked now. */
  | { readonly kind: 'verify-down' }
  /** The vendor gives a key that it then refuses; the old one is dead unless told. */
  | { readonly kind: 'reject-new'; readonly oldKey?: 'works' | 'dead' }

export type Fault = FaultAim & FaultExtras & FaultKind
export type FaultName = FaultKind['kind']
