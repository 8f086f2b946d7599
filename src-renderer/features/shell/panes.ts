/**
 * Where the keyboard is. F6 walks the panes; what takes the focus away with it (a page, a pane, a menu, the lock) leaves it in
 * the pane that is there then, so that it is never nowhere.
 */
import { useEffect } from 'react'

/** Long enough for a dialog that closes to give the focus back by itself. */
const SETTLE_MS = 60

const isSeen = (element: HTMLElement): boolean => element.checkVisibility({ visibilityProperty: true })

/** The pane itself where it can have the focus, else its own place for it, else its first control. */
export function enter(pane: HTMLElement): boolean {
  const inside = ['[aria-current]', '[tabindex="0"]', '.way, .btn-live, button:not(.menu-btn), input'].flatMap(
    (what) => [...pane.querySelectorAll<HTMLElement>(what)],
  )
  const target = pane.matches('[tabindex]') ? pane : inside.find(isSeen)
  target?.focus({ preventScroll: true })
  return target !== undefined
}

const panes = (): readonly HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => isSeen(pane) && !pane.closest('[inert]'))

/** To the pane after this one, or before it. */
export function walkPanes(by: 1 | -1): void {
  const all = panes()
  const at = all.findIndex((pane) => pane.contains(document.activeElement))
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length
  const pane = all[next]
  if (pane) enter(pane)
}

/** To what the window shows now: the list, or the page, or the details where they are the page. */
export function goHome(): void {
  const all = panes()
  for (const wanted of ['list', 'main', 'detail']) {
    const pane = all.find(({ dataset }) => dataset['pane'] === wanted)
    if (pane && enter(pane)) return
  }
}

const isNowhere = (): boolean => document.activeElement === null || document.activeElement === document.body
const isModal = (element: Element): boolean =>
  element.closest('[role=dialog], [role=alertdialog], [role=menu]') !== null

/** Watches over the focus for as long as the window is drawn. */
export function useFocusKept(): void {
  useEffect(() => {
    let last: Element | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const note = ({ target }: FocusEvent): void => {
      if (target instanceof Element) last = target
    }
    const mend = (): void => {
      if (isNowhere() && document.querySelector('[aria-modal], .dialog, .palette, .menu') === null) goHome()
    }
    const look = (): void => {
      if (!isNowhere() || (last !== null && last.isConnected)) return
      clearTimeout(timer)
      if (last === null || isModal(last)) timer = setTimeout(mend, SETTLE_MS)
      else mend()
    }
    const observer = new MutationObserver(look)
    observer.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', note)
    look()
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      document.removeEventListener('focusin', note)
    }
  }, [])
}
