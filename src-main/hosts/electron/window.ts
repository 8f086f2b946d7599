/** The one window. Everything that makes it safe is said, whether or not it is the default. */
import { BrowserWindow, nativeTheme, screen, type BrowserWindowConstructorOptions, type Session } from 'electron'
import { PAGE } from './page-protocol.ts'
import type { WindowState } from './window-state.ts'

export function windowOptions(session: Session, preload: string, isPackaged: boolean): BrowserWindowConstructorOptions {
  return {
    title: 'Rekey',
    minWidth: 380,
    minHeight: 420,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#141817' : '#ffffff',
    webPreferences: {
      session,
      preload,
      // SECURITY: E2, E3, E4, E6, E8, E9, E10, E11 — no Node, isolated, sandboxed, same-origin policy on, nothing insecure,
      // experimental or embedded
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      plugins: false,
      // dictionaries are downloads, and a spell checker reads what is typed
      spellcheck: false,
      devTools: !isPackaged,
    },
  }
}

/** Where it was the last time, if a screen is still there. */
function placeOf(state: WindowState): Partial<BrowserWindowConstructorOptions> {
  const { x, y, width, height } = state
  if (x === undefined || y === undefined) return { width, height }
  const isSeen = screen
    .getAllDisplays()
    .some(
      ({ workArea: area }) =>
        x < area.x + area.width - 80 && x + width > area.x + 80 && y >= area.y && y < area.y + area.height - 80,
    )
  return isSeen ? { x, y, width, height } : { width, height }
}

export function openWindow(options: BrowserWindowConstructorOptions, state: WindowState): BrowserWindow {
  const window = new BrowserWindow({ ...options, ...placeOf(state) })
  window.once('ready-to-show', () => window.show())
  // SECURITY: E1 — nothing but our own files is ever loaded
  void window.loadURL(PAGE)
  return window
}
