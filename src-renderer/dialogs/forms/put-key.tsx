import { useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials, useCredentials } from '../../state/credentials.ts'
import { closeDialog, swapDialog } from '../../state/dialogs.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Tick } from '../../ui/form.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'
import { shown } from '../../ui/words.ts'

/** Puts in a key that a person got elsewhere: proven, stored, and an open rotation settled by it. */
export function PutKey({ name }: { readonly name: string }) {
  const key = useRef<SecretFieldHandle>(null)
  const credential = useCredentials((state) => state.byName.get(name))
  const [unproven, setUnproven] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const put = async (): Promise<void> => {
    const secret = key.current?.take() ?? ''
    if (secret === '') return key.current?.focus()
    setBusy(true)
    setFailure(null)
    const answer = await client().call('credential.set', { name, secret, unproven })
    setBusy(false)
    void loadCredentials()
    if (!answer.ok) return setFailure(answer.failure)
    if (answer.value.outcome !== 'rotated' && !answer.value.settled)
      return swapDialog({ kind: 'ending', result: answer.value })
    toast(`${name} has its new key`)
    closeDialog()
  }
  return (
    <Dialog
      mark={<VendorMark vendor={credential?.vendor ?? 'other'} isLarge />}
      title={`Put a key in for ${shown(name, 120)}`}
      subtitle="One that you made in the dashboard or got from somebody. It replaces the one that is kept."
      onDecide={() => void put()}
      footer={
        <>
          <span className="hint">{isBusy ? 'Proving it, then storing it…' : ''}</span>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="live" isBusy={isBusy} onClick={() => void put()}>
            Prove and store
          </Button>
        </>
      }
    >
      <SecretField ref={key} label="Key" onEnter={() => void put()} />
      {credential?.vendor !== 'other' && (
        <div className="gap-above">
          <Tick
            label="Store it without asking the vendor"
            hint="Only for a key that cannot be checked from here."
            isOn={unproven}
            onChange={setUnproven}
          />
        </div>
      )}
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
