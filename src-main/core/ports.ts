import type { ExchangeReply, ExchangeRequest, TlsTrust } from '../../src-contract/exchange.ts'
import type { Failure, FailureCode } from '../../src-contract/failures.ts'
import type { KeySight } from '../../src-contract/outcomes.ts'
import type { Result } from '../../src-contract/result.ts'
import type { HistoryEntry, StoreKind } from '../../src-contract/views.ts'
import type { Credential } from './credentials/credential.ts'
import type { JournalEntry, RotationRecord } from './rotation/record.ts'
import type { Secret } from './secret.ts'

/** What the core asks of the world. Adapters implement these; each has a contract suite in test/contract. */

// ---- secrets -------------------------------------------------------------------------------------------------

/** `rekey` items are the user's keys (account = credential name, or name#input); `rekey-internal` are ours. */
export type Item = { readonly service: 'rekey' | 'rekey-internal'; readonly account: string }

export type WriteResult =
  /** Kept: committed by a store of ours, or shown by a read after the write. */
  | { readonly kind: 'written' }
  | { readonly kind: 'not-written'; readonly failure: Failure }
  /** The store did not say; only a read-back tells. */
  | { readonly kind: 'unknown'; readonly failure: Failure }

/**
 * Where secrets live. Reads of a locked store may look like an absent item (null): whoever knows that the item must
 * exist turns null into `keychain-locked-or-item-missing`. Never throws for a failure of the store.
 */
export interface SecretStore {
  readonly kind: StoreKind
  /** Sets, reads and deletes a sentinel: says yes only if the store takes and keeps values now. */
  prove(): Promise<Result<void>>
  read(item: Item): Promise<Result<Secret | null>>
  /** Of many at once; a store without it is read one by one. */
  readAll?(items: readonly Item[]): Promise<Result<readonly (Secret | null)[]>>
  write(item: Item, secret: Secret): Promise<WriteResult>
  /** All or none of them, in one commit. A store without it writes them one by one. */
  writeAll?(items: readonly (readonly [Item, Secret])[]): Promise<WriteResult>
  /** Ok only if a read after it shows no item, with the store proven to answer. */
  remove(item: Item): Promise<Result<void>>
  /** Starts what the first call would start. Says nothing of the store's health. */
  warm?(): Promise<void>
  /** A line for the doctor: which backend, and its state. */
  describe(): Promise<Result<string>>
  close(): Promise<void>
}

/** Keyed hashing and randomness, over bytes held as base64 in a Secret. */
export interface Crypto {
  /** 16 hex digits of HMAC-SHA-256(key, secret). */
  fingerprint(key: Secret, secret: Secret): string
  /** A fresh 32-byte key, base64. */
  newKey(): Secret
  /** A public id of a key (does not reveal it), 16 hex digits. */
  keyId(key: Secret): string
  /** The bytes that a base64 secret stands for. */
  bytes(base64: Secret): Uint8Array
  /** n characters drawn from the given alphabet. */
  randomText(alphabet: string, length: number): string
}

// ---- ledger --------------------------------------------------------------------------------------------------

export type InternalPurpose = 'escrow-key' | 'fingerprint-key'
export type TrustedFile = {
  readonly path: string
  readonly vendorId: string
  readonly sha256: string
  readonly text: string
  readonly trustedAt: string
}
/** An item that an import writes: what it will hold, and what it held (keyed hashes; null: nothing). */
export type ImportItem = { readonly account: string; readonly fingerprint: string; readonly before: string | null }
export type OpenImport = {
  readonly id: string
  readonly at: string
  readonly store: StoreKind
  readonly state: 'writing' | 'clearing'
  readonly items: readonly ImportItem[]
}
export type AddedCredential = { readonly credential: Credential; readonly past: readonly Omit<HistoryEntry, 'name'>[] }
export type RotationPatch = Partial<
  Pick<
    RotationRecord,
    | 'state'
    | 'reached'
    | 'outcome'
    | 'settled'
    | 'code'
    | 'retryAt'
    | 'oldKey'
    | 'newFingerprint'
    | 'newTail'
    | 'dismissed'
  >
>

/**
 * The SQLite database: credentials, rotations with their journal, history. Synchronous: a commit takes 0.3 ms. Every
 * method throws LedgerError (with a Failure) when the database cannot be read or written; nothing is half-written.
 */
