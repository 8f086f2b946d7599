import { useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { clearSelection, closeDetails } from '../../state/navigation.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { TextRow } from '../../ui/form.tsx'
import { counted, shown } from '../../ui/words.ts'

const LISTED = 8

/** Forgets keys. The keychain's copy may be the only one there is: the name is typed before it goes. */
export function Remove({ names }: { readonly names: readonly string[] }) {
  const keep = useRef<HTMLButtonElement>(null)
  const [typed, setTyped] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [first = ''] = names
  const word = names.length === 1 ? first : `remove ${names.length}`
  const remove = async (): Promise<void> => {
    if (typed !== word) return
    setBusy(true)
    const answer = await client().call('credential.remove', { names: [...names] })
    setBusy(false)
    void loadCredentials()
    if (!answer.ok) return setFailure(answer.failure)
    closeDetails()
    clearSelection()
    toast(names.length === 1 ? `${first} is removed` : `${names.length} keys are removed`)
    closeDialog()
  }
  return (
    <Dialog
      isAlert
      safe={keep}
      title={names.length === 1 ? `Remove ${shown(first, 120)}?` : `Remove ${counted(names.length, 'key')}?`}
      subtitle={
        names.length === 1
          ? 'The key leaves your keychain. At its vendor it goes on working.'
          : 'The keys leave your keychain. At their vendors they go on working.'
      }
      footer={
        <>
          <span className="hint">
            <kbd>Enter</kbd> keeps {names.length === 1 ? 'it' : 'them'}
          </span>
          <Button ref={keep} onClick={closeDialog}>
            {names.length === 1 ? 'Keep the key' : 'Keep the keys'}
          </Button>
          <Button look="ink" disabled={typed !== word} isBusy={isBusy} onClick={() => void remove()}>
            Remove
          </Button>
        </>
      }
    >
      {names.length > 1 && (
        <p className="soft gap-below">
          {names
            .slice(0, LISTED)
            .map((name) => shown(name, 60))
            .join(', ')}
          {names.length > LISTED ? ` and ${names.length - LISTED} more` : ''}
        </p>
      )}
      <p className="gap-below">If you have no other copy, it is gone for good: no vendor shows a key twice.</p>
      <TextRow
        label={`Type ${shown(word, 120)} to remove`}
        value={typed}
        onText={setTyped}
        onKeyDown={(event) => event.key === 'Enter' && void remove()}
      />
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
