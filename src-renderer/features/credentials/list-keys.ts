/** The keyboard while the list has the focus (the map is in features/palette/shortcuts.tsx). */
import type { KeyboardEvent } from 'react'
import { openDialog } from '../../state/dialogs.ts'
import { useCredentials } from '../../state/credentials.ts'
import { useHost } from '../../state/host.ts'
import {
  clearSelection,
  closeDetails,
  extendTo,
  moveTo,
  openDetails,
  selectAll,
  toggleSelected,
  useNavigation,
} from '../../state/navigation.ts'
import { copyKey, mainAct, rotateMany } from './act.ts'

const PAGE = 12

/** What is meant: the selection if there is one, else the row the keyboard is at. */
const meant = (current: string): readonly string[] => {
  const { selected } = useNavigation.getState()
  return selected.size > 0 ? [...selected] : [current]
}

function moved(key: string, at: number, last: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(last, at + 1)
    case 'ArrowUp':
    case 'k':
      return Math.max(0, at - 1)
    case 'PageDown':
      return Math.min(last, at + PAGE)
    case 'PageUp':
      return Math.max(0, at - PAGE)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}

export function listKey(event: KeyboardEvent, shown: readonly string[]): void {
  const { current } = useNavigation.getState()
  const isChord = event.ctrlKey || event.metaKey
  if (event.target instanceof HTMLInputElement || event.altKey) return
  const done = (): void => event.preventDefault()
  if (isChord) {
    if (event.key === 'a') {
      done()
      selectAll(shown)
    } else if (event.key === 'c' && current !== null && getSelection()?.toString() === '') {
      done()
      void copyKey(current)
    }
    return
  }
  const letters = useHost.getState().settings?.singleLetterKeys ?? true
  if (/^[a-z]$/i.test(event.key) && !letters) return
  const to = moved(
    event.key.length === 1 ? event.key.toLowerCase() : event.key,
    current === null ? -1 : shown.indexOf(current),
    shown.length - 1,
  )
  const target = to === null ? undefined : shown[to]
  if (target !== undefined) {
    done()
    if (event.shiftKey) extendTo(target, shown)
    else moveTo(target)
    return
  }
  if (event.key === 'Escape') {
    if (useNavigation.getState().selected.size > 0) clearSelection()
    else closeDetails()
    return
  }
  const here = current ?? [...useNavigation.getState().selected][0]
  if (here === undefined) return
  const credential = useCredentials.getState().byName.get(here)
  const acts: Readonly<Record<string, () => void>> = {
    Enter: () => openDetails(here),
    ' ': () => toggleSelected(here),
    r: () => {
      const names = meant(here)
      if (names.length > 1) rotateMany(names)
      else if (credential) mainAct(useCredentials.getState().byName.get(names[0] ?? here) ?? credential).do()
    },
    e: () => openDialog({ kind: 'edit', name: here }),
    t: () => openDialog({ kind: 'tag', names: meant(here) }),
    Delete: () => openDialog({ kind: 'remove', names: meant(here) }),
  }
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  if (!act) return
  done()
  act()
}