export interface Ledger {
  readonly ledgerId: string
  /** The machine this ledger was made on, and whether it is this one. */
  readonly machine: { readonly id: string; readonly isHere: boolean }
  /** A number that changes when another process has committed; this one's own commits leave it alone. */
  foreignCommits(): number
  /** Takes this machine as the ledger's own from now on. */
  adoptMachine(): void
  /** Runs fn in one IMMEDIATE transaction: all or nothing. Nested calls join the outer one. */
  transaction<T>(fn: () => T): T
  /**
   * The same, durable when it resolves, in one commit with all others that are asked for in this turn of the loop. Each
   * is all or nothing by itself: where one throws, every one is run again alone.
   */
  commit(fn: () => void): Promise<void>

  credentials(): readonly Credential[]
  credentialById(id: string): Credential | null
  /** Without regard to case. */
  credentialByName(name: string): Credential | null
  credentialBySubject(vendor: string, origin: string, subject: string): Credential | null
  /** `past`: what happened to it, oldest first. */
  insertCredential(credential: Credential, at: string, past?: readonly Omit<HistoryEntry, 'name'>[]): void
  /** The same of many, all or none of them. */
  insertCredentials(added: readonly AddedCredential[], at: string): void
  updateCredential(id: string, patch: Partial<Omit<Credential, 'id' | 'createdAt'>>): void
  /** Removes the credential; its history stays under its last name. */
  removeCredential(id: string): void

  /** Remembers that a credential once had this fingerprint. */
  addFingerprint(credentialId: string, fingerprint: string, at: string): void
  /** Every fingerprint the credential ever had, newest first. */
  fingerprintsOf(credentialId: string): readonly string[]
  /** The same of each of these credentials, by its id. */
  fingerprints(credentialIds: readonly string[]): ReadonlyMap<string, readonly string[]>
  /** The credential whose current secret has this fingerprint. */
  credentialByFingerprint(fingerprint: string): Credential | null

  insertRotation(record: RotationRecord, entries: readonly JournalEntry[]): void
  /** Patches the row and appends to its journal in one transaction. */
  advanceRotation(id: string, patch: RotationPatch, entries: readonly JournalEntry[], at: string): void
  rotation(id: string): RotationRecord | null
  /** Not settled: oldest first. */
  openRotations(): readonly RotationRecord[]
  openRotationOf(credentialId: string): RotationRecord | null
  /** Settled rotations, newest first; `among`: those of these ids alone, of which there may be more than rotations. */
  rotationsOf(credentialId: string, among?: readonly string[]): readonly RotationRecord[]
  journal(rotationId: string): readonly (JournalEntry & { readonly at: string })[]

  appendHistory(entry: HistoryEntry): void
  /** The same event of many credentials, in one statement: each under the name it has now, or had if it is gone. */
  appendHistoryOf(credentials: readonly Pick<Credential, 'id' | 'name'>[], event: Omit<HistoryEntry, 'name'>): void
  /** Newest first. `events`: these alone. */
  history(query: Readonly<{ name?: string; events?: readonly string[]; limit?: number }>): readonly HistoryEntry[]
  /** Of each of these names what `history` says of it, by the name as it was asked for. */
  historiesOf(names: readonly string[]): ReadonlyMap<string, readonly HistoryEntry[]>

  internalKeyId(store: StoreKind, purpose: InternalPurpose): string | null
  recordInternalKey(store: StoreKind, purpose: InternalPurpose, keyId: string, at: string): void

  /** Remembers that a request counted against a pace limit left. */
  recordPace(scope: string, at: string): void
  /** Times of requests in that scope since then, oldest first. */
  paceSince(scope: string, since: string): readonly string[]

  /** Remembers which items an import is about to write, until `endImport`. */
  beginImport(started: Omit<OpenImport, 'state'>): void
  /** What it wrote counts now; only the copies of what was there before are left to be removed. */
  clearImport(id: string): void
  openImports(): readonly OpenImport[]
  endImport(id: string): void

  /**
   * Folds the steps of rotations that settled before then into one row each, but for those of `except`, and gives free room back;
   * stops after about that long. What is left is for the next time.
   */
  compact(options: { readonly before: string; readonly except: readonly string[]; readonly forMs: number }): {
    readonly folded: number
  }

