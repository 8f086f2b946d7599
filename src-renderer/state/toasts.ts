import { create } from 'zustand'

export type Toast = {
  readonly id: number
  readonly text: string
  readonly undo: (() => void) | null
}

const LIFE_MS = 6000
/** What can be undone is offered for longer. */
const UNDO_MS = 15_000

/** Good news only: an error that matters stays where it happened. */
export const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }))

let last = 0
const timers = new Map<number, ReturnType<typeof setTimeout>>()

function expire({ id, undo }: Toast): void {
  clearTimeout(timers.get(id))
  timers.set(
    id,
    setTimeout(() => dismissToast(id), undo === null ? LIFE_MS : UNDO_MS),
  )
}

/** While somebody reads them or is about to press one, none goes. */
export function holdToasts(isHeld: boolean): void {
  for (const each of useToasts.getState().toasts) {
    if (isHeld) clearTimeout(timers.get(each.id))
    else expire(each)
  }
}

export function toast(text: string, undo: (() => void) | null = null): void {
  last += 1
  const next = { id: last, text, undo }
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), next] }))
  expire(next)
}

export function dismissToast(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }))
}

/** Undoes what the newest toast offers to undo; false if there is nothing. */
export function undoLast(): boolean {
  const newest = useToasts.getState().toasts.findLast(({ undo }) => undo !== null)
  if (!newest?.undo) return false
  newest.undo()
  dismissToast(newest.id)
  return true
}
