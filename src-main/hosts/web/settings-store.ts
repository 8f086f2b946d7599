/** The browser window's settings: one small file in the data folder, replaced as a whole. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { Settings } from '../../../src-contract/window-views.ts'
import type { WindowServices } from '../../app/window-services.ts'
import { defaultSettings, settingsFrom } from '../window-settings.ts'

export function settingsStore(home: string, notice: (sentence: string) => void): WindowServices['settings'] {
  const file = join(home, 'window.json')
  let known = read(file, notice)
  return {
    read: () => known,
    write: (next) => {
      try {
        replace(file, `${JSON.stringify(next, null, 2)}\n`)
      } catch (error) {
        return err(fail('settings-unwritable', { why: codeOf(error) }))
      }
      known = next
      return ok(undefined)
    },
  }
}

/** A file that is not settings is set aside, never overwritten: somebody may want to see what it was. */
function read(file: string, notice: (sentence: string) => void): Settings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return defaultSettings
  }
  let kept: Settings | null = null
  try {
    kept = settingsFrom(JSON.parse(text))
  } catch {
    kept = null
  }
  if (kept) return kept
  try {
    renameSync(file, `${file}.broken`)
  } catch {
    // it stays where it is, and is looked at again the next time
  }
  notice('the window’s settings could not be read; they were set aside and start afresh')
  return defaultSettings
}

function replace(file: string, text: string): void {
  const draft = `${file}.new`
  const handle = openSync(draft, 'w', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, file)
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'it cannot be written'
