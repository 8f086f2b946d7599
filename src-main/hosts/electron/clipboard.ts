/**
 * Copies a key out of the history of clipboard managers where they honour the convention, and clears it again if the
 * clipboard still holds it. What was copied is remembered as a salted hash. Formats: research of 2026-11 for Windows, macOS
 * (nspasteboard.org) and KDE.
 */
import { createHash, randomBytes } from 'node:crypto'
import { clipboard, ClipboardItem } from 'electron'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { WindowServices } from '../../app/window-services.ts'

type Ended = (how: 'cleared' | 'replaced' | 'left') => void

const raw = (name: string): string => `electron application/osclipboard;format="${name}"`
const zero = (): Blob => new Blob([new Uint8Array(4)])

/** The formats that ask history keepers to look away; fixed, never built from what a page says. */
export function exclusions(platform: NodeJS.Platform): Record<string, string | Blob> {
  if (platform === 'win32')
    return {
      [raw('ExcludeClipboardContentFromMonitorProcessing')]: zero(),
      [raw('CanIncludeInClipboardHistory')]: zero(),
      [raw('CanUploadToCloudClipboard')]: zero(),
    }
  if (platform === 'darwin')
    return { [raw('org.nspasteboard.ConcealedType')]: 'secret', [raw('org.nspasteboard.TransientType')]: 'secret' }
  return { [raw('x-kde-passwordManagerHint')]: 'secret' }
}

export function keyClipboard(
  onEnded: Ended,
  platform: NodeJS.Platform = process.platform,
): NonNullable<WindowServices['clipboard']> {
  let held: { readonly salt: Buffer; readonly hash: string; readonly timer: NodeJS.Timeout } | null = null
  const hashOf = (salt: Buffer, text: string): string =>
    createHash('sha256').update(salt).update(text, 'utf8').digest('hex')

  /** Only what is still ours goes; what cannot be read is left, and said. */
  const clear = async (): Promise<void> => {
    const mine = held
    if (mine === null) return
    clearTimeout(mine.timer)
    held = null
    try {
      const text = await clipboard.readText()
      const isOurs = hashOf(mine.salt, text) === mine.hash
      if (isOurs) clipboard.clear()
      onEnded(isOurs ? 'cleared' : 'replaced')
    } catch {
      onEnded('left')
    }
  }
  return {
    copy: async (secret, clearAfterSeconds) => {
      const text = secret.use((value) => value)
      try {
        await clipboard.write([new ClipboardItem({ 'text/plain': text, ...exclusions(platform) })])
      } catch {
        return err(fail('not-here', { what: 'copying', fix: 'reveal the key and copy it by hand' }))
      }
      if (held !== null) clearTimeout(held.timer)
      const salt = randomBytes(16)
      held = { salt, hash: hashOf(salt, text), timer: setTimeout(() => void clear(), clearAfterSeconds * 1000) }
      return ok({ isOutOfHistory: true })
    },
    clear,
  }
}
