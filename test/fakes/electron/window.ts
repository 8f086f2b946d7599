import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import type { BrowserWindowConstructorOptions } from 'electron'
import { emitEvent, FakeEvent } from './events.ts'
import type { FakeIpc } from './ipc.ts'
import type { FakeSession } from './session.ts'

export type Bridge = {
  readonly operations: Readonly<Record<string, (input: unknown) => Promise<unknown>>>
  readonly listen: (listener: (event: unknown) => void) => () => void
}

let lastId = 0

export class FakeWebContents extends EventEmitter {
  readonly id = (lastId += 1)
  readonly mainFrame: { parent: null; origin: string } = { parent: null, origin: 'null' }
  windowOpen: (() => { action: string }) | null = null
  reloads = 0
  #isDestroyed = false
  readonly #page = new EventEmitter()
  isDestroyed = (): boolean => this.#isDestroyed
  destroy = (): void => void (this.#isDestroyed = true)
  setWindowOpenHandler = (handler: () => { action: string }): void => void (this.windowOpen = handler)
  reload = (): void => void (this.reloads += 1)
  /** Main to page: what crosses is copied. */
  send = (channel: string, ...rest: unknown[]): void => {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed')
    this.#page.emit(channel, {}, ...structuredClone(rest))
  }
  get page(): EventEmitter {
    return this.#page
  }
}

/** A window whose page is the built preload in a world of its own, talking to main as a renderer would. */
export function windowClass(ipc: FakeIpc, isReady: () => boolean, created: (contents: FakeWebContents) => void) {
  return class FakeWindow extends EventEmitter {
    static readonly all: FakeWindow[] = []
    readonly options: BrowserWindowConstructorOptions
    readonly webContents = new FakeWebContents()
    url = ''
    bridge: Bridge | null = null
    /** All that the preload put on the page, by its name there. */
    exposed: Readonly<Record<string, unknown>> = {}
    isShown = false
    isGone = false
    contentProtection: boolean | null = null

    constructor(options: BrowserWindowConstructorOptions) {
      super()
      if (!isReady()) throw new Error('Cannot create BrowserWindow before app is ready')
      this.options = options
      FakeWindow.all.push(this)
      created(this.webContents)
    }
    loadURL = async (url: string): Promise<void> => {
      // what it was told to load, whatever comes of it
      this.url = url
      const { session, preload } = this.options.webPreferences ?? {}
      const { protocol, origin } = { protocol: new URL(url).protocol.slice(0, -1), origin: url.replace(/\/$/, '') }
      const answer = (session as unknown as FakeSession).handlers.get(protocol)
      if (!answer) throw new Error('ERR_UNKNOWN_URL_SCHEME')
      const response = await answer(new Request(url))
      if (!response.ok) throw new Error(`ERR_FAILED ${response.status}`)
      this.webContents.mainFrame.origin = origin
      this.exposed = runPreload(String(preload), this.webContents, ipc)
      this.bridge = this.exposed['rekey'] as Bridge
      this.emit('ready-to-show')
    }
    show = (): void => void (this.isShown = true)
    hide = (): void => void (this.isShown = false)
    focus = (): void => undefined
    isFocused = (): boolean => this.isShown
    isMinimized = (): boolean => false
    isMaximized = (): boolean => false
    isFullScreen = (): boolean => false
    restore = (): void => undefined
    getBounds = () => ({ x: 10, y: 20, width: 900, height: 600 })
    setContentProtection = (isOn: boolean): void => void (this.contentProtection = isOn)
    /** A person closes it. */
    close = (): void => {
      if (!emitEvent(this, 'close')) return
      this.isGone = true
      this.webContents.destroy()
      this.emit('closed', new FakeEvent())
    }
  }
}

export type FakeWindow = InstanceType<ReturnType<typeof windowClass>>

/** The preload as a sandbox runs it: one classic script that may require electron and nothing else. */
export function runPreload(file: string, contents: FakeWebContents, ipc: FakeIpc): Readonly<Record<string, unknown>> {
  const exposed: Record<string, unknown> = {}
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown) => {
        if (name in exposed) throw new Error('Cannot bind an API on top of an existing property')
        exposed[name] = api
      },
    },
    ipcRenderer: {
      invoke: (channel: string, ...rest: unknown[]) =>
        ipc.invoke(channel, { sender: contents, senderFrame: contents.mainFrame }, ...rest),
      on: (channel: string, listener: (...rest: unknown[]) => void) => contents.page.on(channel, listener),
      off: (channel: string, listener: (...rest: unknown[]) => void) => contents.page.off(channel, listener),
    },
  }
  const require = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`)
    return electron
  }
  runInContext(readFileSync(file, 'utf8'), createContext({ require, exports: {}, module: { exports: {} } }))
  return exposed
}
