import { useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { openDetails } from '../../state/navigation.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { TextRow } from '../../ui/form.tsx'
import { shown } from '../../ui/words.ts'

export function Rename({ name }: { readonly name: string }) {
  const [to, setTo] = useState(name)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const rename = async (): Promise<void> => {
    if (to === name || to === '') return closeDialog()
    setBusy(true)
    const answer = await client().call('credential.rename', { name, to })
    setBusy(false)
    if (!answer.ok) return setFailure(answer.failure)
    await loadCredentials()
    openDetails(to)
    toast(
      `${name} is now ${to}`,
      () => void client().call('credential.rename', { name: to, to: name }).then(loadCredentials),
    )
    closeDialog()
  }
  return (
    <Dialog
      width="s"
      title={`Rename ${shown(name, 120)}`}
      subtitle="Scripts that name it must name it anew."
      onDecide={() => void rename()}
      footer={
        <>
          <span className="push" />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="live" isBusy={isBusy} onClick={() => void rename()}>
            Rename
          </Button>
        </>
      }
    >
      <TextRow
        label="New name"
        value={to}
        onText={(text) => setTo(text.trim())}
        onKeyDown={(event) => event.key === 'Enter' && void rename()}
      />
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
