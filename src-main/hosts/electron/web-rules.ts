/** What no page may do in this app: get a permission, go elsewhere, open a window, embed another page. */
import { app, type Session } from 'electron'
import { PAGE } from './page-protocol.ts'

/** SECURITY: E5 — Electron grants what is not refused, so everything is. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
}

/** SECURITY: E12, E13, E14 — no navigation but a reload of our page, no redirect, no frame, no webview, no second window. */
export function refuseNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (details: { readonly url: string; preventDefault(): void }): void => {
      if (details.url !== PAGE) details.preventDefault()
    }
    contents.on('will-navigate', stay)
    contents.on('will-frame-navigate', stay)
    contents.on('will-redirect', stay)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Switches that would let another program drive a packaged window; no fuse stops them. */
const DEBUGGING = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-io-pipes',
  'inspect',
  'inspect-brk',
  'inspect-wait',
  'inspect-port',
  'js-flags',
]

export const asksForDebugging = (): boolean =>
  app.isPackaged && DEBUGGING.some((name) => app.commandLine.hasSwitch(name))
