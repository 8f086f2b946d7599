import type { RotationStep } from '../../src-contract/events.ts'
import { fail, type Failure } from '../../src-contract/failures.ts'
import type { OperationName, OutputOf, ParsedInputOf, Selection } from '../../src-contract/operations.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { CredentialView, StoreKind } from '../../src-contract/views.ts'
import type { Credential } from '../core/credentials/credential.ts'
import { openCustody, type Custody } from '../core/credentials/custody.ts'
import { isBehind, isDue, stateOf } from '../core/policy/age.ts'
import type { Lock, Vendor } from '../core/ports.ts'
import type { RotationRecord } from '../core/rotation/record.ts'
import type { Deps } from '../core/rotation/run.ts'
import type { AppPorts, Emit } from './app-ports.ts'
import { oneCourier, type OneCourier } from './one-courier.ts'
import { revealLimit } from './reveal-limit.ts'
import type { Session } from './session.ts'
import { Previews } from './vaults/open-previews.ts'
import type { VendorRegistry } from './vendor-registry.ts'

const DEFAULT_REPLY_WAIT_CAP_SECONDS = 3600
const PROBE_TIMEOUT_MS = 15_000

/** What every operation handler works with. */
export type Context = {
  readonly ports: AppPorts
  readonly deps: Deps
  readonly registry: VendorRegistry
  readonly emit: Emit
  readonly custody: (kind: StoreKind) => Promise<Result<Custody>>
  /** Starts the processes a rotation will need; asks nobody for anything. */
  readonly warmUp: (kinds: ReadonlySet<StoreKind>) => void
  readonly courier: OneCourier
  readonly isOpen: (kind: StoreKind) => boolean
  /** Forgets every opened keychain, and what else was kept for a run to come. */
  readonly forgetKeys: () => Promise<void>
  readonly session: Session
  /** Files that were read and not imported yet. */
  readonly previews: Previews
  /** Counts a reveal for a window; null if it may happen. */
  readonly revealProblem: () => Failure | null
  /** A person ended the program: a file that is being written is not put in its place. */
  readonly isLeaving: () => boolean
  /** Lets nothing more be armed until the runs of now have ended. */
  readonly stopRuns: () => void
}

/** What an operation works with that only reads the ledger. */
export type ReadingContext = Pick<Context, 'ports'>

type HandlerIn<C, K extends OperationName> = (
  context: C,
  input: ParsedInputOf<K>,
) => Promise<Result<OutputOf<K>>> | Result<OutputOf<K>>
export type Handler<K extends OperationName> = HandlerIn<Context, K>
export type Reader<K extends OperationName> = HandlerIn<ReadingContext, K>
export type Handlers = { readonly [K in OperationName]: Handler<K> }

const isLoopback = (baseUrl: string): boolean =>
  /^https?:\/\/(127\.\d+\.\d+\.\d+|\[::1\]|localhost)(:\d+)?(\/|$)/i.test(baseUrl)

/** What the app keeps for all of its operations. */
export type Running = {
  readonly emit: Emit
  readonly isStopping: () => boolean
  readonly isLeaving: () => boolean
  readonly stopRuns: () => void
  readonly session: Session
}

export function makeContext(ports: AppPorts, registry: VendorRegistry, running: Running): Context {
  const { emit, isStopping } = running
  const limit = revealLimit(ports.clock)
  const opened = new Map<StoreKind, Promise<Result<Custody>>>()
  const previews = new Previews()
  const custody = async (kind: StoreKind): Promise<Result<Custody>> => {
    const existing = opened.get(kind)
    if (existing) return existing
    const opening = openCustody(ports, kind)
    opened.set(kind, opening)
    const result = await opening
    // a keychain that was locked may be open the next time
    if (!result.ok) opened.delete(kind)
    return result
  }
  const courier = oneCourier(ports.couriers)
  const replyWaitMs = (vendor: Vendor, baseUrl: string): number => {
    const asked = ports.replyWaitSeconds
    return asked !== null && isLoopback(baseUrl)
      ? Math.min(asked, DEFAULT_REPLY_WAIT_CAP_SECONDS) * 1000
      : vendor.replyWaitMs
  }
  const deps: Deps = {
    ...ports,
    courier: courier.get,
    custody,
    vendors: { find: registry.find, fromText: registry.fromText },
    replyWaitMs,
    probeTimeoutMs: PROBE_TIMEOUT_MS,
    onStep: (name: string, rotationId: string | null, step: RotationStep) =>
      emit({ type: 'rotation.progressed', name, rotationId, step }),
    onEnded: (result) => emit({ type: 'rotation.ended', result }),
    isStopping,
    startedAt: ports.clock.now(),
  }
  return {
    ports,
    deps,
    registry,
    emit,
    custody,
    warmUp: (kinds) => {
      courier.get()
      for (const kind of kinds) {
        void ports.openStore(kind).then((opened) => (opened.ok ? opened.value.warm?.() : undefined))
      }
    },
    courier,
    isOpen: (kind) => opened.has(kind),
    forgetKeys: async () => {
      opened.clear()
      courier.close()
      previews.forgetAll()
      await ports.forgetStores()
    },
    session: running.session,
    previews,
    revealProblem: () => (ports.window === null ? null : limit()),
    isLeaving: running.isLeaving,
    stopRuns: running.stopRuns,
  }
}

