import { useRef, useState } from 'react'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { loadKeychain } from '../../state/host.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { FormRow } from '../../ui/form.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'

/** Changes the passphrase of the encrypted store. */
export function Passphrase() {
  const from = useRef<SecretFieldHandle>(null)
  const to = useRef<SecretFieldHandle>(null)
  const again = useRef<SecretFieldHandle>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const change = async (): Promise<void> => {
    const given = { from: from.current?.takeWhole() ?? '', to: to.current?.takeWhole() ?? '' }
    const repeated = again.current?.takeWhole() ?? ''
    if (given.from === '') return setFailure(fail('needs-passphrase'))
    if (given.to !== repeated)
      return setFailure(fail('bad-input', { what: 'the two new passphrases differ', fix: 'give the same one twice' }))
    setBusy(true)
    const answer = await client().call('store.changePassphrase', given)
    setBusy(false)
    if (!answer.ok) return setFailure(answer.failure)
    toast('The passphrase is changed')
    closeDialog()
  }
  return (
    <Dialog
      width="s"
      title="Change the passphrase"
      subtitle="Of Rekey’s own encrypted store. Nobody can reset it."
      footer={
        <>
          <span className="hint">{isBusy ? 'Deriving the new key…' : ''}</span>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="live" isBusy={isBusy} onClick={() => void change()}>
            Change it
          </Button>
        </>
      }
    >
      <FormRow label="Passphrase now">
        {() => <SecretField ref={from} label="Passphrase now" onEnter={() => to.current?.focus()} />}
      </FormRow>
      <FormRow label="New one">
        {() => <SecretField ref={to} label="New passphrase" isNewPassword onEnter={() => again.current?.focus()} />}
      </FormRow>
      <FormRow label="Again">
        {() => <SecretField ref={again} label="New passphrase, again" isNewPassword onEnter={() => void change()} />}
      </FormRow>
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}

/** Opens a keychain that some keys live in and that is locked. */
export function UnlockKeychain({ store }: { readonly store: 'os' | 'sealed' }) {
  const passphrase = useRef<SecretFieldHandle>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const unlock = async (): Promise<void> => {
    const given = store === 'sealed' ? (passphrase.current?.takeWhole() ?? '') : null
    if (given === '') return setFailure(fail('needs-passphrase'))
    setBusy(true)
    const answer = await client().call('keychain.unlock', {
      kind: store,
      ...(given === null ? {} : { passphrase: given }),
    })
    setBusy(false)
    if (!answer.ok) return setFailure(answer.failure)
    void loadKeychain()
    closeDialog()
  }
  return (
    <Dialog
      width="s"
      title={store === 'sealed' ? 'Open the encrypted store' : 'Unlock the keychain'}
      subtitle={
        store === 'sealed' ? 'Some keys live in Rekey’s own encrypted store.' : 'Your system asks for its password.'
      }
      footer={
        <>
          <span className="push" />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="live" isBusy={isBusy} onClick={() => void unlock()}>
            {store === 'sealed' ? 'Open' : 'Unlock'}
          </Button>
        </>
      }
    >
      {store === 'sealed' && (
        <FormRow label="Passphrase">
          {() => <SecretField ref={passphrase} label="Passphrase" onEnter={() => void unlock()} />}
        </FormRow>
      )}
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
