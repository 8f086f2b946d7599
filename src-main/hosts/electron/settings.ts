/** Settings and the window's place, by electron-store: never a secret. A broken file is set aside, and said. */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Store from 'electron-store'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { WindowServices } from '../../app/window-services.ts'
import { settingsFrom, defaultSettings } from '../window-settings.ts'
import { stateFrom, type WindowState } from './window-state.ts'

type Kept = { settings?: unknown; window?: unknown }

const NAME = 'window'

export type DesktopStore = {
  readonly settings: WindowServices['settings']
  readonly place: { read(): WindowState; write(state: WindowState): void }
}

export function openDesktopStore(folder: string, notice: (sentence: string) => void): DesktopStore {
  const open = (): Store<Kept> =>
    new Store<Kept>({ cwd: folder, name: NAME, configFileMode: 0o600, accessPropertiesByDotNotation: false })
  let store: Store<Kept>
  try {
    store = open()
  } catch {
    const file = join(folder, `${NAME}.json`)
    if (existsSync(file)) renameSync(file, `${file}.broken`)
    notice('the window’s settings could not be read; they were set aside and start afresh')
    store = open()
  }
  let known = settingsFrom(store.get('settings') ?? {}) ?? defaultSettings
  return {
    settings: {
      read: () => known,
      write: (next) => {
        try {
          store.set('settings', next)
        } catch (error) {
          return err(
            fail('settings-unwritable', { why: (error as NodeJS.ErrnoException).code ?? 'it cannot be written' }),
          )
        }
        known = next
        return ok(undefined)
      },
    },
    place: {
      read: () => stateFrom(store.get('window')),
      write: (state) => {
        try {
          store.set('window', state)
        } catch {
          // a place forgotten is no loss
        }
      },
    },
  }
}
