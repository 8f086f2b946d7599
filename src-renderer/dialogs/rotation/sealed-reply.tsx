import { useCallback, useEffect, useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { shown } from '../../ui/words.ts'

/** The vendor's reply as it came, for a person's eyes: hidden until asked for, and again when the window loses the focus. */
export function SealedReply({ name }: { readonly name: string }) {
  const close = useRef<HTMLButtonElement>(null)
  const [reply, setReply] = useState<string | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const seconds = useHost((state) => state.settings?.revealSeconds ?? 30)
  const hide = useCallback(() => setReply(null), [])
  useEffect(() => {
    if (reply === null) return
    const timer = setTimeout(hide, seconds * 1000)
    globalThis.addEventListener('blur', hide)
    return () => {
      clearTimeout(timer)
      globalThis.removeEventListener('blur', hide)
    }
  }, [reply, seconds, hide])
  const show = async (): Promise<void> => {
    const answer = await client().call('rotation.sealedReply', { name })
    if (answer.ok) setReply(answer.value.reply)
    else setFailure(answer.failure)
  }
  return (
    <Dialog
      width="l"
      safe={close}
      title="The sealed reply"
      subtitle={shown(name, 120)}
      footer={
        <>
          <span className="hint">It may hold the new key. Hidden again after {seconds} seconds.</span>
          <Button icon="eye" aria-pressed={reply !== null} onClick={() => (reply === null ? void show() : hide())}>
            {reply === null ? 'Show' : 'Hide'}
          </Button>
          <Button look="ink" ref={close} onClick={closeDialog}>
            Close
          </Button>
        </>
      }
    >
      {failure && <FailureNotice failure={failure} />}
      {reply === null ? (
        <p className="soft">
          {failure
            ? ''
            : 'What the vendor sent is kept encrypted. Show it to read the key out of an answer that Rekey does not understand.'}
        </p>
      ) : (
        <pre className="reply" tabIndex={0} data-secret="">
          {reply.replace(/[^\x20-\x7E\n]/g, '·')}
        </pre>
      )}
    </Dialog>
  )
}
