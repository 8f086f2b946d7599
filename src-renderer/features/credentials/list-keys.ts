/** The keyboard while the list has the focus (the map is in features/palette/shortcuts.tsx). */
import type { KeyboardEvent } from 'react'
import { openDialog } from '../../state/dialogs.ts'
import { useCredentials } from '../../state/credentials.ts'
import { useHost } from '../../state/host.ts'
import { extendTo, moveTo, openDetails, selectAll, toggleSelected, useNavigation } from '../../state/navigation.ts'
import { copyKey, mainAct, rotateMany } from './act.ts'

const PAGE = 12

export function moved(key: string, at: number, last: number): number | null {
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

/** A menu or a dialog that was opened from here is outside of it, though React tells of its keys here too. */
const isElsewhere = (event: KeyboardEvent): boolean =>
  event.altKey || !event.currentTarget.contains(event.target as Node) || event.target instanceof HTMLInputElement

/** A button does what it is named for. */
const isOfButton = ({ key, target }: KeyboardEvent): boolean =>
  (key === 'Enter' || key === ' ') && target instanceof HTMLElement && target.closest('button') !== null

export function listKey(event: KeyboardEvent, shown: readonly string[]): void {
  if (isElsewhere(event) || isOfButton(event)) return
  const { current, selected } = useNavigation.getState()
  const at = current === null ? -1 : shown.indexOf(current)
  const done = (): void => event.preventDefault()
  if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
    done()
    return selectAll(shown)
  }
  const letters = useHost.getState().settings?.singleLetterKeys ?? true
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const isPlain = !event.ctrlKey && !event.metaKey && (letters || !/^[a-z]$/.test(key))
  const to = isPlain ? moved(key, at, shown.length - 1) : null
  const target = to === null ? undefined : shown[to]
  if (target !== undefined) {
    done()
    if (event.shiftKey) extendTo(target, shown)
    else moveTo(target)
    return
  }
  // what is out of sight is not acted on
  const here = at < 0 ? [...selected][0] : (current ?? undefined)
  if (here === undefined) return
  if (isPlain && key === 'Enter') openDetails(here)
  else if (isPlain && key === ' ') toggleSelected(here)
  else return credentialKey(event, here, selected.size > 0 ? [...selected] : [here])
  done()
}

/** The keys that act on a credential, in the list and in its details; `names` are those meant where many can be. */
export function credentialKey(event: KeyboardEvent, here: string, names: readonly string[]): void {
  if (isElsewhere(event) || isOfButton(event) || event.defaultPrevented) return
  const isChord = event.ctrlKey || event.metaKey
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (!isChord && /^[a-z]$/.test(key) && !(useHost.getState().settings?.singleLetterKeys ?? true)) return
  const acts: Readonly<Record<string, () => void>> = isChord
    ? { c: () => void copyKey(here) }
    : {
        r: () => {
          const [only] = names
          const credential = useCredentials.getState().byName.get(only ?? here)
          if (names.length > 1) rotateMany(names)
          else if (credential) mainAct(credential).do()
        },
        e: () => openDialog({ kind: 'edit', name: here }),
        t: () => openDialog({ kind: 'tag', names }),
        Delete: () => openDialog({ kind: 'remove', names }),
      }
  // text that somebody selected is what they want copied
  const act = isChord && getSelection()?.toString() !== '' ? undefined : acts[key]
  if (!act) return
  event.preventDefault()
  act()
}