  saveVendorFile(hash: string, vendorId: string, text: string): void
  vendorFileText(hash: string): string | null
  trustedFile(path: string): TrustedFile | null
  trustFile(file: TrustedFile): void

  close(): void
}

// ---- locks ---------------------------------------------------------------------------------------------------

export interface Lock {
  release(): void
}

/** Leases that the kernel drops when their holder dies. Answer at once: null means somebody else holds it. */
export interface Locks {
  exclusive(name: string): Lock | null
  shared(name: string): Lock | null
  /** Absolute path of the lock file, for a courier that takes it itself. */
  path(name: string): string
}

// ---- escrow, courier, wire -----------------------------------------------------------------------------------

export type EscrowEnd =
  /** The connection ended; `error` says how, if not well. */
  | { readonly kind: 'ended'; readonly error: string | null; readonly atMs: number }
  /** The request never left. */
  | { readonly kind: 'not-sent'; readonly failure: Failure }

export type EscrowContents = {
  readonly old: Secret | null
  /** Keys a person put in (guided), oldest first. */
  readonly pasted: readonly Secret[]
  /** The vendor's bytes as they came off the wire (after TLS), status line first. */
  readonly wire: Uint8Array
  readonly end: EscrowEnd | null
}

export type EscrowId = { readonly rotationId: string; readonly credentialId: string }

/** The preallocated, fsynced place for a reply. Files are 0600 and never swept. */
export interface Escrow {
  /** Creates the file, 256 KiB written and fsynced with its folder, holding the old secret sealed. */
  create(id: EscrowId, key: Secret, old: Secret | null): Promise<Result<{ readonly path: string }>>
  /** Also looks in the OS temp folder, where a courier seals if its own file fails. null: there is no file. */
  read(id: EscrowId, key: Secret): Result<EscrowContents | null>
  appendPasted(id: EscrowId, key: Secret, pasted: Secret): Result<void>
  /** Overwrites, then unlinks. */
  remove(rotationId: string): Result<void>
  /** Rotation ids of the files there are. */
  list(): readonly string[]
}

/** Parses raw HTTP/1.1 bytes as Node's own parser reads them; null if there is no whole status line and header. */
export interface Wire {
  parse(bytes: Uint8Array, ended: boolean): Promise<ExchangeReply | null>
}

export type CourierOrder = EscrowId & {
  readonly request: ExchangeRequest
  readonly tls: TlsTrust
  readonly replyWaitMs: number
  readonly escrowPath: string
  readonly escrowKey: Secret
  readonly lockPath: string
}

export type CourierReport =
  | { readonly kind: 'not-sent'; readonly failure: Failure }
  /** Sealed and fsynced. `sealMs`: from the last byte to durable. */
  | { readonly kind: 'ended'; readonly bytes: number; readonly error: string | null; readonly sealMs: number }
  /** The courier holds bytes it cannot make durable; it keeps trying, and hands them over for the keychain. */
  | { readonly kind: 'unsealed'; readonly held: Secret; readonly why: string }
  /** The courier died: only the escrow knows. */
  | { readonly kind: 'gone' }

export type CourierProgress = 'connected' | 'sent' | 'first-byte' | 'slow'

export interface PreparedOrder {
  /** Say it only after `sent` is committed. Resolves when the reply is sealed, or never left, or the courier died. */
  go(onProgress: (step: CourierProgress) => void): Promise<CourierReport>
  /** Ends it unsent. */
  abort(): Promise<void>
}

/** The process that makes minting requests, one for a whole batch; it outlives its parent. */
export interface Courier {
  /** Resolves once the courier holds the rotation's lock and its escrow file, ready to send. */
  prepare(order: CourierOrder): Promise<Result<PreparedOrder>>
  /** Whether it has died, or never came to be. */
  isGone(): boolean
  /** No more orders. The courier exits when nothing is in the air. */
  close(): void
}

export interface CourierStarter {
  start(): Courier
}

// ---- http ----------------------------------------------------------------------------------------------------

