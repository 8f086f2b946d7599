import { useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials } from '../../state/credentials.ts'
import { closeDialog, swapDialog } from '../../state/dialogs.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { radioKey, radioTab } from '../../ui/radios.ts'
import { shown } from '../../ui/words.ts'

type Word = 'old' | 'new' | 'neither'

const choices: readonly { readonly word: Word; readonly head: string; readonly more: string }[] = [
  { word: 'old', head: 'The old key works', more: 'Rekey keeps it and drops what it has of the new one.' },
  {
    word: 'new',
    head: 'The new key works',
    more: 'Rekey stores the sealed one. Without a sealed reply, put the key in instead.',
  },
  {
    word: 'neither',
    head: 'Neither works',
    more: 'Closes a lost rotation. The key stays listed; put a working one in when you have it.',
  },
]

/** A person's word on which key works, where no machine can say it. */
export function Settle({ name }: { readonly name: string }) {
  const keep = useRef<HTMLButtonElement>(null)
  const [word, setWord] = useState<Word | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const settle = async (): Promise<void> => {
    if (word === null) return
    setBusy(true)
    const answer = await client().call('rotation.recover', { names: [name], settle: word })
    setBusy(false)
    void loadCredentials()
    if (!answer.ok) return setFailure(answer.failure)
    const [result] = answer.value
    if (result && !result.settled) return swapDialog({ kind: 'ending', result })
    toast(`${name} is settled`)
    closeDialog()
  }
  return (
    <Dialog
      isAlert
      safe={keep}
      title={`Settle ${shown(name, 120)} by hand`}
      subtitle="Say this only if you have seen it yourself. Asking the vendor again is safer."
      footer={
        <>
          <span className="push" />
          <Button ref={keep} onClick={closeDialog}>
            Leave it open
          </Button>
          <Button look="ink" disabled={word === null} isBusy={isBusy} onClick={() => void settle()}>
            Settle
          </Button>
        </>
      }
    >
      <div className="choices" role="radiogroup" aria-label="Which key works" onKeyDown={radioKey}>
        {choices.map((choice, index) => (
          <button
            key={choice.word}
            type="button"
            className="choice"
            role="radio"
            aria-checked={word === choice.word}
            tabIndex={radioTab(word === choice.word, index === 0, word === null)}
            onClick={() => setWord(choice.word)}
          >
            <strong>{choice.head}</strong>
            <span className="soft">{choice.more}</span>
          </button>
        ))}
      </div>
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
