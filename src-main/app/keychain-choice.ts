/** Which keychain new credentials live in, how it is, and opening one that is locked. */
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { StoreKind } from '../../src-contract/views.ts'
import type { KeychainStatus } from '../../src-contract/window-views.ts'
import { Secret } from '../core/secret.ts'
import type { Context, Handler } from './context.ts'
import { passphraseProblem } from './passphrase.ts'

const isMade = (context: Context, kind: StoreKind): boolean =>
  context.ports.ledger.internalKeyId(kind, 'escrow-key') !== null

export const status: Handler<'keychain.status'> = async (context, input) =>
  ok(await statusOf(context, input.kind ?? context.ports.defaultStore()))

async function statusOf(context: Context, kind: StoreKind): Promise<KeychainStatus> {
  const known = { kind, isFixed: (context.ports.window?.fixedStore ?? null) !== null }
  if (kind === 'sealed' && !context.isOpen('sealed')) {
    return { ...known, state: isMade(context, kind) ? 'locked' : 'new', detail: null, failure: null }
  }
  const store = await context.ports.openStore(kind)
  const described = store.ok ? await store.value.describe() : store
  if (!described.ok) return { ...known, state: 'missing', detail: null, failure: failureView(described.failure) }
  const isLocked = /\blocked\b/.test(described.value) && !/\bunlocked\b/.test(described.value)
  const state = isLocked ? 'locked' : isMade(context, kind) ? 'ready' : 'new'
  return { ...known, state, detail: described.value, failure: null }
}

const failureView = ({ code, fields }: { code: NonNullable<KeychainStatus['failure']>['code']; fields: object }) => ({
  code,
  fields: { ...fields } as Record<string, string>,
})

/** Opens a keychain and keeps it open. The passphrase is offered for as long as that takes. */
export async function openKeychain(
  context: Context,
  kind: StoreKind,
  passphrase: string | undefined,
): Promise<Result<void>> {
  const { window } = context.ports
  if (passphrase !== undefined) window?.offerPassphrase(Secret.of(passphrase))
  try {
    const opened = await context.custody(kind)
    return opened.ok ? await opened.value.store.prove() : opened
  } finally {
    window?.offerPassphrase(null)
  }
}

export const unlock: Handler<'keychain.unlock'> = async (context, input) => {
  const opened = await openKeychain(context, input.kind, input.passphrase)
  return opened.ok ? ok(await statusOf(context, input.kind)) : opened
}

export const choose: Handler<'keychain.choose'> = async (context, input) => {
  const { window } = context.ports
  if (window === null)
    return err(fail('not-here', { what: 'choosing a keychain', fix: 'set REKEY_KEYCHAIN to os or sealed' }))
  if (window.fixedStore !== null && window.fixedStore !== input.kind)
    return err(
      fail('bad-input', {
        what: `REKEY_KEYCHAIN says ${window.fixedStore}`,
        fix: 'start Rekey without it to choose here',
      }),
    )
  if (input.kind === 'sealed' && !isMade(context, 'sealed')) {
    if (input.passphrase === undefined) return err(fail('needs-passphrase'))
    const problem = passphraseProblem(input.passphrase)
    if (problem) return err(problem)
  }
  const opened = await openKeychain(context, input.kind, input.passphrase)
  if (!opened.ok) return opened
  const written = window.settings.write({ ...window.settings.read(), keychain: input.kind })
  if (!written.ok) return written
  context.emit({ type: 'settings.changed' })
  return ok(await statusOf(context, input.kind))
}
