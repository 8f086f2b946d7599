/** Rekey in a browser tab: the app, the pages and the loopback server that joins them. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import { openHome } from '../../adapters/home/open-home.ts'
import { openLog } from '../../adapters/log/log.ts'
import type { WindowServices } from '../../app/window-services.ts'
import { createApp } from '../create-app.ts'
import { exportPath } from '../export-path.ts'
import { idleLock } from '../idle-lock.ts'
import { passphraseSlot } from '../passphrase-slot.ts'
import { sandboxService } from '../sandbox-service.ts'
import type { OpenWindow } from '../open-window.ts'
import { openBrowser } from './open-browser.ts'
import { arePagesBuilt, readPageFiles } from '../page-files.ts'
import { routes } from './routes.ts'
import { openSessions } from './sessions.ts'
import { settingsStore } from './settings-store.ts'

const RELAUNCH_EVERY_MS = 5_000
const UPLOAD_MS = 120_000

const platforms: Partial<Record<NodeJS.Platform, WindowServices['about']['platform']>> = {
  linux: 'linux',
  darwin: 'mac',
  win32: 'windows',
}

export const serve: OpenWindow = async (options) => {
  if (!arePagesBuilt(options.pages)) return err(fail('no-window'))
  const home = openHome(...(options.homePath === undefined ? [] : [options.homePath]))
  if (!home.ok) return home
  const sessions = openSessions()
  let port = 0
  const address = (): string => `http://127.0.0.1:${port}/`
  const launch = (): string => `${address()}#token=${sessions.mint()}`

  const slot = passphraseSlot()
  const window: WindowServices = {
    about: {
      host: 'browser',
      platform: platforms[process.platform] ?? 'other',
      versions: { rekey: options.version, node: process.versions.node },
      can: {
        copy: false,
        openLinks: false,
        anotherWindow: true,
        tray: false,
        notifications: false,
        startAtLogin: false,
        contentProtection: false,
        globalShortcut: false,
      },
    },
    settings: settingsStore(home.value.folder, options.note),
    fixedStore: options.fixedStore,
    unlockBy: 'token',
    offerPassphrase: slot.offer,
    clipboard: null,
    openLink: null,
    askExportPath: async (name) => ({ path: exportPath(name), mayOverwrite: false }),
    anotherWindow: async () => launch(),
    sandbox: sandboxService(),
  }
  const created = await createApp({
    ...options,
    storeKind: 'os',
    passphrase: slot.ask,
    isInteractive: true,
    window,
  })
  if (!created.ok) return created
  const app = created.value
  const idle = idleLock({ afterMinutes: () => window.settings.read().lockAfterMinutes, lock: app.session.lock })

  let lastLaunch = Number.NEGATIVE_INFINITY
  const relaunch = async (): Promise<'opened' | 'printed' | 'too-soon'> => {
    if (performance.now() - lastLaunch < RELAUNCH_EVERY_MS) return 'too-soon'
    lastLaunch = performance.now()
    const url = launch()
    if (options.opensBrowser && (await openBrowser(home.value.folder, url, options.environment))) return 'opened'
    options.note(`a locked page asks for a fresh address, good once within a minute: ${url}`)
    return 'printed'
  }

  const log = openLog({ level: options.environment['REKEY_LOG'] === 'debug' ? 'info' : 'off' })
  const close = async (): Promise<void> => {
    idle.stop()
    server.closeAllConnections?.()
    await new Promise((resolve) => server.close(resolve))
    await app.close()
  }
  const hono = routes({
    app,
    sessions,
    files: readPageFiles(options.pages),
    authority: () => `127.0.0.1:${port}`,
    refused: (why, path) => log.warn('refused a request', { why, path }),
    touched: idle.touch,
    relaunch,
  })
  const server = createAdaptorServer({
    fetch: hono.fetch,
    // as long as the largest file may take on a busy machine; other bodies have less (routes.ts)
    serverOptions: {
      requestTimeout: UPLOAD_MS,
      headersTimeout: 5_000,
      // Node looks every half minute unless told, and until then whoever says half a header keeps a connection
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 8192,
    },
  }) as Server
  // SECURITY: 42. More than any number of windows needs, and less than a process may have open
  server.maxConnections = 256
  const listening = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve)
    server.listen(options.port, '127.0.0.1', () => resolve(null))
  })
  if (listening) {
    idle.stop()
    await app.close()
    const what =
      listening.code === 'EADDRINUSE' ? `port ${options.port} is in use` : `port ${options.port}: ${listening.code}`
    return err(fail('bad-input', { what, fix: 'choose another --port, or leave it out' }))
  }
  port = (server.address() as AddressInfo).port
  const isOpened = options.opensBrowser && (await openBrowser(home.value.folder, launch(), options.environment))
  return ok({ app, address: address(), launch, isOpened, close })
}
