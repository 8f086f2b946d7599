/** The keys that work anywhere in the window. */
import { useEffect } from 'react'
import { flushSync } from 'react-dom'
import { openDialog, useDialogs } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { clearSelection, closeDetails, goTo, showFilter, useNavigation } from '../../state/navigation.ts'
import { undoLast } from '../../state/toasts.ts'
import { walkPanes } from './panes.ts'

const CHORD_MS = 1200

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement

/** A menu has the keys for itself: letters go to what begins with them. */
const isInMenu = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role=menu]') !== null

/** At once: the next letter is already meant for it. */
const focusSearch = (): void => {
  flushSync(() => goTo('keys'))
  document.querySelector<HTMLInputElement>('#search')?.focus()
}

/** Escape: first what is selected, then the details. */
function stepBack(): void {
  if (useNavigation.getState().selected.size > 0) clearSelection()
  else closeDetails()
}

const letters: Readonly<Record<string, () => void>> = {
  '/': focusSearch,
  '?': () => openDialog({ kind: 'shortcuts' }),
  n: () => openDialog({ kind: 'add' }),
  i: () => goTo('import'),
}
const afterG: Readonly<Record<string, () => void>> = {
  a: () => showFilter({ kind: 'all' }),
  d: () => showFilter({ kind: 'due' }),
  n: () => goTo('attention'),
}

export function useWindowKeys(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return
    let gAt = Number.NEGATIVE_INFINITY
    // a dialog that this very key closes is still one that had it
    let hasDialog = false
    const look = (): void => void (hasDialog = useDialogs.getState().stack.length > 0)
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return
      const isChord = event.ctrlKey || event.metaKey
      const act = (run: () => void): void => {
        event.preventDefault()
        run()
      }
      if (isChord && event.key.toLowerCase() === 'k' && !hasDialog) return act(() => openDialog({ kind: 'palette' }))
      if (hasDialog || isInMenu(event.target)) return
      if (event.key === 'F6') return act(() => walkPanes(event.shiftKey ? -1 : 1))
      if (isChord && event.key === ',') return act(() => goTo('settings'))
      if (isTyping(event.target)) return
      if (event.key === 'Escape') return stepBack()
      if (isChord && event.key.toLowerCase() === 'z') return void (undoLast() && event.preventDefault())
      if (isChord || event.altKey) return
      const key = event.key.toLowerCase()
      const areLettersOn = useHost.getState().settings?.singleLetterKeys ?? true
      if (!areLettersOn && /^[a-z]$/.test(key)) return
      const isAfterG = performance.now() - gAt < CHORD_MS
      gAt = key === 'g' ? performance.now() : Number.NEGATIVE_INFINITY
      const run = isAfterG ? afterG[key] : letters[event.key === '?' || event.key === '/' ? event.key : key]
      if (run) act(run)
    }
    globalThis.addEventListener('keydown', look, { capture: true })
    globalThis.addEventListener('keydown', listen)
    return () => {
      globalThis.removeEventListener('keydown', look, { capture: true })
      globalThis.removeEventListener('keydown', listen)
    }
  }, [isOn])
}
