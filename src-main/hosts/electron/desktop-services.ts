/** What the desktop gives the app beside its ports (app/window-services.ts). */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { app, dialog, shell } from 'electron'
import type { StoreKind } from '../../../src-contract/views.ts'
import type { WindowServices } from '../../app/window-services.ts'
import { sandboxService } from '../sandbox-service.ts'

/** SECURITY: E15 — only https, and only what the app took from a vendor's own file (app/host.ts). */
async function openLink(url: string): Promise<boolean> {
  if (new URL(url).protocol !== 'https:') return false
  await shell.openExternal(url)
  return true
}

/** The system's own dialog asks before a file is replaced. */
async function askExportPath(name: string): Promise<{ readonly path: string; readonly mayOverwrite: boolean } | null> {
  const { canceled, filePath } = await dialog.showSaveDialog({
    title: 'Export keys',
    defaultPath: join(homedir(), name),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  })
  return canceled || filePath === '' ? null : { path: filePath, mayOverwrite: true }
}

const platforms: Partial<Record<NodeJS.Platform, WindowServices['about']['platform']>> = {
  linux: 'linux',
  darwin: 'mac',
  win32: 'windows',
}

export function desktopServices(parts: {
  readonly settings: WindowServices['settings']
  readonly clipboard: WindowServices['clipboard']
  readonly offerPassphrase: WindowServices['offerPassphrase']
  readonly fixedStore: StoreKind | null
}): WindowServices {
  const isMacOrWindows = process.platform === 'darwin' || process.platform === 'win32'
  return {
    ...parts,
    about: {
      host: 'desktop',
      platform: platforms[process.platform] ?? 'other',
      versions: {
        Rekey: app.getVersion(),
        Electron: process.versions['electron'] ?? '',
        Chromium: process.versions['chrome'] ?? '',
        Node: process.versions.node,
      },
      can: {
        copy: true,
        openLinks: true,
        anotherWindow: false,
        tray: true,
        notifications: true,
        startAtLogin: isMacOrWindows,
        contentProtection: isMacOrWindows,
        globalShortcut: true,
      },
    },
    unlockBy: 'click',
    openLink,
    askExportPath,
    anotherWindow: null,
    sandbox: sandboxService(),
  }
}
