import { Menu, type MenuItemConstructorOptions } from 'electron'

/** The application menu: what the platform expects, and nothing that opens tools in a packaged app. */
export function appMenu(acts: {
  readonly lock: () => void
  readonly choose: (item: 'import' | 'export') => void
  readonly isPackaged: boolean
  readonly isMac: boolean
}): Menu {
  const lock: MenuItemConstructorOptions = { label: 'Lock Rekey', accelerator: 'CmdOrCtrl+L', click: acts.lock }
  const files: MenuItemConstructorOptions[] = [
    { label: 'Import…', click: () => acts.choose('import') },
    { label: 'Export…', click: () => acts.choose('export') },
  ]
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(acts.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
  ]
  return Menu.buildFromTemplate([
    ...(acts.isMac
      ? [
          { role: 'appMenu' } satisfies MenuItemConstructorOptions,
          { label: 'File', submenu: files } satisfies MenuItemConstructorOptions,
        ]
      : [
          {
            label: 'File',
            submenu: [...files, { type: 'separator' }, lock, { type: 'separator' }, { role: 'quit' }],
          } satisfies MenuItemConstructorOptions,
        ]),
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { label: 'Window', submenu: [...(acts.isMac ? [lock] : []), { role: 'minimize' }, { role: 'close' }] },
  ])
}
