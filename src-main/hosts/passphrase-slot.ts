import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { Secret } from '../core/secret.ts'

/**
 * Where a window's passphrase waits for the keychain to ask for it. The app puts it in for one opening and takes it out
 * again, so that nothing is held between an unlock and the next.
 */
export type PassphraseSlot = {
  offer(passphrase: Secret | null): void
  ask(): Promise<Result<Secret>>
}

export function passphraseSlot(): PassphraseSlot {
  let offered: Secret | null = null
  return {
    offer: (passphrase) => {
      offered = passphrase
    },
    ask: async () => (offered ? ok(offered) : err(fail('needs-passphrase'))),
  }
}
