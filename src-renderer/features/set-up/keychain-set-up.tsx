import { useRef, useState } from 'react'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadKeychain, useHost } from '../../state/host.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { FormRow } from '../../ui/form.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'

const SHORTEST = 8

/** No keychain answers, or it is locked: why, and every way on. */
export function KeychainSetUp() {
  const keychain = useHost((state) => state.keychain)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [isChoosing, setChoosing] = useState(keychain?.kind === 'sealed')
  const again = async (): Promise<void> => {
    setBusy(true)
    setFailure(null)
    const answer = await client().call('keychain.unlock', { kind: 'os' })
    setBusy(false)
    if (!answer.ok) setFailure(answer.failure)
    await loadKeychain()
    if (answer.ok) toast('The keychain is open')
  }
  const known = failure ?? (keychain?.failure ? fail(keychain.failure.code, keychain.failure.fields) : null)
  return (
    <section className="set-up" aria-label="Where keys are kept">
      {keychain?.kind === 'os' && known && <FailureNotice failure={known} />}
      {keychain?.kind === 'os' && (
        <p className="soft gap-below">
          {keychain.state === 'locked'
            ? 'Your system’s keychain is locked. Unlocking it may ask for the password you log in with.'
            : 'Rekey keeps keys in your system’s keychain, and none answers now.'}{' '}
          {keychain.isFixed
            ? 'REKEY_KEYCHAIN says that it must be this one: start Rekey without it to choose another.'
            : 'It can also keep them in an encrypted store of its own.'}
        </p>
      )}
      {keychain?.kind === 'os' && (
        <div className="row-btns centre">
          <Button look="live" isBusy={isBusy} onClick={() => void again()}>
            {keychain.state === 'locked' ? 'Unlock the keychain' : 'Try the keychain again'}
          </Button>
          {!isChoosing && !keychain.isFixed && (
            <Button onClick={() => setChoosing(true)}>Use Rekey’s own encrypted store…</Button>
          )}
        </div>
      )}
      {isChoosing && <SealedSetUp />}
    </section>
  )
}

/** The encrypted store: one passphrase, given twice, that nobody can reset. */
export function SealedSetUp() {
  const first = useRef<SecretFieldHandle>(null)
  const second = useRef<SecretFieldHandle>(null)
  const keychain = useHost((state) => state.keychain)
  const isMade = keychain?.kind === 'sealed' && keychain.state === 'locked'
  const [length, setLength] = useState(0)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const make = async (): Promise<void> => {
    const passphrase = first.current?.takeWhole() ?? ''
    const repeated = isMade ? passphrase : (second.current?.takeWhole() ?? '')
    setLength(0)
    if (passphrase !== repeated)
      return setFailure(fail('bad-input', { what: 'the two passphrases differ', fix: 'give the same one twice' }))
    setBusy(true)
    setFailure(null)
    const answer = await client().call('keychain.choose', { kind: 'sealed', passphrase })
    setBusy(false)
    if (!answer.ok) return setFailure(answer.failure)
    await loadKeychain()
    toast('Keys are kept in Rekey’s encrypted store')
  }
  return (
    <div className="sealed-form">
      <p className="soft">
        {isMade
          ? 'Rekey’s encrypted store is there. Its passphrase opens it.'
          : 'One encrypted file in your data folder, opened by a passphrase. Nobody can reset it: if it is forgotten, the keys in it are lost.'}
      </p>
      <FormRow label="Passphrase" hint={isMade ? undefined : strength(length)}>
        {({ describedBy }) => (
          <SecretField
            ref={first}
            label="Passphrase"
            isNewPassword={!isMade}
            onText={(text) => setLength(text.length)}
            onEnter={() => (isMade ? void make() : second.current?.focus())}
            {...(describedBy ? { describedBy } : {})}
          />
        )}
      </FormRow>
      {!isMade && (
        <FormRow label="Again">
          {() => <SecretField ref={second} label="Passphrase, again" isNewPassword onEnter={() => void make()} />}
        </FormRow>
      )}
      {failure && <FailureNotice failure={failure} />}
      <div className="row-btns">
        <Button look="live" isBusy={isBusy} disabled={!isMade && length < SHORTEST} onClick={() => void make()}>
          {isMade ? 'Open the store' : 'Make the store'}
        </Button>
      </div>
    </div>
  )
}

export const strength = (length: number): string => {
  if (length === 0) return 'Four or more random words make a good one.'
  if (length < SHORTEST) return `Too short: ${SHORTEST} characters at least.`
  if (length < 16) return 'Fair. Longer is stronger: four random words are better than a tangle of signs.'
  return 'Long enough to be strong, if nobody can guess it.'
}
