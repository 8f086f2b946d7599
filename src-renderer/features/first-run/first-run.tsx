import { useEffect, useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials } from '../../state/credentials.ts'
import { openDialog, useDialogs } from '../../state/dialogs.ts'
import { loadKeychain, useHost } from '../../state/host.ts'
import { goTo, toggleSide } from '../../state/navigation.ts'
import { toast } from '../../state/toasts.ts'
import { IconButton } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { KeychainSetUp } from '../set-up/keychain-set-up.tsx'
import { KeyArt } from './key-art.tsx'

/** Nothing is kept yet: what Rekey is for, and three ways to begin. Without a keychain, that comes first. */
export function FirstRun() {
  const keychain = useHost((state) => state.keychain)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const first = useRef<HTMLButtonElement>(null)
  const needsKeychain =
    keychain !== null &&
    (keychain.state === 'missing' ||
      keychain.state === 'locked' ||
      (keychain.kind === 'sealed' && keychain.state === 'new'))
  const tryOut = async (): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    setFailure(null)
    const started = await client().call('sandbox.start', {})
    setBusy(false)
    void loadKeychain()
    if (!started.ok) return setFailure(started.failure)
    await loadCredentials()
    toast(`${started.value.names.length} pretend vendors run on this computer; a key of each is here`)
  }
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const isOffered = !needsKeychain && (useHost.getState().settings?.singleLetterKeys ?? true)
      if (!isOffered || useDialogs.getState().stack.length > 0) return
      if (event.key.toLowerCase() !== 's' || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return
      void tryOut()
    }
    globalThis.addEventListener('keydown', listen)
    return () => globalThis.removeEventListener('keydown', listen)
  })
  return (
    <main className="main" data-pane="main">
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
      </header>
      <div className="hello">
        <figure>
          <KeyArt />
        </figure>
        <h1>Change a key without losing it</h1>
        <p>
          Rekey keeps your API keys in this computer’s keychain and replaces them at the vendor. You always know which
          key works.
        </p>
        {needsKeychain ? (
          <KeychainSetUp />
        ) : (
          <div className="ways">
            <button ref={first} type="button" className="way" onClick={() => openDialog({ kind: 'add' })}>
              <span className="top">
                <Icon name="plus" size="l" />
                <kbd aria-hidden="true">N</kbd>
              </span>
              <strong>Add a key</strong>
              <span className="t">Paste one you have. Rekey checks that it works.</span>
            </button>
            <button type="button" className="way" onClick={() => goTo('import')}>
              <span className="top">
                <Icon name="inbox" size="l" />
                <kbd aria-hidden="true">I</kbd>
              </span>
              <strong>Import a vault</strong>
              <span className="t">KeePass, Bitwarden, 1Password, CSV. You see it all before it is written.</span>
            </button>
            <button type="button" className="way" aria-disabled={isBusy} onClick={() => void tryOut()}>
              <span className="top">
                <Icon name={isBusy ? 'state-rotating' : 'flask'} size="l" turns={isBusy} />
                <kbd aria-hidden="true">S</kbd>
              </span>
              <strong>{isBusy ? 'Starting the vendors…' : 'Try with sandbox vendors'}</strong>
              <span className="t">
                Five stand-ins on this computer. Nothing leaves it; settings stop and remove them.
              </span>
            </button>
          </div>
        )}
        {failure && <FailureNotice failure={failure} />}
        <p className="small dim">
          Keys go to {keychain?.kind === 'sealed' ? 'Rekey’s encrypted store' : 'this computer’s keychain'} and to the
          vendor they belong to. Nowhere else.
        </p>
      </div>
    </main>
  )
}
