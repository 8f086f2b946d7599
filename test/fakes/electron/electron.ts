/**
 * Electron as far as the desktop host uses it: stateful, and strict where the real one is. Built code gets it under the
 * name `electron` (see `under`), so that what is tested is what is packed.
 */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { registerHooks } from 'node:module'
import { constants, Script } from 'node:vm'
import type {
  MenuItemConstructorOptions,
  MessageBoxOptions,
  NotificationConstructorOptions,
  SaveDialogOptions,
} from 'electron'
import { isAbsolute } from 'node:path'
import { FakeApp } from './app.ts'
import { early } from './events.ts'
import { FakeIpc } from './ipc.ts'
import { fakeSessions } from './session.ts'
import { windowClass, type FakeWebContents, type FakeWindow } from './window.ts'

class FakeClipboardItem {
  readonly items: Record<string, string | Blob>
  constructor(items: Record<string, string | Blob>) {
    if (Object.keys(items).length === 0) throw new TypeError('at least one format is needed')
    this.items = items
  }
}

/** Electron's own complaint for an item that is nothing, and ours for one that a person could neither read nor press. */
function wellFormed(template: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] {
  for (const { label, role, type, submenu, click, enabled } of template) {
    if (label === undefined && role === undefined && type === undefined)
      throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type')
    if (label?.trim() === '') throw new TypeError('a menu item without words')
    if (label !== undefined && !submenu && !role && !click && enabled !== false)
      throw new TypeError(`nothing happens at "${label}"`)
    if (Array.isArray(submenu)) wellFormed(submenu)
  }
  return template
}

class FakeNotification extends EventEmitter {
  static readonly shown: FakeNotification[] = []
  static isThere = true
  static isSupported = (): boolean => FakeNotification.isThere
  readonly options: NotificationConstructorOptions
  constructor(options: NotificationConstructorOptions) {
    super()
    this.options = options
  }
  show(): void {
    FakeNotification.shown.push(this)
  }
}

