import { useEffect, useRef } from 'react'
import type { RotationResult } from '../../../src-contract/views.ts'
import { outcomes } from '../../../src-contract/outcomes.ts'
import { useCredentials } from '../../state/credentials.ts'
import { closeDialog, openDialog } from '../../state/dialogs.ts'
import { goTo } from '../../state/navigation.ts'
import { stopRuns, useRotations, type Live } from '../../state/rotations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
import { Name, VendorMark } from '../../ui/names.tsx'
import { clockWord, counted, secondsWord } from '../../ui/words.ts'
import { endingWords } from './ending-words.ts'
import { stepsOf } from './steps.ts'

type Kind = 'ok' | 'no' | 'run' | 'you' | 'wait'
type Item = {
  readonly name: string
  readonly kind: Kind
  readonly live: Live | undefined
  readonly result: RotationResult | null
}

const BLOCKS = 48
const DRAWN = 200
const order: Readonly<Record<Kind, number>> = { you: 0, no: 1, run: 2, wait: 3, ok: 4 }

export function kindOf(live: Live | undefined): Kind {
  if (!live) return 'wait'
  if (live.result === null) return live.steps.length === 0 ? 'wait' : 'run'
  if (live.result.outcome === 'rotated') return 'ok'
  return !outcomes[live.result.outcome].settled || live.result.outcome === 'needs-person' ? 'you' : 'no'
}

/** Many rotations at once: what needs a person first, the finished folded at the end. */
export function Bulk({ names }: { readonly names: readonly string[] }) {
  const hide = useRef<HTMLButtonElement>(null)
  const { live, failure, isStopping } = useRotations()
  const items = names.map((name): Item => {
    const found = live.get(name)
    return { name, kind: kindOf(found), live: found, result: found?.result ?? null }
  })
  const count = (kind: Kind): number => items.filter((item) => item.kind === kind).length
  const left = count('run') + count('wait')
  const isDone = left === 0 || failure !== null
  const tally = [
    ['ok', count('ok'), 'rotated'],
    ['no', count('no'), 'not rotated, nothing changed'],
    ['run', count('run'), 'in flight'],
    ['you', count('you'), count('you') === 1 ? 'needs you' : 'need you'],
    ['wait', count('wait'), 'waiting'],
  ] as const
  const sentence = tally
    .filter(([, number]) => number > 0)
    .map(([, number, word]) => `${number} ${word}`)
    .join(', ')
  useEffect(() => {
    if (isDone) say(`All ${names.length} have ended: ${sentence}`)
  }, [isDone, names.length, sentence])
  const sorted = items.toSorted((a, b) => order[a.kind] - order[b.kind])
  const started = items.find((item) => item.live)?.live?.startedAt
  return (
    <Dialog
      width="l"
      safe={hide}
      title={isDone ? `${counted(names.length, 'rotation')} ended` : `Rotating ${counted(names.length, 'key')}`}
      subtitle={started ? `Started ${clockWord(started)}. Every key is accounted for.` : 'Starting…'}
      footer={
        <>
          <span className="hint">
            {isDone ? '' : 'If you stop now, what is in flight finishes; the rest keep the keys they have.'}
          </span>
          {!isDone && (
            <Button icon="pause" isBusy={isStopping} onClick={() => void stopRuns()}>
              Stop
            </Button>
          )}
          {isDone && items.some(({ result }) => result !== null && !outcomes[result.outcome].settled) && (
            <Button
              look="live"
              onClick={() => {
                closeDialog()
                goTo('attention')
              }}
            >
              See what needs you
            </Button>
          )}
          <Button look={isDone ? 'ink' : 'plain'} ref={hide} onClick={closeDialog}>
            {isDone ? 'Done' : 'Hide, keep going'}
          </Button>
        </>
      }
    >
      {failure && <FailureNotice failure={failure} />}
      <Meter items={items} sentence={sentence} />
      <ul className="tally">
        {tally
          .filter(([, number]) => number > 0)
          .map(([kind, number, word]) => (
            <li key={kind}>
              <span className={`sw ${kind}`} />
              <span>
                <b>{number}</b> {word}
              </span>
            </li>
          ))}
      </ul>
      <ul className="brows" tabIndex={0} aria-label="Rotations">
        {sorted.slice(0, DRAWN).map((item) => (
          <BulkRow key={item.name} item={item} />
        ))}
      </ul>
      {sorted.length > DRAWN && <p className="small dim">{`and ${sorted.length - DRAWN} more, ended or waiting`}</p>}
    </Dialog>
  )
}