export function named(context: ReadingContext, name: string): Result<Credential> {
  const credential = context.ports.ledger.credentialByName(name)
  return credential ? ok(credential) : err(fail('unknown-name', { name }))
}

/** The credentials a selection means: each once, in the order given; an unknown name selects nothing. */
export function select(context: Context, selection: Selection): Result<readonly Credential[]> {
  if ('names' in selection) {
    const found = new Map<string, Credential>()
    for (const name of selection.names) {
      const credential = named(context, name)
      if (!credential.ok) return credential
      found.set(credential.value.id, credential.value)
    }
    return ok([...found.values()])
  }
  const now = context.ports.clock.now()
  const newest = 'due' in selection ? (context.ports.ledger.history({ limit: 1 })[0]?.at ?? null) : null
  if (newest !== null && isBehind(newest, now)) return err(fail('clock-behind', { now: now.toISOString(), newest }))
  const all = context.ports.ledger.credentials().filter((credential) => {
    if ('due' in selection && !isDue(credential, now)) return false
    if (selection.tag !== undefined && !credential.tags.includes(selection.tag)) return false
    return selection.vendor === undefined || credential.vendor === selection.vendor
  })
  return ok(all)
}

/** Runs fn under the credential's lease, with the credential read anew; `busy` if somebody else holds it. */
export async function leased<T>(
  context: Context,
  name: string,
  fn: (credential: Credential) => Promise<Result<T>>,
): Promise<Result<T>> {
  const listed = named(context, name)
  if (!listed.ok) return listed
  const lease: Lock | null = context.ports.locks.exclusive(listed.value.id)
  if (!lease) return err(fail('busy', { name: listed.value.name }))
  try {
    const credential = context.ports.ledger.credentialById(listed.value.id)
    return credential ? await fn(credential) : err(fail('unknown-name', { name }))
  } finally {
    lease.release()
  }
}

/** `has-open-rotation` unless nothing is open about it. */
export function closed(context: Context, credential: Credential): Result<null> {
  const open = context.ports.ledger.openRotationOf(credential.id)
  return open ? err(fail('has-open-rotation', { name: credential.name, outcome: outcomeOf(open) })) : ok(null)
}

export const outcomeOf = (open: RotationRecord): string =>
  open.outcome ?? (open.state === 'waiting' ? 'waiting' : 'rotating')

export function viewOf(
  credential: Credential,
  open: RotationRecord | null,
  operatorName: string | null,
  now: Date,
): CredentialView {
  return {
    name: credential.name,
    label: credential.label,
    vendor: credential.vendor,
    baseUrl: credential.baseUrl,
    inputs: { ...credential.inputs },
    subject: credential.subject,
    operator: operatorName,
    tags: [...credential.tags],
    usedBy: [...credential.usedBy],
    store: credential.store,
    tail: credential.tail,
    fingerprint: credential.fingerprint,
    state: stateOf(credential, open, now),
    createdAt: credential.createdAt,
    rotatedAt: credential.rotatedAt,
    verifiedAt: credential.verifiedAt,
    expiresAt: credential.expiresAt,
    maxAgeDays: credential.maxAgeDays,
    ...(credential.unconfirmed.length > 0 ? { unconfirmed: [...credential.unconfirmed] } : {}),
    openRotation: open && { rotationId: open.id, outcome: open.outcome, startedAt: open.startedAt },
  }
}

export function view(context: ReadingContext, credential: Credential): CredentialView {
  const { ledger, clock } = context.ports
  const operator = credential.operatorId === null ? null : ledger.credentialById(credential.operatorId)
  return viewOf(credential, ledger.openRotationOf(credential.id), operator?.name ?? null, clock.now())
}
