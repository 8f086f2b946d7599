import { useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials, useCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { shown } from '../../ui/words.ts'
import { InputFields, MoreFields, takeSecrets, type SecretInputs } from './more-fields.tsx'
import { fieldErrorOf } from './field-of.ts'
import { focusWrong } from './focus-wrong.ts'
import { cannotEmpty, draftOf, editOf, emptyDraft, type Draft } from './traits.ts'

/** Changes what is known of a credential; the key itself stays. What was before can be had back from the toast. */
export function Edit({ name }: { readonly name: string }) {
  const cancel = useRef<HTMLButtonElement>(null)
  const credential = useCredentials((state) => state.byName.get(name))
  const vendor = useCredentials((state) => state.vendors.get(credential?.vendor ?? ''))
  const [draft, setDraft] = useState<Draft>(() => (credential ? draftOf(credential) : emptyDraft))
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const secrets = useRef<SecretInputs>(new Map())
  const [isTried, setTried] = useState(false)
  if (!credential) return null
  const kept = cannotEmpty(credential, draft)
  const error = (isTried ? kept : null) ?? fieldErrorOf(failure)
  const save = async (): Promise<void> => {
    setTried(true)
    if (kept !== null) focusWrong()
    if (kept !== null || isBusy) return
    setFailure(null)
    const change = editOf(credential, draft, takeSecrets(secrets.current))
    if (change === null) return closeDialog()
    setBusy(true)
    const answer = await client().call('credential.edit', change)
    setBusy(false)
    if (!answer.ok) return setFailure(answer.failure)
    void loadCredentials()
    // what cannot be emptied again cannot be undone, and no undo is promised
    const isWayBack = cannotEmpty(answer.value, draftOf(credential)) === null && change.secretInputs === undefined
    const back = isWayBack ? editOf(answer.value, draftOf(credential)) : null
    toast(
      `${name} is changed`,
      back === null ? null : () => void client().call('credential.edit', back).then(loadCredentials),
    )
    closeDialog()
  }
  return (
    <Dialog
      width="l"
      safe={cancel}
      mark={<VendorMark vendor={credential.vendor} isLarge title={vendor?.name ?? ''} />}
      title={`Edit ${shown(name, 120)}`}
      subtitle={vendor?.name ?? 'No vendor'}
      onDecide={() => void save()}
      footer={
        <>
          <span className="push" />
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
          <Button look="live" isBusy={isBusy} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <div className="form-grid">
        <InputFields
          draft={draft}
          vendor={vendor}
          onChange={(part) => setDraft((was) => ({ ...was, ...part }))}
          isNew={false}
          error={error}
          secrets={secrets.current}
        />
      </div>
      <MoreFields
        draft={draft}
        vendor={vendor}
        onChange={(part) => setDraft((was) => ({ ...was, ...part }))}
        isNew={false}
        error={error}
      />
      {failure && fieldErrorOf(failure) === null && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
