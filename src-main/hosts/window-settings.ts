/** The window's settings: what they are before anybody changed them, and how a kept file is read. */
import { settings, type Settings } from '../../src-contract/window-views.ts'

export const defaultSettings: Settings = {
  theme: 'system',
  clipboardSeconds: 30,
  revealSeconds: 30,
  confirmation: 'press',
  lockAfterMinutes: 15,
  singleLetterKeys: true,
  notifications: true,
  tray: true,
  startAtLogin: false,
  contentProtection: true,
  globalShortcut: true,
  keychain: null,
}

/** Settings from what a file held; null if it is not settings. A setting that a newer or older Rekey had not is the default. */
export function settingsFrom(kept: unknown): Settings | null {
  const parsed = settings.partial().safeParse(kept)
  if (!parsed.success) return null
  const known = Object.entries(parsed.data).filter(([, value]) => value !== undefined)
  return { ...defaultSettings, ...(Object.fromEntries(known) as Partial<Settings>) }
}
