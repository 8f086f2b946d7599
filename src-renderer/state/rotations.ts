/** Rotations as they run: the steps each has come to and when, and how it ended. Nothing here holds a key. */
import { create } from 'zustand'
import type { RotationStep } from '../../src-contract/events.ts'
import type { Failure } from '../../src-contract/failures.ts'
import type { RotationResult } from '../../src-contract/views.ts'
import { client } from '../client/client.ts'
import { useCredentials } from './credentials.ts'

export type Reached = { readonly step: RotationStep; readonly atMs: number }
export type Live = {
  readonly name: string
  /** The end of the key that was kept when it began. */
  readonly oldTail: string | null
  readonly startedAtMs: number
  readonly startedAt: Date
  readonly steps: readonly Reached[]
  readonly result: RotationResult | null
  readonly endedAtMs: number | null
}

type Rotations = {
  readonly live: ReadonlyMap<string, Live>
  /** Why a run did not even begin. */
  readonly failure: Failure | null
  readonly isStopping: boolean
}

export const useRotations = create<Rotations>(() => ({ live: new Map(), failure: null, isStopping: false }))

const begin = (name: string): Live => ({
  name,
  oldTail: useCredentials.getState().byName.get(name)?.tail ?? null,
  startedAtMs: performance.now(),
  startedAt: new Date(),
  steps: [],
  result: null,
  endedAtMs: null,
})

function change(name: string, to: (live: Live) => Live): void {
  useRotations.setState(({ live }) => {
    const next = new Map(live)
    next.set(name, to(live.get(name) ?? begin(name)))
    return { live: next }
  })
}

export function stepped(name: string, step: RotationStep): void {
  change(name, (live) => {
    // a rotation that another process runs begins anew with its first step
    const current = live.result === null ? live : begin(name)
    return { ...current, steps: [...current.steps, { step, atMs: performance.now() - current.startedAtMs }] }
  })
}

export function ended(result: RotationResult): void {
  change(result.name, (live) => ({ ...live, result, endedAtMs: performance.now() - live.startedAtMs }))
}

/** Rotates these; steps and results arrive as events, and once more as the answer, in case an event was missed. */
export async function rotate(names: readonly string[]): Promise<readonly RotationResult[]> {
  useRotations.setState(({ live }) => {
    const next = new Map(live)
    for (const name of names) next.set(name, begin(name))
    return { live: next, failure: null, isStopping: false }
  })
  const answer = await client().call('rotation.run', { selection: { names: [...names] } })
  useRotations.setState({ isStopping: false })
  if (!answer.ok) {
    useRotations.setState({ failure: answer.failure })
    return []
  }
  for (const result of answer.value) {
    if (useRotations.getState().live.get(result.name)?.result === null) ended(result)
  }
  return answer.value
}

export async function stopRuns(): Promise<void> {
  useRotations.setState({ isStopping: true })
  await client().call('rotation.stop', {})
}

/** The end of the old key of a rotation seen here; null if it was not. */
export const useOldTail = (name: string): string | null =>
  useRotations((state) => state.live.get(name)?.oldTail ?? null)
