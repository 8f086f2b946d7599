import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import type { App } from 'electron'
import { emitEvent } from './events.ts'

type Told = Record<string, unknown>

/** The application object: knows before and after ready, and refuses what Electron refuses. */
export class FakeApp extends EventEmitter {
  isPackaged = false
  readonly told: Told = {}
  readonly switches = new Set<string>()
  hasLock = true
  exitCode: number | null = null
  #isReady = false
  #whenReady: (() => void)[] = []
  readonly dock = undefined
  readonly commandLine = { hasSwitch: (name: string) => this.switches.has(name) }

  isReady(): boolean {
    return this.#isReady
  }
  /** The system is ready for the app. */
  makeReady(): void {
    this.#isReady = true
    for (const resolve of this.#whenReady.splice(0)) resolve()
    this.emit('ready')
  }
  whenReady = (): Promise<void> =>
    this.#isReady ? Promise.resolve() : new Promise((resolve) => this.#whenReady.push(resolve))
  enableSandbox = (): void => {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
    this.told['sandbox'] = true
  }
  disableHardwareAcceleration = (): void => {
    if (this.#isReady) throw new Error('app.disableHardwareAcceleration() can only be called before app is ready')
  }
  requestSingleInstanceLock = (): boolean => this.hasLock
  setName = (name: string): void => void (this.told['name'] = name)
  setAppUserModelId = (id: string): void => void (this.told['id'] = id)
  setPath = (name: string, path: string): void => void (this.told[name] = path)
  setLoginItemSettings = (settings: object): void => void (this.told['login'] = settings)
  /** What the binary is told to run where it is not packaged. */
  getAppPath = (): string => join(import.meta.dirname, 'binary.ts')
  getVersion = (): string => '0.0.0'
  getPath = (name: string): string => `/nowhere/${name}`
  exit = (code = 0): void => {
    this.exitCode = code
  }
  quit = (): void => {
    if (this.exitCode !== null || !emitEvent(this, 'before-quit')) return
    emitEvent(this, 'will-quit')
    emitEvent(this, 'quit', {}, 0)
    this.exitCode = 0
  }
}

/** Held to electron.d.ts: a method that drifts from it does not compile. */
void (null as unknown as FakeApp satisfies Pick<
  App,
  | 'isReady'
  | 'whenReady'
  | 'enableSandbox'
  | 'disableHardwareAcceleration'
  | 'requestSingleInstanceLock'
  | 'setName'
  | 'setAppUserModelId'
  | 'setPath'
  | 'getAppPath'
  | 'getVersion'
  | 'exit'
  | 'quit'
>)
