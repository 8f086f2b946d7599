/** The next step of an open rotation, as buttons: the same ones wherever an ending is shown. */
import { useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { outcomes, type Outcome } from '../../../src-contract/outcomes.ts'
import { client } from '../../client/client.ts'
import { loadCredentials, useCredentials, vendorName } from '../../state/credentials.ts'
import { openDialog } from '../../state/dialogs.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { sayNow } from '../../ui/live-region.tsx'
import { endingWords } from '../../dialogs/rotation/ending-words.ts'

type Props = {
  readonly name: string
  readonly vendor: string
  readonly outcome: Outcome | null
  /** The dialog these stand in makes way for another. */
  readonly onDone?: () => void
}

const asks: ReadonlySet<Outcome> = new Set(['rotated-unverified', 'old-key-alive', 'unknown', 'held', 'lost'])
const takesKey: ReadonlySet<Outcome> = new Set(['lost', 'unknown', 'refused', 'superseded', 'rotated-unverified'])

/** Asks the vendor and the keychain again; says how it stands now. */
export function useRecover(name: string) {
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const recover = async (): Promise<void> => {
    setBusy(true)
    setFailure(null)
    const answer = await client().call('rotation.recover', { names: [name] })
    setBusy(false)
    void loadCredentials()
    if (!answer.ok) return setFailure(answer.failure)
    const [result] = answer.value
    if (!result || result.settled)
      toast(result ? `${name}: ${endingWords(result).title.toLowerCase()}` : `${name}: nothing is open any more`)
    else sayNow(`${endingWords(result).title}. ${endingWords(result).next}`)
  }
  return { recover, isBusy, failure }
}

export function NextSteps({ name, vendor, outcome, onDone }: Props) {
  const vendors = useCredentials((state) => state.vendors)
  const { recover, isBusy, failure } = useRecover(name)
  const isOpen = outcome === null || !outcomes[outcome].settled
  const then = (act: () => void) => () => {
    onDone?.()
    act()
  }
  if (outcome === 'waiting' || outcome === 'needs-person') {
    return (
      <Button look="live" icon="person" onClick={then(() => openDialog({ kind: 'guided', name }))}>
        {outcome === 'waiting' ? 'Go on…' : 'Start…'}
      </Button>
    )
  }
  return (
    <>
      {isOpen && (outcome === null || asks.has(outcome)) && (
        <Button
          look={outcome === 'lost' ? 'plain' : 'live'}
          icon="state-ask"
          isBusy={isBusy}
          onClick={() => void recover()}
        >
          {outcome === 'held' ? 'Retry' : `Ask ${vendorName(vendors, vendor)} again`}
        </Button>
      )}
      {outcome !== null && takesKey.has(outcome) && (
        <Button
          look={outcome === 'lost' ? 'live' : 'plain'}
          icon="key"
          onClick={then(() => openDialog({ kind: 'put-key', name }))}
        >
          Put a key in…
        </Button>
      )}
      {isOpen && (
        <>
          <Button look="bare" onClick={then(() => openDialog({ kind: 'sealed-reply', name }))}>
            Show the reply…
          </Button>
          <Button look="bare" onClick={then(() => openDialog({ kind: 'settle', name }))}>
            Settle by hand…
          </Button>
        </>
      )}
      {failure && <FailureNotice failure={failure} />}
    </>
  )
}