/** At most so many blocks; each stands for its share of the run. */
function Meter({ items, sentence }: { readonly items: readonly Item[]; readonly sentence: string }) {
  const sorted = items.toSorted((a, b) => order[b.kind] - order[a.kind])
  const blocks = Math.min(BLOCKS, items.length)
  const done = items.filter(({ result }) => result !== null).length
  return (
    <div
      className="meter"
      role="progressbar"
      aria-label="Rotations"
      aria-valuemin={0}
      aria-valuemax={items.length}
      aria-valuenow={done}
      aria-valuetext={sentence}
    >
      {Array.from({ length: blocks }, (_, index) => {
        const item = sorted[Math.floor((index * items.length) / blocks)]
        return <i key={String(index)} className={item?.kind === 'wait' ? '' : item?.kind} />
      })}
    </div>
  )
}

const looks: Readonly<Record<Kind, { readonly className: string; readonly icon: IconName }>> = {
  ok: { className: 'state', icon: 'state-ok' },
  no: { className: 'state state-overdue', icon: 'state-refused' },
  run: { className: 'state state-rotating', icon: 'state-rotating' },
  you: { className: 'state state-due', icon: 'person' },
  wait: { className: 'state state-wait', icon: 'timer' },
}

function wordsOf({ kind, result, live }: Item): string {
  if (result) return result.outcome === 'rotated' ? 'Rotated, verified' : endingWords(result).title
  if (kind === 'wait') return 'Waits for its turn'
  return (live && stepsOf(live, 0).find(({ state }) => state === 'now')?.doing) ?? 'Running…'
}

function keyWord({ result }: Item): string {
  if (!result) return ''
  if (result.outcome === 'rotated') return `new ${result.newKey?.tail ?? ''}`
  return result.oldKey === 'works'
    ? 'old works'
    : result.oldKey === 'dead'
      ? 'old is dead'
      : outcomes[result.outcome].settled
        ? 'old, as it was'
        : 'not known'
}

function BulkRow({ item }: { readonly item: Item }) {
  const vendor = useCredentials((state) => state.byName.get(item.name)?.vendor ?? 'other')
  const { className, icon } = looks[item.kind]
  const done = item.live ? stepsOf(item.live, 0).filter(({ state }) => state === 'done').length : 0
  const needsStart = item.result?.outcome === 'needs-person'
  return (
    <li className="brow">
      <span className="name cut">
        <VendorMark vendor={vendor} />
        <Name name={item.name} />
      </span>
      <span className="pips" role="img" aria-label={`${done} of 5 steps`}>
        {[0, 1, 2, 3, 4].map((step) => (
          <i
            key={step}
            className={
              step < done
                ? 'd'
                : step === done && item.kind === 'run'
                  ? 'r'
                  : step === done && item.kind === 'no'
                    ? 'x'
                    : ''
            }
          />
        ))}
      </span>
      <span className={className}>
        <Icon name={icon} {...(item.kind === 'run' ? { turns: true } : {})} />
        <span className="cut">{wordsOf(item)}</span>
        {needsStart && (
          <Button
            isSmall
            onClick={() => {
              closeDialog()
              openDialog({ kind: 'guided', name: item.name })
            }}
          >
            Start
          </Button>
        )}
      </span>
      <span className="mono nowrap">{keyWord(item)}</span>
      <span className="mono time">{item.live?.endedAtMs ? secondsWord(item.live.endedAtMs) : ''}</span>
    </li>
  )
}
