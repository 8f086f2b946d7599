/**
 * Ports in, operations out. Every call is parsed on its way in and on its way out, so that a stray field (a path, a secret)
 * is caught here; failures are values; a bug becomes `internal` with an id, and nothing of it reaches the caller.
 */
import type { Client } from '../../src-contract/client.ts'
import type { AppEvent } from '../../src-contract/events.ts'
import { fail } from '../../src-contract/failures.ts'
import { answeredWhenLocked } from '../../src-contract/operation-names.ts'
import { operations, type InputOf, type OperationName, type OutputOf } from '../../src-contract/operations.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import { LedgerError } from '../core/ports.ts'
import type { AppPorts } from './app-ports.ts'
import type { Context, ReadingContext } from './context.ts'
import type { WorkingHandlers } from './handlers.ts'
import { readers } from './reading.ts'
import { openSession, type Session } from './session.ts'

export type App = Client & {
  /** Start nothing new; what is in the air is finished. */
  stop(): void
  /** Passes on what an adapter has to say to the person. */
  announce(event: AppEvent): void
  readonly session: Session
  /** Rotations whose request may be in the air now. */
  inFlight(): number
  /** Waits for what is in the air, then lets go of everything. */
  close(): Promise<void>
}

/** Vendor files, rotations and keychains are loaded by the first operation that stands on them. */
type Working = { readonly context: Context; readonly handlers: WorkingHandlers }
type AnyHandler<C> = (context: C, input: unknown) => Promise<Result<unknown>> | Result<unknown>

/** Steps between the last moment to stop and a sealed reply. */
const IN_THE_AIR = new Set(['armed', 'connected', 'sent', 'first-byte', 'slow'])

export function compose(ports: AppPorts, onClose: () => Promise<void>): App {
  const listeners = new Set<(event: AppEvent) => void>()
  const inAir = new Set<string>()
  const running = new Set<Promise<unknown>>()
  let isStopping = false
  let isToldToLeave = false
  /** A person's word to arm nothing more; it ends with the runs it was said to. */
  let isHalted = false
  let runs = 0

  const emit = (event: AppEvent): void => {
    if (event.type === 'rotation.progressed' && event.rotationId !== null) {
      if (IN_THE_AIR.has(event.step)) inAir.add(event.name)
      else inAir.delete(event.name)
    }
    // by name: one that was stopped at the last moment ends without an id
    if (event.type === 'rotation.ended') inAir.delete(event.result.name)
    for (const listener of listeners) listener(event)
  }
  let working: Promise<Working> | null = null
  const session = openSession(ports, emit, () => void forgetWhenIdle())
  /** What still runs keeps its keychain to the end; a lock that was undone meanwhile forgets nothing. */
  const forgetWhenIdle = async (): Promise<void> => {
    await Promise.allSettled(running)
    if (session.isLocked() && working !== null) await (await working).context.forgetKeys()
  }
  const load = (): Promise<Working> =>
    (working ??= import('./handlers.ts').then(({ handlers, openContext }) => ({
      handlers,
      context: openContext(ports, {
        emit,
        session,
        isStopping: () => isStopping || isHalted,
        isLeaving: () => isToldToLeave,
        stopRuns: () => {
          isHalted = runs > 0
        },
      }),
    })))
  /** The table pairs each name with its own schema: the parsed input is that handler's. */
  const handle = async (name: OperationName, input: unknown): Promise<Result<unknown>> => {
    const reader = (readers as Record<string, AnyHandler<ReadingContext> | undefined>)[name]
    if (reader) return reader({ ports }, input)
    if (name === 'rotation.plan' || name === 'rotation.run') warmKeychain(ports)
    if (name === 'vault.preview' || name === 'vault.formats' || name === 'vault.export') ports.vaultFormats.warm()
    const { context, handlers } = await load()
    const handler = (handlers as Record<string, unknown>)[name] as AnyHandler<Context>
    if (name !== 'rotation.run') return handler(context, input)
    runs += 1
    try {
      return await handler(context, input)
    } finally {
      runs -= 1
      if (runs === 0) isHalted = false
    }
  }

  const call = async <K extends OperationName>(name: K, input: InputOf<K>): Promise<Result<OutputOf<K>>> => {
    if (session.isLocked() && !answeredWhenLocked.has(name)) return err(fail('locked'))
    const parsed = operations[name].input.safeParse(input)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
      return err(fail('bad-input', { what: `${where}${issue?.message ?? 'not understood'}`, fix: 'see rekey --help' }))
    }
    try {
      const result = await handle(name, parsed.data)
      return result.ok ? ok(operations[name].output.parse(result.value) as OutputOf<K>) : result
    } catch (error) {
      if (error instanceof LedgerError) return err(error.failure)
      const id = ports.ids.next()
      ports.log.warn('internal error', {
        id,
        operation: name,
        kind: error instanceof Error ? error.name : typeof error,
        where: whereOf(error),
      })
      return err(fail('internal', { id }))
    }
  }

  return {
    call: (name, input) => {
      const promise = call(name, input)
      running.add(promise)
      void promise.finally(() => running.delete(promise))
      return promise
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    announce: emit,
    stop: () => {
      isStopping = true
      isToldToLeave = true
    },
    session,
    inFlight: () => inAir.size,
    close: async () => {
      isStopping = true
      await Promise.allSettled(running)
      if (working !== null) (await working).context.courier.close()
      await onClose()
    },
  }
}

/** Starts the keychain's process while the rest of what a rotation needs is still being loaded. */
const warmKeychain = (ports: AppPorts): void =>
  void ports.openStore(ports.defaultStore()).then((opened) => (opened.ok ? opened.value.warm?.() : undefined))

/** The first line of the stack that names a place: a bug's message may hold anything, a place cannot. */
const whereOf = (error: unknown): string =>
  (error instanceof Error
    ? error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
    : undefined
  )?.trim() ?? 'nowhere'
