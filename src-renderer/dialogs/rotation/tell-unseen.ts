/** A rotation that somebody hid, and went on with other things: how it ended is said all the same. */
import type { RotationResult } from '../../../src-contract/views.ts'
import { useDialogs } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { toast } from '../../state/toasts.ts'
import { sayNow } from '../../ui/live-region.tsx'
import { counted } from '../../ui/words.ts'
import { endingWords } from './ending-words.ts'

const isSeen = (name: string): boolean =>
  useDialogs.getState().stack.some((dialog) => {
    if (dialog.kind === 'progress') return dialog.name === name
    if (dialog.kind === 'ending' || dialog.kind === 'copy-once') return dialog.result.name === name
    return dialog.kind === 'bulk' && dialog.names.includes(name)
  })

/** Good news goes by itself; what was not rotated stays until it is read. */
export function tellUnseen(results: readonly RotationResult[]): void {
  const unseen = results.filter(({ name }) => !isSeen(name))
  const rotated = unseen.filter(({ outcome }) => outcome === 'rotated')
  const others = unseen.filter(({ outcome }) => outcome !== 'rotated')
  const [first] = rotated
  if (first)
    toast(
      rotated.length === 1
        ? `${first.name} is rotated; its new key is in your keychain`
        : `${rotated.length} keys are rotated`,
    )
  const [only] = others
  if (!only) return
  const { title, next } = endingWords(only)
  const text =
    others.length === 1
      ? `${only.name}: ${title.charAt(0).toLowerCase()}${title.slice(1)}. ${next}`
      : `${counted(others.length, 'key')} of ${unseen.length} were not rotated. Rotations says why of each.`
  sayNow(text)
  useHost.setState({ notice: text })
}
