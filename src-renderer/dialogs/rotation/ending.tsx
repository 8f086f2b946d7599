import { useEffect, useRef } from 'react'
import { explain, fail } from '../../../src-contract/failures.ts'
import { outcomes } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import { useCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { useOldTail } from '../../state/rotations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { sayNow } from '../../ui/live-region.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { newLight, oldLight, TwoLights } from '../../ui/two-lights.tsx'
import { shown } from '../../ui/words.ts'
import { NextSteps } from '../../features/attention/next-steps.tsx'
import { endingWords } from './ending-words.ts'

/** What the vendor or this machine said, when it adds to the title. */
export const because = (result: RotationResult): string | null =>
  result.code === undefined || explain(fail(result.code)).message === result.message ? null : shown(result.message)

/** Every ending but the good one: what is true, which key works, what to do next. */
export function Ending({ result }: { readonly result: RotationResult }) {
  const done = useRef<HTMLButtonElement>(null)
  const credential = useCredentials((state) => state.byName.get(result.name))
  const words = endingWords(result)
  useEffect(() => sayNow(`${words.title}. ${words.lead}`), [words.title, words.lead])
  const oldTail = useOldTail(result.name)
  return (
    <Dialog
      // as many next steps as an open one has stand in one row there
      width={outcomes[result.outcome].settled ? 'm' : 'l'}
      safe={done}
      mark={<VendorMark vendor={result.vendor} isLarge />}
      title={words.title}
      subtitle={shown(result.name, 120)}
      footer={
        <>
          <NextSteps name={result.name} vendor={result.vendor} outcome={result.outcome} onDone={closeDialog} />
          <span className="push" />
          <Button look="ink" ref={done} onClick={closeDialog}>
            Close
          </Button>
        </>
      }
    >
      <p className="lede">{words.lead}</p>
      <TwoLights
        old={oldLight(result, oldTail ?? (result.newKey ? null : (credential?.tail ?? null)))}
        next={newLight(result)}
      />
      <div className="next">
        <h2>What was said</h2>
        <p>{because(result) ?? shown(result.message)}</p>
        <h2 className="gap-above">Next step</h2>
        <p>{words.next}</p>
      </div>
    </Dialog>
  )
}
