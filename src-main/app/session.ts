/**
 * The lock of a window. A locked app answers only what it takes to show that and to be unlocked (compose.ts asks before
 * every call), and lets go of every opened keychain once nothing is in the air.
 */
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import type { SessionStatus } from '../../src-contract/window-views.ts'
import { Secret } from '../core/secret.ts'
import type { AppPorts, Emit } from './app-ports.ts'
import type { Context, Handler } from './context.ts'
import { openKeychain } from './keychain-choice.ts'

export type Session = {
  isLocked(): boolean
  lock(): void
  unlock(): void
}

/** A window over a sealed store begins locked: its passphrase is asked for before anything is shown. */
export function openSession(ports: AppPorts, emit: Emit, onLock: () => void): Session {
  let isLocked = ports.window !== null && unlockBy(ports) === 'passphrase'
  const turn = (to: boolean): void => {
    if (isLocked === to) return
    isLocked = to
    emit({ type: 'session.changed', isLocked })
    if (to) onLock()
  }
  return { isLocked: () => isLocked, lock: () => turn(true), unlock: () => turn(false) }
}

const isSealedMade = (ports: AppPorts): boolean => ports.ledger.internalKeyId('sealed', 'escrow-key') !== null

function unlockBy(ports: AppPorts): SessionStatus['unlockBy'] {
  if (ports.defaultStore() === 'sealed' && isSealedMade(ports)) return 'passphrase'
  return ports.window?.unlockBy ?? 'click'
}

const statusOf = (context: Context): SessionStatus => ({
  isLocked: context.session.isLocked(),
  unlockBy: unlockBy(context.ports),
})

export const status: Handler<'session.status'> = (context) => ok(statusOf(context))

export const lock: Handler<'session.lock'> = (context) => {
  if (context.ports.window === null)
    return err(fail('not-here', { what: 'locking', fix: 'the command line keeps nothing open' }))
  context.session.lock()
  return ok(statusOf(context))
}

export const unlock: Handler<'session.unlock'> = async (context, input) => {
  if (!context.session.isLocked()) return ok(statusOf(context))
  const by = unlockBy(context.ports)
  if (by === 'token') return err(fail('locked'))
  if (by === 'passphrase') {
    if (input.passphrase === undefined) return err(fail('needs-passphrase'))
    const proven = await context.ports.checkPassphrase(Secret.of(input.passphrase))
    if (!proven.ok) return proven
    // unlocked first: what the lock still had to forget is forgotten before, or not at all
    context.session.unlock()
    const opened = await openKeychain(context, 'sealed', input.passphrase)
    if (!opened.ok) {
      context.session.lock()
      return opened
    }
  }
  context.session.unlock()
  return ok(statusOf(context))
}
