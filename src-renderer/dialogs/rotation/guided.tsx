/** A rotation that a person makes in the vendor's dashboard: durable before the link opens, and a failed paste changes nothing. */
import { useEffect, useRef, useState } from 'react'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import type { RotationPlan } from '../../../src-contract/views.ts'
import { client } from '../../client/client.ts'
import { loadCredentials, useCredentials } from '../../state/credentials.ts'
import { closeDialog, swapDialog } from '../../state/dialogs.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'
import { TwoLights } from '../../ui/two-lights.tsx'
import { radioKey, radioTab } from '../../ui/radios.ts'
import { shown } from '../../ui/words.ts'
import { Warnings } from './warnings.tsx'

type Look = { readonly hasText: boolean; readonly hasPrefix: boolean; readonly isClean: boolean }

export function Guided({ name }: { readonly name: string }) {
  const key = useRef<SecretFieldHandle>(null)
  const later = useRef<HTMLButtonElement>(null)
  const credential = useCredentials((state) => state.byName.get(name))
  const [plan, setPlan] = useState<RotationPlan | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [expiry, setExpiry] = useState<number | null>(null)
  const [isOpened, setOpened] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [look, setLook] = useState<Look>({ hasText: false, hasPrefix: false, isClean: true })
  const isWaiting = credential?.openRotation?.outcome === 'waiting' || credential?.state === 'guided-waiting'
  const [hasBegun, setBegun] = useState(isWaiting)
  useEffect(() => {
    void client()
      .call('rotation.plan', { names: [name] })
      .then((answer) => (answer.ok ? setPlan(answer.value[0] ?? null) : setFailure(answer.failure)))
  }, [name])
  const guided = plan?.guided ?? null

  const begin = async (): Promise<void> => {
    setBusy(true)
    if (!hasBegun) {
      const begun = await client().call('guided.begin', { name })
      if (!begun.ok) {
        setBusy(false)
        return setFailure(begun.failure)
      }
      setBegun(true)
    }
    setFailure(null)
    const opened = await client().call('link.open', { name })
    // the host of a browser leaves the link to the page
    if (opened.ok && !opened.value.isOpened) globalThis.open(opened.value.url, '_blank', 'noopener,noreferrer')
    setOpened(true)
    setBusy(false)
  }
  const paste = async (): Promise<void> => {
    const secret = key.current?.take() ?? ''
    if (secret === '') return key.current?.focus()
    setBusy(true)
    setFailure(null)
    const answer = await client().call('guided.paste', { name, secret, expiryDays: expiry })
    setBusy(false)
    setLook({ hasText: false, hasPrefix: false, isClean: true })
    void loadCredentials()
    if (!answer.ok) return setFailure(answer.failure)
    const { outcome, code } = answer.value
    // a key that did not pass changed nothing: the next one can be pasted here
    if (outcome === 'waiting')
      return setFailure(fail(code ?? 'paste-rejected', { vendor: plan?.vendorName ?? '', name }))
    swapDialog({ kind: answer.value.outcome === 'rotated' ? 'copy-once' : 'ending', result: answer.value })
  }
  const cancel = async (): Promise<void> => {
    if (hasBegun) {
      const cancelled = await client().call('guided.cancel', { name })
      if (!cancelled.ok) return setFailure(cancelled.failure)
      void loadCredentials()
      toast(`${name} keeps the key it has`)
    }
    closeDialog()
  }
  const watch = (text: string): void => {
    const trimmed = text.trim()
    setLook({
      hasText: trimmed !== '',
      hasPrefix: guided?.keyPrefix === null || guided?.keyPrefix === undefined || trimmed.startsWith(guided.keyPrefix),
      isClean: !/\s/.test(trimmed),
    })
  }
  const steps = guided?.steps ?? []
  const tail = credential?.tail ?? null
  return (
    <Dialog
      width="l"
      safe={later}
      mark={<VendorMark vendor={credential?.vendor ?? 'other'} isLarge title={plan?.vendorName ?? ''} />}
      title={`Rotate ${shown(name, 120)}`}
      subtitle={`${plan?.vendorName ?? 'The vendor'} rotates keys in its dashboard only. You click there, Rekey does the rest.`}
      footer={
        <>
          <span className="hint">
            {hasBegun ? 'You can close this. The rotation waits for you.' : 'Nothing has begun yet.'}
          </span>
          {hasBegun && (
            <Button look="bare" onClick={() => void cancel()}>
              Cancel the rotation
            </Button>
          )}
          <Button ref={later} onClick={closeDialog}>
            Later
          </Button>
          {hasBegun && (
            <Button look="live" isBusy={isBusy} onClick={() => void paste()}>
              Store and verify
            </Button>
          )}
        </>
      }
    >
      {plan?.warnings !== undefined && (
        <ul className="says gap-below">
          <Warnings plans={[plan]} />
        </ul>
      )}
      <ol className="guide">
        {steps.map((step, index) => (
          <li key={step} className={isOpened || hasBegun ? 'done' : index === 0 ? 'now' : 'later'}>
            <span className="num">{index + 1}</span>
            <div>
              <h2>
                <span>{shown(step)}</span>
                {index === 0 && (
                  <span className="small">
                    <Button
                      isSmall
                      look={hasBegun ? 'plain' : 'live'}
                      icon="open"
                      isBusy={isBusy && !hasBegun}
                      onClick={() => void begin()}
                    >
                      {hasBegun ? 'Open again' : 'Open the dashboard'}
                    </Button>
                  </span>
                )}
              </h2>
            </div>
          </li>
        ))}
        <li className={hasBegun ? 'now' : 'later'} aria-current={hasBegun ? 'step' : undefined}>
          <span className="num">{steps.length + 1}</span>
          <div>
            <h2>Paste the new key</h2>
            {hasBegun && guided && (
              <>
                <SecretField ref={key} label="New key" onText={watch} onEnter={() => void paste()} />
                <ul className="checks" aria-live="polite">
                  {guided.keyPrefix !== null && (
                    <Check
                      isDone={look.hasText && look.hasPrefix}
                      isWrong={look.hasText && !look.hasPrefix}
                      word={
                        look.hasText && !look.hasPrefix
                          ? `Does not begin with ${guided.keyPrefix}`
                          : `Begins with ${guided.keyPrefix}`
                      }
                    />
                  )}
                  <Check
                    isDone={look.hasText && look.isClean}
                    isWrong={look.hasText && !look.isClean}
                    word={look.isClean ? 'No stray spaces' : 'Has a space in it'}
                  />
                  <Check isDone={false} isWrong={false} word="Works, checked next" />
                </ul>
                {guided.expiryChoices.length > 0 && (
                  <div className="pick">
                    <span className="small soft">The expiry you chose there</span>
                    <span className="seg" role="radiogroup" aria-label="Expiry" onKeyDown={radioKey}>
                      {guided.expiryChoices.map(({ label, days }, index) => (
                        <button
                          key={label}
                          type="button"
                          role="radio"
                          aria-checked={expiry === days}
                          tabIndex={radioTab(
                            expiry === days,
                            index === 0,
                            !guided.expiryChoices.some((each) => each.days === expiry),
                          )}
                          onClick={() => setExpiry(days)}
                        >
                          {shown(label, 20)}
                        </button>
                      ))}
                    </span>
                  </div>
                )}
              </>
            )}
          </div>
        </li>
        <li className="later">
          <span className="num">{steps.length + 2}</span>
          <div>
            <h2>Rekey proves it, stores it, and checks that the old one is dead</h2>
          </div>
        </li>
      </ol>
      {failure && <FailureNotice failure={failure} />}
      <div className="gap-above">
        <TwoLights
          old={
            hasBegun
              ? { look: 'open', word: 'Old key may be dead', tail, more: 'The vendor ends it at your click' }
              : { look: 'works', word: 'Old key is in use', tail, more: 'Nothing has changed' }
          }
          next={
            look.hasText
              ? { look: 'held', word: 'New key is here', tail: null, more: 'Not stored before it is proven' }
              : { look: 'open', word: 'No new key yet', tail: null, more: 'You make it in the dashboard' }
          }
        />
      </div>
    </Dialog>
  )
}

function Check({
  isDone,
  isWrong,
  word,
}: {
  readonly isDone: boolean
  readonly isWrong: boolean
  readonly word: string
}) {
  return (
    <li className={isDone ? undefined : isWrong ? 'wrong' : 'wait'}>
      <Icon name={isDone ? 'check' : isWrong ? 'state-refused' : 'state-wait'} />
      {shown(word, 80)}
    </li>
  )
}
