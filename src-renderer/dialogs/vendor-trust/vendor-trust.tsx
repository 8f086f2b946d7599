import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import { escapeText } from '../../../src-contract/escape.ts'
import type { OutputOf } from '../../../src-contract/operations.ts'
import { client } from '../../client/client.ts'
import { loadVendors } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { toast } from '../../state/toasts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { TextRow } from '../../ui/form.tsx'
import { shown } from '../../ui/words.ts'
import { diffLines } from './diff-lines.ts'

type Review = OutputOf<'vendor.review'>

/** Shows what a vendor file would change and where it would send keys, and takes it into use only as it was shown. */
export function VendorTrust({ first }: { readonly first: string }) {
  const cancel = useRef<HTMLButtonElement>(null)
  const [path, setPath] = useState(first)
  const [review, setReview] = useState<Review | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const look = async (): Promise<void> => {
    if (path.trim() === '' || isBusy) return
    setBusy(true)
    setFailure(null)
    const answer = await client().call('vendor.review', { path: path.trim() })
    setBusy(false)
    setReview(answer.ok ? answer.value : null)
    if (!answer.ok) setFailure(answer.failure)
  }
  // a path that came with the dialog is read at once
  const start = useEffectEvent(() => void look())
  useEffect(() => start(), [])
  const trust = async (): Promise<void> => {
    if (review === null || review.isTrusted || isBusy) return
    setBusy(true)
    setFailure(null)
    const answer = await client().call('vendor.trust', { path: path.trim(), sha256: review.sha256 })
    setBusy(false)
    if (!answer.ok) {
      // what was read is not what is there now: it has to be read again
      setReview(null)
      return setFailure(answer.failure)
    }
    void loadVendors()
    toast(`${review.vendor} is in use`)
    closeDialog()
  }
  const canTrust = review !== null && !review.isTrusted
  return (
    <Dialog
      width="l"
      title="Review a vendor file"
      subtitle="It decides where keys are sent. Read it before you trust it."
      onDecide={() => void trust()}
      footer={
        <>
          <span className="push" />
          <Button ref={cancel} onClick={closeDialog}>
            {canTrust ? 'Leave it' : 'Close'}
          </Button>
          {canTrust ? (
            <Button look="ink" isBusy={isBusy} onClick={() => void trust()}>
              Trust this file
            </Button>
          ) : (
            <Button look="live" isBusy={isBusy} disabled={path.trim() === ''} onClick={() => void look()}>
              Review
            </Button>
          )}
        </>
      }
    >
      <TextRow
        label="Path of the file"
        hint="On this computer, in full, such as /home/you/acme.yaml"
        value={path}
        onText={(text) => {
          setPath(text)
          setReview(null)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
          event.preventDefault()
          void look()
        }}
      />
      {failure && <FailureNotice failure={failure} />}
      {review && <ReviewText review={review} />}
    </Dialog>
  )
}

/** What is to be read has the focus: neither button does. */
function ReviewText({ review }: { readonly review: Review }) {
  const diff = useRef<HTMLDivElement>(null)
  useEffect(() => diff.current?.focus(), [review])
  const isAny = review.hosts.includes('any')
  return (
    <section className="review" aria-label={`What ${review.vendor} says`}>
      <p role="status">
        {review.isTrusted ? (
          <>
            <strong>{shown(review.vendor, 80)}</strong> is in use exactly as it is here. There is nothing to do.
          </>
        ) : (
          <>
            <strong>{shown(review.vendor, 80)}</strong> may send its keys to{' '}
            <strong>
              {isAny ? 'any address that you give' : review.hosts.map((host) => escapeText(host)).join(', ')}
            </strong>
            .
          </>
        )}
      </p>
      {!review.isTrusted && (
        <div ref={diff} className="diff mono" tabIndex={0} role="region" aria-label="What would change">
          {diffLines(review.diff).map(({ kind, text }, index) => (
            <div key={`${index} ${text}`} className={`diff-${kind}`}>
              {kind === 'added' && <ins>{text}</ins>}
              {kind === 'removed' && <del>{text}</del>}
              {kind === 'same' && text}
            </div>
          ))}
        </div>
      )}
      <p className="small dim wrap mono">SHA-256 {review.sha256}</p>
    </section>
  )
}