/** Calls without a side effect worth a transaction: verify, probe, session. May pool connections; never follows a redirect. */
export interface Http {
  exchange(
    request: ExchangeRequest,
    options: { readonly tls: TlsTrust; readonly timeoutMs: number },
  ): Promise<Result<ExchangeReply>>
  /** SHA-256 of the leaf certificate that a server shows, trusted or not, lower-case hex; null without TLS. Sends nothing. */
  leafOf(url: string): Promise<Result<string | null>>
  close(): Promise<void>
}

// ---- vendor --------------------------------------------------------------------------------------------------

export type VendorContext = {
  readonly baseUrl: string
  readonly inputs: Readonly<Record<string, string>>
  /** Inputs of the operator credential, if one rotates this one. */
  readonly operatorInputs: Readonly<Record<string, string>> | null
}

export type MintReading =
  /** `clean`: whole, meets the success rule, and the secret at the declared place looks like one. */
  | { readonly verdict: 'success'; readonly clean: true; readonly candidates: readonly [string] }
  | {
      readonly verdict: 'refused'
      readonly code: FailureCode
      /** The refusal is about the key itself: it must be probed before anything is said of it. */
      readonly auth: boolean
      readonly retryAfterSeconds: number | null
    }
  /** Torn or odd: at most three strings that may be the key, the declared place first. */
  | { readonly verdict: 'unclear'; readonly torn: boolean; readonly candidates: readonly string[] }

export type ProbeReading = {
  readonly answer: KeySight
  readonly code: FailureCode | null
  readonly subject: string | null
}

export type PaceLimit = {
  readonly scope: 'key' | 'subject' | 'account'
  readonly count: number
  readonly perSeconds: number
  /** `mint`: only minting requests count; `all`: every request does. */
  readonly counts: 'mint' | 'all'
  /** As said to a person: "once an hour". */
  readonly text: string
}

/**
 * One vendor file, interpreted. Pure: builds requests from strings and reads replies into values. The engine reads these
 * properties and never branches on `id`.
 */
export interface Vendor {
  readonly id: string
  readonly name: string
  readonly fileHash: string
  readonly fileText: string
  readonly strategy: 'in-place' | 'guided'
  readonly settleMs: number
  readonly replyWaitMs: number
  /** null: the vendor has no harmless call that tells a working key. */
  readonly probe: { readonly sideEffect: 'none' | 'audit' | 'consumes-use' | 'activates' } | null
  readonly pace: readonly PaceLimit[]
  /** Names of secret inputs the re-read recipe needs; null: there is none. */
  readonly rereadNeeds: readonly string[] | null
  /** How a person gets back in where the new key is lost, in the vendor file's own words. */
  readonly recovery: string
  /** Whether an operator may rotate another's key, and whether the key may rotate itself. */
  readonly rotatesBy: { readonly self: boolean; readonly operator: boolean }

  /** The subject as far as inputs name it; null: only the verify call can tell. */
  subject(context: VendorContext): string | null
  /** A call that opens a session for the mint; null: none is needed. `key` is the operator's, or the own key. */
  session(context: VendorContext, key: string): ExchangeRequest | null
  readSession(reply: ExchangeReply): Result<string>
  mint(context: VendorContext, auth: { readonly key: string; readonly session: string | null }): ExchangeRequest
  readMint(reply: ExchangeReply, context: VendorContext): MintReading
  verify(context: VendorContext, key: string): ExchangeRequest
  readVerify(reply: ExchangeReply): ProbeReading
  reread(context: VendorContext, secrets: Readonly<Record<string, string>>): ExchangeRequest | null
  readReread(reply: ExchangeReply): string | null
  /** A string of the key's shape that is nobody's key. */
  madeUpKey(crypto: Crypto): string
  /** Soft look at a pasted key: null, or what looks odd about it. */
  shapeWarning(key: string): string | null
}

// ---- time, ids, log ------------------------------------------------------------------------------------------

export interface Clock {
  now(): Date
  /** Monotonic milliseconds. */
  ticks(): number
  sleep(ms: number): Promise<void>
}

export interface Ids {
  /** A ULID. */
  next(): string
}

/** Goes through one redacting sink. Fields hold ids, codes and numbers. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void
  warn(message: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void
}

/** Thrown by the ledger alone: its methods are synchronous and most callers cannot go on. */
export class LedgerError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(failure.code, options)
    this.name = 'LedgerError'
    this.failure = failure
  }
}
