import type { RotationStep } from '../../../src-contract/events.ts'
import type { ExchangeReply, TlsTrust } from '../../../src-contract/exchange.ts'
import type { Failure, FailureCode } from '../../../src-contract/failures.ts'
import type { KeySight } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Result } from '../../../src-contract/result.ts'
import type { Credential } from '../credentials/credential.ts'
import type { Custody } from '../credentials/custody.ts'
import type { PaceSubject } from '../policy/pace.ts'
import type {
  Clock,
  Courier,
  Crypto,
  Escrow,
  Http,
  Ids,
  Ledger,
  Locks,
  Log,
  PreparedOrder,
  ProbeReading,
  Vendor,
  VendorContext,
  Wire,
} from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { JournalEntry } from './record.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import { countRequest } from '../policy/pace.ts'

/** What the rotation engine is made of. */
export type Deps = {
  readonly ledger: Ledger
  readonly locks: Locks
  readonly escrow: Escrow
  readonly wire: Wire
  readonly http: Http
  readonly crypto: Crypto
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** The batch's courier, started at the first need. */
  readonly courier: () => Courier
  readonly custody: (kind: StoreKind) => Promise<Result<Custody>>
  readonly vendors: {
    find(id: string): Result<Vendor>
    /** A file as it was when a rotation began. */
    fromText(text: string, hash: string): Result<Vendor>
  }
  readonly replyWaitMs: (vendor: Vendor, baseUrl: string) => number
  /** Milliseconds a verify or probe may take. */
  readonly probeTimeoutMs: number
  readonly onStep: (name: string, rotationId: string | null, step: RotationStep) => void
  readonly onEnded: (result: RotationResult) => void
  /** No new rotation starts any more. */
  readonly isStopping: () => boolean
  /** When this process began to work: what ended before was another start's. */
  readonly startedAt: Date
}

/** One rotation in progress: what the effects work on. */
export type Run = {
  readonly id: string
  readonly credential: Credential
  /** The name the item had when the request left. */
  readonly itemName: string
  readonly vendor: Vendor
  readonly context: VendorContext
  readonly tls: TlsTrust
  readonly custody: Custody
  readonly who: PaceSubject
  readonly oldFingerprint: string
  readonly startedTicks: number
  /** The prepared order of a fresh run; null when resumed. */
  readonly prepared: PreparedOrder | null
  readonly operator: Credential | null
  readonly rereadSecrets: Readonly<Record<string, Secret>> | null
  /** Told when only the keychain is waited for. */
  readonly onVendorDone: () => void
  /** Entries that wait for the next commit. */
  readonly journal: JournalEntry[]
  /** What reading and re-reading found so far. */
  old: Secret | null
  candidates: Secret[]
  /** Bytes a courier could not make durable and handed over. */
  heldWire: Uint8Array | null
  /** When the connection ended, or was found to have ended, in clock ticks. */
  endedTicks: number
  retryAt: string | null
  /** The candidate that is being stored. */
  chosen: Secret | null
  /** Why the keychain would not take it. */
  storeTrouble?: Failure
  expiryDays: number | null
  /** The old key's first probe, asked while the new key was verified. */
  earlyProbe: Promise<KeySight> | null
  sealMs: number | null
}

export const originOf = (baseUrl: string): string => /^[a-z]+:\/\/[^/]+/i.exec(baseUrl)?.[0].toLowerCase() ?? baseUrl

/** Asks the vendor whether a key works. No answer of any kind is `unknown`. */
export async function askVendor(
  deps: Deps,
  run: Pick<Run, 'vendor' | 'context' | 'tls' | 'who'>,
  key: Secret,
): Promise<ProbeReading & { readonly reply: ExchangeReply | null; readonly failure: FailureCode | null }> {
  const request = key.use((value) => run.vendor.verify(run.context, value))
  countRequest(deps.ledger, run.vendor, run.who, { at: deps.clock.now().toISOString(), isMint: false })
  const answered = await deps.http.exchange(request, { tls: run.tls, timeoutMs: deps.probeTimeoutMs })
  if (!answered.ok) return { answer: 'unknown', code: null, subject: null, reply: null, failure: answered.failure.code }
  return { ...run.vendor.readVerify(answered.value), reply: answered.value, failure: null }
}
