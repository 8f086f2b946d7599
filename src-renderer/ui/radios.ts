/** Buttons that are radios: one tab stop, and the arrows choose. */
import type { KeyboardEvent } from 'react'

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** For the group: the one after or before is chosen, and has the focus. */
export function radioKey(event: KeyboardEvent<HTMLElement>): void {
  const by = steps[event.key]
  const radios = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')]
  const at = radios.findIndex((radio) => radio === event.target)
  const next = by === undefined || at < 0 ? undefined : radios[(at + by + radios.length) % radios.length]
  if (!next) return
  event.preventDefault()
  next.focus()
  next.click()
}

/** For each: the chosen one can be tabbed to; the first, where none is chosen yet. */
export const radioTab = (isChosen: boolean, isFirst: boolean, isNoneChosen: boolean): 0 | -1 =>
  isChosen || (isFirst && isNoneChosen) ? 0 : -1
