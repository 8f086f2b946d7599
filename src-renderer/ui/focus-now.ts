import type { RefObject } from 'react'

/**
 * For `initialFocus`: the focus goes there before the next key is read, not a frame later. Who types on right behind
 * the key that opened a dialog types into it.
 */
export const focusNow = (target: RefObject<HTMLElement | null>) => (): HTMLElement | null => {
  target.current?.focus()
  return target.current
}
