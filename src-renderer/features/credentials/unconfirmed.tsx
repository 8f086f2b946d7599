import { useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import type { InputOf } from '../../../src-contract/operations.ts'
import type { CredentialView } from '../../../src-contract/views.ts'
import { client } from '../../client/client.ts'
import { loadCredentials } from '../../state/credentials.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { shown } from '../../ui/words.ts'

type What = 'address' | 'operator'

/** What came with an import and nobody has confirmed: until somebody does, the key is kept and nothing is done with it. */
export function Unconfirmed({ credential }: { readonly credential: CredentialView }) {
  const { name, baseUrl, operator, unconfirmed = [] } = credential
  const [busy, setBusy] = useState<What | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  if (unconfirmed.length === 0) return null
  const confirm = async (what: What, change: Omit<InputOf<'credential.edit'>, 'name'>): Promise<void> => {
    setBusy(what)
    setFailure(null)
    const answer = await client().call('credential.edit', { name, ...change })
    setBusy(null)
    if (!answer.ok) return setFailure(answer.failure)
    toast(`The ${what} of ${name} is confirmed`)
    void loadCredentials()
  }
  return (
    <section className="sect unconfirmed" aria-label="Waiting for your word">
      {unconfirmed.includes('address') && (
        <div>
          <p>
            <Icon name="person" />
            <span>
              Its address came with an import. Until you confirm it, Rekey sends this key nowhere: it is neither checked
              nor rotated.
            </span>
          </p>
          <p className="mono wrap">{shown(baseUrl ?? '')}</p>
          <Button isBusy={busy === 'address'} onClick={() => void confirm('address', { baseUrl: baseUrl ?? '' })}>
            Confirm this address
          </Button>
        </div>
      )}
      {unconfirmed.includes('operator') && (
        <div>
          <p>
            <Icon name="person" />
            <span>
              That {shown(operator ?? '', 140)} may replace this key came with an import. Until you confirm it, this key
              is not rotated.
            </span>
          </p>
          <Button isBusy={busy === 'operator'} onClick={() => void confirm('operator', { operator: operator ?? '' })}>
            Confirm this operator
          </Button>
        </div>
      )}
      {failure !== null && <FailureNotice failure={failure} />}
    </section>
  )
}
