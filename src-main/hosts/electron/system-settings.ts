/** Settings that the system must be told of: theme, login, screenshots, the shortcut. Told anew whenever one changes. */
import { app, globalShortcut, nativeTheme, type BrowserWindow } from 'electron'
import type { Settings } from '../../../src-contract/window-views.ts'

export const SHORTCUT = 'CommandOrControl+Shift+K'

export function applySettings(settings: Settings, window: BrowserWindow | null, onShortcut: () => void): void {
  nativeTheme.themeSource = settings.theme
  window?.setContentProtection(settings.contentProtection)
  if (process.platform === 'darwin' || process.platform === 'win32')
    app.setLoginItemSettings({ openAtLogin: settings.startAtLogin, args: ['--hidden'] })
  if (settings.globalShortcut && !globalShortcut.isRegistered(SHORTCUT)) globalShortcut.register(SHORTCUT, onShortcut)
  if (!settings.globalShortcut) globalShortcut.unregister(SHORTCUT)
}
