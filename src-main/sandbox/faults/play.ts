import { html, json, type Framing, type Reply } from '../http/reply.ts'
import type { ConnectionEnd } from '../http/send.ts'
import { straight, type Twist } from '../principals.ts'
import type { Vendor } from '../vendor.ts'
import type { Fault } from './fault.ts'

/** One exchange as it will be played: the ordinary one, bent by at most one fault. */
export type Play = {
  readonly beforeMs: number
  readonly afterMs: number
  /** Waits for the client to go, too: before the vendor acts, or after. */
  readonly untilGone: 'before' | 'after' | null
  /** False: the vendor never hears of the request. */
  readonly acts: boolean
  readonly twist: Twist
  readonly shows: 'plain' | 'masked'
  readonly place: 'declared' | 'elsewhere'
  /** Sent instead of the vendor's own answer. */
  readonly instead: Reply | null
  /** Sent instead of any HTTP at all. */
  readonly noise: string | null
  readonly framing: Framing
  readonly cut: { readonly at: number; readonly from: 'start' | 'headers' | 'body' } | null
  readonly end: ConnectionEnd | null
  readonly drip: { readonly bytes: number; readonly ms: number } | null
}

export const ordinary: Play = {
  beforeMs: 0,
  afterMs: 0,
  untilGone: null,
  acts: true,
  twist: straight,
  shows: 'plain',
  place: 'declared',
  instead: null,
  noise: null,
  framing: 'length',
  cut: null,
  end: null,
  drip: null,
}

const signInPage = html(200, 'Guest network', 'Sign in to the guest network to go on.')
const nonsense = '\u0002%%\u00ff<<garbage>>{"api_ke\u0000\u001b[31m'

function statusReply(vendor: Vendor, fault: Fault & { readonly kind: 'status' }): Reply {
  const after = fault.retryAfterSeconds ?? null
  const own = vendor.refusal(fault.status, after)
  const retry: Readonly<Record<string, string>> = after === null ? {} : { 'Retry-After': String(after) }
  if (fault.body === 'empty') return { status: fault.status, headers: retry, body: '' }
  if (fault.body !== 'html') return { ...own, headers: { ...own.headers, ...retry } }
  const page = html(fault.status, `${fault.status}`, 'The gateway cannot show this page.')
  return { ...page, headers: { ...page.headers, ...retry } }
}

function ofKind(fault: Fault, vendor: Vendor): Partial<Play> {
  switch (fault.kind) {
    case 'before':
      return { acts: false, cut: { at: 0, from: 'start' }, end: fault.end ?? 'fin' }
    case 'after':
      return { cut: { at: 0, from: 'start' }, end: fault.end ?? 'fin' }
    case 'torn':
      return { cut: { at: fault.at, from: fault.from ?? 'start' }, end: fault.end ?? 'fin' }
    case 'hang':
      if (fault.until === 'gone') return { untilGone: fault.when ?? 'before' }
      return fault.when === 'after' ? { afterMs: fault.ms ?? Infinity } : { beforeMs: fault.ms ?? Infinity }
    case 'delay':
      return { beforeMs: fault.ms }
    case 'status':
      return { acts: fault.acts === true, instead: statusReply(vendor, fault) }
    case 'garbage':
      return fault.part === 'reply'
        ? { acts: fault.acts !== false, noise: nonsense, end: 'fin' }
        : { acts: fault.acts !== false, instead: { ...json(200, ''), body: nonsense } }
    case 'portal':
      return { acts: false, instead: signInPage }
    case 'redirect': {
      const headers = { Location: fault.location ?? `${vendor.basePath}/followed-redirect` }
      return { acts: fault.acts === true, instead: { status: fault.status ?? 302, headers, body: '' } }
    }
    case 'slow-drip':
      return { drip: { bytes: fault.bytes ?? 1, ms: fault.ms ?? 5 } }
    case 'same-key':
      return { twist: { ...straight, gives: 'same' } }
    case 'masked':
      return { shows: 'masked' }
    case 'wrong-place':
      return { place: 'elsewhere' }
    case 'close-delimited':
      return { framing: 'close' }
    case 'chunked':
      return { framing: 'chunked' }
    case 'stale':
      return { twist: { ...straight, oldKeyLivesMs: fault.ms ?? Infinity } }
    case 'verify-down':
      return { acts: false, instead: vendor.refusal(503, null) }
    case 'reject-new':
      return { twist: { gives: 'rejected', oldKeyLivesMs: fault.oldKey === 'works' ? Infinity : 0 } }
  }
}

/** How an exchange with this fault goes. */
export function playOf(fault: Fault | null, vendor: Vendor): Play {
  if (fault === null) return ordinary
  const play = { ...ordinary, ...ofKind(fault, vendor) }
  return {
    ...play,
    beforeMs: play.beforeMs + (fault.delayMs ?? 0),
    framing: fault.framing ?? play.framing,
    twist: { ...play.twist, oldKeyLivesMs: fault.oldKeyLivesMs ?? play.twist.oldKeyLivesMs },
  }
}
