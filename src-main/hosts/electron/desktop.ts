/** Rekey on the desktop: the app, its window, the tray, and what holds them together. Starts after Electron is ready. */
import { join } from 'node:path'
import { app as electron, dialog, Menu, session, type BrowserWindow } from 'electron'
import { explain, type Failure } from '../../../src-contract/failures.ts'
import { openHome } from '../../adapters/home/open-home.ts'
import { createApp, type App } from '../create-app.ts'
import { readPageFiles } from '../page-files.ts'
import { passphraseSlot } from '../passphrase-slot.ts'
import { keyClipboard } from './clipboard.ts'
import { desktopCouriers } from './courier-mode.ts'
import { notifyEndings } from './endings.ts'
import { serveIpc } from './ipc.ts'
import { startKeychain } from './keychain-process.ts'
import { leaveGently } from './leaving.ts'
import { lockWithTheDesktop } from './locking.ts'
import { appMenu } from './menu.ts'
import { answerPage, SCHEME } from './page-protocol.ts'
import { quickRotate } from './quick-rotate.ts'
import { desktopServices } from './desktop-services.ts'
import { openDesktopStore } from './settings.ts'
import { applySettings } from './system-settings.ts'
import { openTray, trayImage, type TrayIcon } from './tray.ts'
import { refusePermissions } from './web-rules.ts'
import { openWindow, windowOptions } from './window.ts'

/** Where the build put things, beside this file. */
const built = (name: string): string => join(import.meta.dirname, name)
const PARTITION = 'rekey'

function refuse(failure: Failure): void {
  const { message, hint } = explain(failure)
  dialog.showErrorBox('Rekey cannot start', `${message}\n\n${hint}`)
  electron.exit(failure.code === 'internal' ? 1 : 5)
}

export async function startDesktop(): Promise<void> {
  const folder = process.env['REKEY_HOME'] || undefined
  const home = openHome(...(folder === undefined ? [] : [folder]))
  if (!home.ok) return refuse(home.failure)
  const notices: string[] = []
  let app: App | null = null
  const notice = (sentence: string): void => {
    if (app) app.announce({ type: 'notice.given', sentence })
    else notices.push(sentence)
  }
  const store = openDesktopStore(home.value.folder, notice)
  const clipboard = keyClipboard((how) => app?.announce({ type: 'clipboard.ended', how }))
  const slot = passphraseSlot()
  const asked = process.env['REKEY_KEYCHAIN']
  const created = await createApp({
    homePath: home.value.folder,
    storeKind: 'os',
    passphrase: slot.ask,
    isInteractive: true,
    courierEntry: '',
    keychainEntry: '',
    vaultEntry: join(import.meta.dirname, '../vault-worker.js'),
    processes: { couriers: desktopCouriers(), startKeychain: startKeychain(built('../keychain-child.js')) },
    replyWaitSeconds: null,
    environment: process.env,
    window: desktopServices({
      settings: store.settings,
      clipboard,
      offerPassphrase: slot.offer,
      fixedStore: asked === 'os' || asked === 'sealed' ? asked : null,
    }),
  })
  if (!created.ok) return refuse(created.failure)
  app = created.value
  run(app, store, clipboard.clear)
  for (const sentence of notices) notice(sentence)
}

function run(app: App, store: ReturnType<typeof openDesktopStore>, clearClipboard: () => Promise<void>): void {
  const pages = session.fromPartition(PARTITION, { cache: false })
  const files = readPageFiles(built('../renderer'))
  pages.protocol.handle(SCHEME, (request) => answerPage(files, request))
  refusePermissions(pages)

  let window: BrowserWindow | null = null
  let isQuitting = false
  const show = (): void => {
    if (window === null) window = open()
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }
  /** The shortcut: the window, and in it every key by its name. */
  const askToRotate = (): void => {
    const isNew = window === null
    show()
    const ask = (): void => app.announce({ type: 'rotate.asked' })
    if (isNew) window?.once('ready-to-show', ask)
    else ask()
  }
  const open = (): BrowserWindow => {
    const opened = openWindow(windowOptions(pages, built('preload.cjs'), electron.isPackaged), store.place.read())
    opened.on('close', (event) => {
      if (!opened.isMaximized() && !opened.isFullScreen()) store.place.write(opened.getBounds())
      // with a tray the window only hides; without one, closing it is leaving
      if (tray !== null && !isQuitting) {
        event.preventDefault()
        opened.hide()
      }
    })
    opened.on('closed', () => {
      window = null
    })
    applySettings(store.settings.read(), opened, askToRotate)
    return opened
  }
  const page = () => window?.webContents ?? null
  serveIpc(app, page, () => undefined)

  const isQuiet = (): boolean => !store.settings.read().notifications || (window?.isFocused() ?? false)
  const quick = quickRotate(app, () => window, show, isQuiet)
  notifyEndings(app, show, isQuiet)
  let tray: TrayIcon | null = null
  const acts = {
    show,
    rotate: (name: string) => void quick.ask(name),
    lock: () => app.session.lock(),
    quit: () => electron.quit(),
  }
  const redraw = async (): Promise<void> => {
    const wanted = store.settings.read().tray
    if (wanted && tray === null) tray = openTray(built(`../../assets/tray/${trayImage(process.platform)}`), acts)
    if (!wanted) {
      tray?.destroy()
      tray = null
    }
    const isLocked = app.session.isLocked()
    const open = isLocked ? null : await app.call('rotation.open', {})
    tray?.update({ isLocked, due: await quick.due(), attention: open?.ok ? open.value.length : 0 })
  }
  app.listen((event) => {
    if (event.type === 'settings.changed') applySettings(store.settings.read(), window, askToRotate)
    if (event.type !== 'rotation.progressed' && event.type !== 'notice.given') void redraw()
  })
  lockWithTheDesktop(
    app,
    () => window,
    store.settings.read,
    () => void clearClipboard(),
  )
  leaveGently(app, clearClipboard)
  electron.on('before-quit', () => {
    isQuitting = true
  })
  electron.on('second-instance', show)
  electron.on('activate', show)
  electron.on('window-all-closed', () => {
    if (tray === null && process.platform !== 'darwin') electron.quit()
  })
  Menu.setApplicationMenu(
    appMenu({
      lock: acts.lock,
      choose: (item) => {
        show()
        app.announce({ type: 'menu.chosen', item })
      },
      isPackaged: electron.isPackaged,
      isMac: process.platform === 'darwin',
    }),
  )
  void redraw()
  if (!process.argv.includes('--hidden')) show()
}
