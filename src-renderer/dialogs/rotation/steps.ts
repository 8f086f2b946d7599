/** The transaction as a person follows it: five steps, each with when it began and how long it took. */
import type { RotationStep } from '../../../src-contract/events.ts'
import type { Live } from '../../state/rotations.ts'

export type StepView = {
  readonly key: 'armed' | 'sent' | 'sealed' | 'verified' | 'promoted'
  readonly done: string
  readonly doing: string
  readonly more: string
  readonly state: 'done' | 'now' | 'later' | 'stopped'
  readonly fromMs: number | null
  readonly toMs: number | null
}

const texts: readonly Pick<StepView, 'key' | 'done' | 'doing' | 'more'>[] = [
  { key: 'armed', done: 'Armed', doing: 'Getting ready…', more: 'Keychain open, place for the reply proven' },
  { key: 'sent', done: 'Sent', doing: 'Sent, waiting for the reply…', more: 'One request, never sent again' },
  { key: 'sealed', done: 'Sealed', doing: 'Sealing…', more: 'The whole reply, encrypted on disk, then read' },
  { key: 'verified', done: 'Verified', doing: 'Verifying…', more: 'Asking the vendor whether the new key works' },
  { key: 'promoted', done: 'Promoted', doing: 'Storing…', more: 'In your keychain, read back and equal' },
]

/** Where each event puts the rotation: the steps before it are done. */
const reaches: Readonly<Record<RotationStep, number>> = {
  preparing: 0,
  'waiting-for-courier': 0,
  armed: 1,
  connected: 1,
  sent: 1,
  'first-byte': 1,
  slow: 1,
  sealed: 3,
  verifying: 3,
  verified: 4,
  promoted: 5,
  probing: 5,
  settling: 5,
}

const ends: Partial<Record<RotationStep, number>> = { armed: 0, sealed: 2, verified: 3, promoted: 4 }

export function stepsOf(live: Live, nowMs: number): readonly StepView[] {
  const finished = new Map<number, number>()
  let furthest = 0
  let wasSent = false
  let firstByteMs: number | null = null
  for (const { step, atMs } of live.steps) {
    furthest = Math.max(furthest, reaches[step])
    if (step === 'sent') wasSent = true
    if (step === 'first-byte') firstByteMs = atMs
    const end = ends[step]
    if (end !== undefined && !finished.has(end)) finished.set(end, atMs)
  }
  const sealedAt = finished.get(2)
  // the request is over when its reply begins; the rest of the way to disk is the sealing
  if (sealedAt !== undefined) finished.set(1, Math.min(firstByteMs ?? sealedAt, sealedAt))
  const isOver = live.result !== null
  return texts.map((text, index): StepView => {
    const toMs = finished.get(index) ?? null
    const before = index === 0 ? 0 : (finished.get(index - 1) ?? null)
    const isReached = index < furthest || toMs !== null
    const isNow = !isOver && !isReached && index === furthest && (index !== 1 || wasSent || before !== null)
    const state = toMs !== null ? 'done' : isNow ? 'now' : isOver ? 'stopped' : 'later'
    return {
      ...text,
      state,
      fromMs: toMs !== null || isNow ? (before ?? 0) : null,
      toMs: toMs ?? (isNow ? nowMs : null),
    }
  })
}

/** Whether the request may have left: from here it is never sent again. */
export const isPastReturn = (live: Live): boolean =>
  live.steps.some(({ step }) => step === 'sent' || step === 'first-byte' || step === 'sealed')