export function fakeElectron() {
  const app = new FakeApp()
  const isReady = (): boolean => app.isReady()
  const ipc = new FakeIpc()
  const session = fakeSessions(isReady)
  const schemes: object[] = []
  const held = {
    items: null as Record<string, string | Blob> | null,
    canRead: true,
    get text(): string {
      const text = held.items?.['text/plain']
      return typeof text === 'string' ? text : ''
    },
  }
  const asked: MessageBoxOptions[] = []
  const answers: number[] = []
  const saves: SaveDialogOptions[] = []
  /** Where a person puts the next file; null closes the question. */
  const places: (string | null)[] = []
  const menus: MenuItemConstructorOptions[][] = []
  const opened: string[] = []
  const trays: FakeTray[] = []
  const shortcuts = new Map<string, () => void>()
  const errors: string[] = []
  const BrowserWindow = windowClass(ipc, isReady, (contents: FakeWebContents) =>
    app.emit('web-contents-created', {}, contents),
  )

  class FakeTray extends EventEmitter {
    menu: readonly MenuItemConstructorOptions[] = []
    tip = ''
    isGone = false
    readonly image: string
    constructor(image: { readonly path: string }) {
      super()
      if (!isReady()) early('Tray')
      this.image = image.path
      trays.push(this)
    }
    setToolTip = (tip: string): void => void (this.tip = tip)
    setContextMenu = (menu: { template: readonly MenuItemConstructorOptions[] }): void =>
      void (this.menu = menu.template)
    destroy = (): void => void (this.isGone = true)
  }
  const readied = <T extends object>(name: string, value: T): T =>
    new Proxy(value, { get: (target, key) => (isReady() ? Reflect.get(target, key) : early(name)) })

  const powerMonitor = Object.assign(new EventEmitter(), {
    idle: 0,
    getSystemIdleTime: () => 0,
    getSystemIdleState: () => 'active',
  })
  const blockers = new Set<number>()
  const electron = {
    app,
    ipcMain: ipc.main,
    BrowserWindow,
    Tray: FakeTray,
    Notification: FakeNotification,
    ClipboardItem: FakeClipboardItem,
    session,
    protocol: {
      registerSchemesAsPrivileged: (list: object[]) => {
        if (isReady() || schemes.length > 0) throw new Error('schemes are registered once, before ready')
        schemes.push(...list)
      },
    },
    clipboard: readied('clipboard', {
      write: async (items: unknown[]) => {
        const [item] = items
        if (!(item instanceof FakeClipboardItem)) throw new TypeError('not a ClipboardItem of electron')
        held.items = item.items
      },
      readText: async () => {
        if (!held.canRead) throw new Error('refused')
        return held.text
      },
      clear: () => void (held.items = null),
    }),
    dialog: {
      showMessageBox: async (...given: unknown[]) => {
        asked.push(given.at(-1) as MessageBoxOptions)
        return { response: answers.shift() ?? 0, checkboxChecked: false }
      },
      showSaveDialog: async (...given: unknown[]) => {
        const options = given.at(-1) as SaveDialogOptions
        if (options.defaultPath !== undefined && !isAbsolute(options.defaultPath))
          throw new TypeError('a name alone ends up wherever the app was started')
        saves.push(options)
        const place = places.shift() ?? null
        return { canceled: place === null, filePath: place ?? '' }
      },
      showErrorBox: (title: string, text: string) => void errors.push(`${title}: ${text}`),
    },
    globalShortcut: readied('globalShortcut', {
      register: (key: string, act: () => void) => {
        shortcuts.set(key, act)
        return true
      },
      isRegistered: (key: string) => shortcuts.has(key),
      unregister: (key: string) => void shortcuts.delete(key),
    }),
    Menu: {
      buildFromTemplate: (template: readonly MenuItemConstructorOptions[]) => ({ template: wellFormed(template) }),
      setApplicationMenu: (menu: { template: MenuItemConstructorOptions[] }) =>
        isReady() ? void menus.push(menu.template) : early('Menu'),
    },
    nativeImage: { createFromPath: (path: string) => ({ path, isEmpty: () => false }) },
    nativeTheme: { themeSource: 'system', shouldUseDarkColors: false },
    powerMonitor: readied('powerMonitor', powerMonitor),
    powerSaveBlocker: {
      start: () => {
        blockers.add(blockers.size + 1)
        return blockers.size
      },
      stop: (id: number) => void blockers.delete(id),
    },
    screen: readied('screen', { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }),
    shell: { openExternal: async (url: string) => void opened.push(url) },
    utilityProcess: {
      fork: (file: string) => {
        if (!isReady()) early('utilityProcess')
        const child = fork(file, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
        return Object.assign(new EventEmitter(), {
          postMessage: (message: object) => void child.send(message),
          kill: () => child.kill('SIGKILL'),
          on: (name: string, listener: (...rest: unknown[]) => void) => child.on(name, listener),
          once: (name: string, listener: (...rest: unknown[]) => void) => child.once(name, listener),
        })
      },
    },
  }
  return {
    electron,
    app,
    ipc,
    schemes,
    sessions: session.known,
    windows: BrowserWindow.all as unknown as readonly FakeWindow[],
    notifications: FakeNotification.shown,
    clipboard: held,
    dialogs: { asked, answers, saves, places, errors },
    menus,
    opened,
    trays,
    shortcuts,
    powerMonitor,
    blockers,
  }
}

const slot = Symbol.for('rekey.tests.electron')

/** Imports a built file with this as its `electron`. One for a process: modules are loaded once. */
export async function under(fake: ReturnType<typeof fakeElectron>, file: string): Promise<void> {
  ;(globalThis as Record<symbol, unknown>)[slot] = fake.electron
  const names = Object.keys(fake.electron).join(', ')
  const source = `const it = globalThis[Symbol.for('rekey.tests.electron')]; export const { ${names} } = it; export default it`
  const url = 'fake:electron'
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' ? { url, format: 'module', shortCircuit: true } : next(specifier, context),
    load: (from, context, next) =>
      from === url ? { format: 'module', source, shortCircuit: true } : next(from, context),
  })
  // natively: the tests' own loader would rewrite what was built
  const script = new Script('(file) => import(file)', {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const native = script.runInThisContext() as (file: string) => Promise<unknown>
  await native(file)
}
