import { useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials, useCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { TextRow } from '../../ui/form.tsx'
import { counted, shown, wordsOf } from '../../ui/words.ts'

/** Puts tags on keys and takes them off; both can be undone. */
export function Tag({ names }: { readonly names: readonly string[] }) {
  const byName = useCredentials((state) => state.byName)
  const has = [...new Set(names.flatMap((name) => byName.get(name)?.tags ?? []))].toSorted()
  const [adding, setAdding] = useState('')
  const [removing, setRemoving] = useState<ReadonlySet<string>>(new Set())
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const apply = async (): Promise<void> => {
    const tags = wordsOf(adding)
    if (tags.length === 0 && removing.size === 0) return closeDialog()
    const before = new Map(names.map((name) => [name, byName.get(name)?.tags ?? []]))
    setBusy(true)
    for (const name of names) {
      const answer = await client().call('credential.edit', { name, tags: [...tags], removeTags: [...removing] })
      if (!answer.ok) {
        setBusy(false)
        void loadCredentials()
        return setFailure(answer.failure)
      }
    }
    void loadCredentials()
    toast(`${counted(names.length, 'key')} tagged`, () => void undo(before, tags))
    closeDialog()
  }
  return (
    <Dialog
      width="s"
      title={names.length === 1 ? `Tag ${shown(names[0] ?? '', 120)}` : `Tag ${counted(names.length, 'key')}`}
      onDecide={() => void apply()}
      footer={
        <>
          <span className="push" />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="live" isBusy={isBusy} onClick={() => void apply()}>
            Apply
          </Button>
        </>
      }
    >
      <TextRow
        label="Add tags"
        hint="Parted by commas"
        value={adding}
        onText={setAdding}
        onKeyDown={(event) => event.key === 'Enter' && void apply()}
      />
      {has.length > 0 && (
        <fieldset className="tags">
          <legend>Take off</legend>
          {has.map((tag) => (
            <label key={tag} className="tag">
              <input
                type="checkbox"
                checked={removing.has(tag)}
                onChange={(event) =>
                  setRemoving((was) =>
                    event.target.checked ? new Set([...was, tag]) : new Set([...was].filter((each) => each !== tag)),
                  )
                }
              />
              {shown(tag, 64)}
            </label>
          ))}
        </fieldset>
      )}
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}

async function undo(before: ReadonlyMap<string, readonly string[]>, added: readonly string[]): Promise<void> {
  for (const [name, tags] of before) {
    await client().call('credential.edit', {
      name,
      tags: [...tags],
      removeTags: added.filter((tag) => !tags.includes(tag)),
    })
  }
  await loadCredentials()
}
