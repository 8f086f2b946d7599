import { create } from 'zustand'

export type Toast = {
  readonly id: number
  readonly text: string
  readonly undo: (() => void) | null
}

const LIFE_MS = 6000

/** Good news only: an error that matters stays where it happened. */
export const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }))

let last = 0

export function toast(text: string, undo: (() => void) | null = null): void {
  last += 1
  const id = last
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { id, text, undo }] }))
  setTimeout(() => dismissToast(id), LIFE_MS)
}

export const dismissToast = (id: number): void =>
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }))

/** Undoes what the newest toast offers to undo; false if there is nothing. */
export function undoLast(): boolean {
  const newest = useToasts.getState().toasts.findLast(({ undo }) => undo !== null)
  if (!newest?.undo) return false
  newest.undo()
  dismissToast(newest.id)
  return true
}
