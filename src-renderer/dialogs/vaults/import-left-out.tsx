import { useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { useImport } from '../../state/import-state.ts'
import { takeByName } from '../../state/vault-import.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Find } from '../../ui/find.tsx'
import { Tick } from '../../ui/form.tsx'
import { counted, listed, shown } from '../../ui/words.ts'

/** Beyond a few a person looks for a name; beyond some hundreds nobody reads on. */
const FEW = 8
const MOST_SHOWN = 300

/** Which of the names that a file's reader left out are keys after all. Of their values nothing is known here. */
export function ImportLeftOut() {
  const { preview, keysByName } = useImport()
  // as it was when it was opened: a name does not move away from under the hand
  const [names] = useState(() => namesOf(keysByName, preview?.leftOut.map(({ name }) => name) ?? []))
  const [taken, setTaken] = useState<ReadonlySet<string>>(() => new Set(keysByName))
  const [query, setQuery] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  if (preview === null) return null
  const files = Map.groupBy(preview.leftOut, ({ name }) => name)
  const found = names.filter((name) => name.toLowerCase().includes(query.trim().toLowerCase()))
  const turn = (name: string, isOn: boolean): void =>
    setTaken((was) => new Set(isOn ? [...was, name] : [...was].filter((each) => each !== name)))
  const take = async (): Promise<void> => {
    if (isBusy) return
    if (taken.size === keysByName.length && keysByName.every((name) => taken.has(name))) return closeDialog()
    setBusy(true)
    const failed = await takeByName([...taken])
    setBusy(false)
    setFailure(failed)
    if (failed === null) closeDialog()
  }
  return (
    <Dialog
      width="s"
      title="Which of these are keys?"
      subtitle={`By their names they are settings of ${shown(preview.file, 80)}. What you tick is read as a key.`}
      onDecide={() => void take()}
      footer={
        <>
          <span className="push" />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="live" isBusy={isBusy} onClick={() => void take()}>
            {taken.size === 0 ? 'Take none' : `Take ${counted(taken.size, 'key')}`}
          </Button>
        </>
      }
    >
      {names.length > FEW && <Find label="Find names" className="left-out-find" query={query} onQuery={setQuery} />}
      <fieldset className="left-out" disabled={isBusy}>
        <legend className="vh">Names in the file</legend>
        {found.slice(0, MOST_SHOWN).map((name) => (
          <Tick
            key={name}
            label={shown(name, 140)}
            {...(preview.format === 'folder' && files.has(name) ? { hint: placesOf(files.get(name) ?? []) } : {})}
            isOn={taken.has(name)}
            onChange={(isOn) => turn(name, isOn)}
          />
        ))}
      </fieldset>
      <p className="small soft" role="status">
        {found.length === 0
          ? 'None of them.'
          : found.length > MOST_SHOWN
            ? `and ${counted(found.length - MOST_SHOWN, 'other')}: find them by their names`
            : query.trim() !== '' && counted(found.length, 'name')}
      </p>
      {failure !== null && <FailureNotice failure={failure} />}
    </Dialog>
  )
}

const namesOf = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())]

const placesOf = (all: readonly { readonly file: string }[]): string =>
  `in ${listed(all.map(({ file }) => shown(file, 80)))}`
