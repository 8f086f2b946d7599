/** When the desktop goes to sleep, is locked, or nobody has touched it for a while, the app locks and its window starts anew. */
import { app as electron, powerMonitor, type BrowserWindow } from 'electron'
import type { Settings } from '../../../src-contract/window-views.ts'
import type { App } from '../create-app.ts'

const LOOK_EVERY_MS = 15_000

export function lockWithTheDesktop(
  app: App,
  window: () => BrowserWindow | null,
  settings: () => Settings,
  onLock: () => void,
): () => void {
  const lock = (): void => app.session.lock()
  const stopListening = app.listen((event) => {
    if (event.type !== 'session.changed' || !event.isLocked) return
    onLock()
    // what the page had read goes with its process
    const page = window()?.webContents
    if (page && !page.isDestroyed()) page.reload()
  })
  powerMonitor.on('suspend', lock)
  powerMonitor.on('shutdown', lock)
  // macOS and Windows say it; elsewhere the idle state is asked
  powerMonitor.on('lock-screen', lock)
  if (process.platform === 'darwin') powerMonitor.on('user-did-resign-active', lock)
  const timer = setInterval(() => {
    const minutes = settings().lockAfterMinutes
    const isIdle = minutes !== null && powerMonitor.getSystemIdleTime() >= minutes * 60
    if (isIdle || powerMonitor.getSystemIdleState(60) === 'locked') lock()
  }, LOOK_EVERY_MS)
  timer.unref()
  electron.on('will-quit', () => clearInterval(timer))
  return () => {
    stopListening()
    clearInterval(timer)
  }
}
