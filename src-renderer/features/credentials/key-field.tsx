/** A masked key with Reveal and Copy. The value is here for as long as it is seen, and nowhere else in the page. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { openDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { say } from '../../ui/live-region.tsx'
import { spelledTail } from '../../ui/words.ts'
import { copyKey } from './act.ts'

type Props = {
  readonly name: string
  readonly tail: string | null
  readonly isBig?: boolean
  /** Also while its rotation is open: what the keychain holds may not be what works. */
  readonly evenIfOpen?: boolean
  readonly onCopied?: () => void
}

/** A revealed key, or a field that was kept beside it: masked again after a while, when the window loses the focus, and when the field goes. */
export function useRevealed(name: string, evenIfOpen: boolean, field?: string) {
  const [secret, setSecret] = useState<string | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const seconds = useHost((state) => state.settings?.revealSeconds ?? 30)
  const asked = useRef(0)
  const what = field ?? 'Key'
  const hide = useCallback(() => {
    asked.current += 1
    setSecret((was) => {
      if (was !== null) say(`${what} hidden`)
      return null
    })
  }, [what])
  useEffect(() => {
    setFailure(null)
    return hide
  }, [name, hide])
  useEffect(() => {
    if (secret === null) return
    const timer = setTimeout(hide, seconds * 1000)
    globalThis.addEventListener('blur', hide)
    return () => {
      clearTimeout(timer)
      globalThis.removeEventListener('blur', hide)
    }
  }, [secret, seconds, hide])
  const reveal = async (): Promise<void> => {
    asked.current += 1
    const mine = asked.current
    const revealed = await client().call('credential.reveal', {
      name,
      evenIfOpen,
      ...(field === undefined ? {} : { field }),
    })
    if (mine !== asked.current) return
    setFailure(revealed.ok ? null : revealed.failure)
    if (!revealed.ok) return
    setSecret(revealed.value.secret)
    say(`${what} shown`)
  }
  return { secret, failure, reveal, hide }
}

export function KeyField({ name, tail, isBig = false, evenIfOpen = false, onCopied }: Props) {
  const { secret, failure, reveal, hide } = useRevealed(name, evenIfOpen)
  const [isCopied, setCopied] = useState(false)
  const [isDenied, setDenied] = useState(false)
  const copy = async (): Promise<void> => {
    const isDone = await copyKey(name, evenIfOpen)
    setDenied(!isDone)
    setCopied(isDone)
    if (isDone) onCopied?.()
  }
  const toggle = () => (secret === null ? void reveal() : hide())
  const revealWord = secret === null ? 'Reveal' : 'Hide'
  return (
    <>
      <div className={isBig ? 'bigkey' : 'keyfield'}>
        {secret === null ? (
          <span className="mono masked" role="img" aria-label={`masked ${spelledTail(tail)}`}>
            <span className="dots" aria-hidden="true">
              {'•'.repeat(isBig ? 28 : 16)}
            </span>
            <span aria-hidden="true">{tail}</span>
          </span>
        ) : (
          <span className="mono shown-key" data-secret="">
            {secret}
          </span>
        )}
        {isBig ? (
          <>
            <Button look="bare" icon="eye" aria-pressed={secret !== null} onClick={toggle}>
              {revealWord}
            </Button>
            <Button look="live" icon={isCopied ? 'check' : 'copy'} onClick={() => void copy()}>
              {isCopied ? 'Copied' : 'Copy'}
            </Button>
          </>
        ) : (
          <>
            <IconButton
              look="bare"
              isSmall
              icon="eye"
              label={`${revealWord} the key`}
              aria-pressed={secret !== null}
              onClick={toggle}
            />
            <IconButton
              look="bare"
              isSmall
              icon={isCopied ? 'check' : 'copy'}
              label="Copy the key"
              onClick={() => void copy()}
            />
          </>
        )}
      </div>
      {isDenied && failure === null && (
        <p className="small soft gap-above">It could not be copied. Reveal it and copy it by hand.</p>
      )}
      {failure && (
        <div className="gap-above">
          <FailureNotice failure={failure}>
            {(failure.code === 'needs-passphrase' || failure.code === 'keychain-locked') && (
              <Button
                isSmall
                onClick={() =>
                  openDialog({ kind: 'unlock-keychain', store: failure.code === 'needs-passphrase' ? 'sealed' : 'os' })
                }
              >
                Unlock…
              </Button>
            )}
          </FailureNotice>
        </div>
      )}
    </>
  )
}
