import { useEffect, useRef, useState } from 'react'
import type { RotationResult } from '../../../src-contract/views.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { closeDialog, swapDialog } from '../../state/dialogs.ts'
import { stopRuns, useRotations, type Live } from '../../state/rotations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { TwoLights, type Light } from '../../ui/two-lights.tsx'
import { clockWord, secondsWord, shown } from '../../ui/words.ts'
import { isPastReturn, stepsOf, type StepView } from './steps.ts'

/** Long enough to see the last step light up, short enough not to wait for. */
const LINGER_MS = 450

const showEnd = (result: RotationResult): void =>
  swapDialog({ kind: result.outcome === 'rotated' ? 'copy-once' : 'ending', result })

function useTicking(isOn: boolean, live: Live | undefined): number {
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (!isOn || !live) return
    const timer = setInterval(() => setNow(performance.now() - live.startedAtMs), 100)
    return () => clearInterval(timer)
  }, [isOn, live])
  return live?.endedAtMs ?? now
}

export function Progress({ name }: { readonly name: string }) {
  const hide = useRef<HTMLButtonElement>(null)
  const live = useRotations((state) => state.live.get(name))
  const { failure, isStopping } = useRotations()
  const credential = useCredentials((state) => state.byName.get(name))
  const vendors = useCredentials((state) => state.vendors)
  const nowMs = useTicking(live?.result === null, live)
  const result = live?.result ?? null
  useEffect(() => {
    if (!result) return
    const timer = setTimeout(() => showEnd(result), LINGER_MS)
    return () => clearTimeout(timer)
  }, [result])
  // what has ended while the hand was on its way to hide it is shown
  const leave = (): void => (result ? showEnd(result) : closeDialog())
  const steps = live ? stepsOf(live, nowMs) : []
  const latest = steps.findLast(({ state }) => state === 'done' || state === 'now')
  const spoken = latest === undefined ? '' : latest.state === 'done' ? latest.done : latest.doing
  useEffect(() => {
    if (spoken !== '') say(spoken)
  }, [spoken])
  const vendor = vendorName(vendors, credential?.vendor ?? 'other')
  const isGone = live !== undefined && isPastReturn(live)
  const isSlow = live?.steps.at(-1)?.step === 'slow'
  return (
    <Dialog
      width="l"
      safe={hide}
      onClose={leave}
      mark={<VendorMark vendor={credential?.vendor ?? 'other'} isLarge title={vendor} />}
      title={`Rotating ${shown(name, 120)}`}
      subtitle={live ? `Started ${clockWord(live.startedAt)}, ${secondsWord(nowMs)} so far` : 'Starting…'}
      footer={
        <>
          <span className="hint">
            {isGone ? 'A crash now loses nothing. Rekey picks up from here.' : 'Nothing has been sent yet.'}
          </span>
          {!isGone && result === null && (
            <Button icon="pause" isBusy={isStopping} onClick={() => void stopRuns()}>
              Stop
            </Button>
          )}
          <Button ref={hide} onClick={leave}>
            Hide, keep going
          </Button>
        </>
      }
    >
      {failure && <FailureNotice failure={failure} />}
      <Waterfall steps={steps} totalMs={nowMs} />
      {isSlow && (
        <p className="soft gap-below">{vendor} takes its time. Rekey keeps listening; nothing is asked twice.</p>
      )}
      <TwoLights old={oldNow(live?.oldTail ?? null, isGone, live)} next={nextNow(live)} />
    </Dialog>
  )
}

function oldNow(tail: string | null, isGone: boolean, live: Live | undefined): Light {
  if (live?.result?.oldKey === 'dead')
    return { look: 'dead', word: 'Old key is dead', tail, more: 'The vendor refused it' }
  if (!isGone) return { look: 'works', word: 'Old key works', tail, more: 'Nothing was sent yet' }
  return { look: 'open', word: 'Old key may be dead', tail, more: 'Checked when the new one is in place' }
}

function nextNow(live: Live | undefined): Light {
  const has = (step: string): boolean => live?.steps.some((each) => each.step === step) ?? false
  const tail = live?.result?.newKey?.tail ?? null
  if (has('promoted')) return { look: 'works', word: 'New key works', tail, more: 'In your keychain' }
  if (has('verified')) return { look: 'works', word: 'New key works', tail, more: 'Being stored now' }
  if (has('sealed')) return { look: 'held', word: 'New key is safe', tail, more: 'Sealed on disk, being proven now' }
  if (has('sent')) return { look: 'open', word: 'New key is on its way', tail, more: 'Waiting for the reply' }
  return { look: 'open', word: 'No new key yet', tail, more: 'Nothing was asked for' }
}

const icons: Record<StepView['state'], IconName> = {
  done: 'state-works',
  now: 'state-rotating',
  later: 'state-wait',
  stopped: 'state-refused',
}

/** For ears: what the shape of its icon says. */
const stands: Record<StepView['state'], string> = {
  done: ', done',
  now: '',
  later: ', to come',
  stopped: ', stopped here',
}

function Waterfall({ steps, totalMs }: { readonly steps: readonly StepView[]; readonly totalMs: number }) {
  const scale = Math.max(1000, Math.ceil(totalMs / 1000) * 1000)
  const percent = (ms: number): string => `${Math.min(100, Math.round((ms / scale) * 1000) / 10)}%`
  return (
    <ol className="steps">
      <li className="axis" aria-hidden="true">
        <span>0</span>
        <span>{scale / 1000} s</span>
      </li>
      {steps.map((step) => {
        const took = step.fromMs === null || step.toMs === null ? null : Math.max(0, step.toMs - step.fromMs)
        return [
          step.key === 'sent' && (
            <li key="return" className="noreturn">
              From here the request is never sent again
            </li>
          ),
          <li
            key={step.key}
            className={`step is-${step.state}`}
            aria-current={step.state === 'now' ? 'step' : undefined}
          >
            <Icon name={icons[step.state]} {...(step.state === 'now' ? { turns: true } : {})} />
            <div>
              <h2>
                {step.state === 'now' ? step.doing : step.done}
                <span className="vh">{stands[step.state]}</span>
              </h2>
              <p>{step.more}</p>
            </div>
            <span
              className="fall"
              aria-hidden="true"
              style={
                took === null
                  ? undefined
                  : ({ '--x': percent(step.fromMs ?? 0), '--w': percent(took) } as React.CSSProperties)
              }
            >
              {took !== null && <i className={step.state === 'now' ? 'running' : undefined} />}
            </span>
            <span className="mono">{took === null ? '' : secondsWord(took)}</span>
          </li>,
        ]
      })}
    </ol>
  )
}
