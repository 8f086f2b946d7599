import { useEffect, useRef, type ReactNode } from 'react'
import type { Failure } from '../../src-contract/failures.ts'
import { Button } from './button.tsx'
import { failureReport, failureWords } from './failure-words.ts'
import { Icon } from './icon.tsx'
import { shown } from './words.ts'

/** A failure where it happened: what, whether the vendor may have acted, what to do, and a report without secrets. */
export function FailureNotice({ failure, children }: { readonly failure: Failure; readonly children?: ReactNode }) {
  const words = failureWords(failure)
  const notice = useRef<HTMLDivElement>(null)
  // it may stand below what the dialog shows: what failed is seen, not only heard
  useEffect(() => {
    notice.current?.scrollIntoView({ block: 'nearest' })
  }, [failure])
  return (
    <div ref={notice} className="notice" role="alert">
      <Icon name="state-attention" />
      <div className="grow">
        <p className="notice-what">{shown(words.what)}</p>
        {words.vendor !== null && <p>{words.vendor}</p>}
        <p>{shown(words.next)}</p>
        <div className="row-btns">
          {children}
          <Button look="bare" isSmall onClick={() => void navigator.clipboard?.writeText(failureReport(failure))}>
            Copy report
          </Button>
        </div>
      </div>
    </div>
  )
}
