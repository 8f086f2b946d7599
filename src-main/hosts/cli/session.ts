import type { AppEvent } from '../../../src-contract/events.ts'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { OperationName } from '../../../src-contract/operations.ts'
import type { Context } from './context.ts'
import type { OpenWindow } from '../open-window.ts'
import type { App, AppOptions, OpenApp } from './open-app.ts'
import { escapeText } from '../../../src-contract/escape.ts'
import type { Output, OutStream } from './output.ts'
import { passphraseFrom } from './passphrase-source.ts'
import { readSettings } from './settings.ts'
import type { Stopping } from './stopping.ts'
import { version } from './version.ts'
import { terminalOn, type InStream, type Terminal } from './terminal.ts'

/** Where the other processes of Rekey start. */
export type Entries = {
  readonly courier: string
  readonly keychain: string
  /** Folder of the built window. */
  readonly pages?: string
}

export type Session = {
  readonly context: Context
  isOpen(): boolean
  close(): Promise<void>
}

export type SessionOptions = {
  readonly stdin: InStream
  readonly stderr: OutStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly openApp: OpenApp
  readonly entries?: Entries
  readonly openWindow?: OpenWindow
  readonly stopping: Stopping
  readonly out: Output
  readonly refuse: (failure: Failure) => number
  readonly now?: () => Date
  readonly onHandOver?: () => void
}

/** A person can be asked where standard input is a terminal and questions do not end up in a file. */
const terminalOf = ({ stdin, stderr, out, stopping }: SessionOptions): Terminal | null =>
  stdin.isTTY === true && stderr.isTTY === true
    ? terminalOn({
        input: stdin,
        write: (text) => out.raw(text),
        onQuestion: (isOpen) => out.asks(isOpen),
        signal: stopping.signal,
        onInterrupt: () => void stopping.receive('SIGINT'),
      })
    : null

/** The app, opened at the first call and closed once; events reach the listeners there are by then. */
export function openSession(options: SessionOptions): Session {
  const { env, out, stopping, refuse, now = () => new Date() } = options
  const listeners = new Set<(event: AppEvent) => void>()
  const terminal = terminalOf(options)
  const passphrase = passphraseFrom({ env, out, terminal, stopping, isWatched: options.stderr.isTTY === true })
  let opening: Promise<Result<App>> | null = null
  let app: App | null = null

  const appOptions = (): Result<AppOptions> => {
    const settings = readSettings(env)
    if (!settings.ok) return settings
    return ok({
      ...settings.value,
      passphrase: passphrase.ask,
      isInteractive: terminal !== null,
      courierEntry: options.entries?.courier ?? '',
      keychainEntry: options.entries?.keychain ?? '',
      environment: env,
    })
  }
  const open = async (first: OperationName): Promise<Result<App>> => {
    const wanted = appOptions()
    if (!wanted.ok) return wanted
    const opened = await options.openApp(wanted.value, first)
    if (opened.ok) {
      app = opened.value
      stopping.attach(app)
      app.listen((event) => {
        if (event.type === 'notice.given') out.note(escapeText(event.sentence))
        if (event.type === 'rotation.ended') stopping.ended(event.result)
        for (const listener of listeners) listener(event)
      })
    }
    return opened
  }
  const close = async (): Promise<void> => {
    const closing = app
    app = null
    opening = null
    stopping.attach(null)
    await closing?.close()
  }

  const context: Context = {
    out,
    env,
    stdin: options.stdin,
    terminal,
    stopping,
    now,
    refuse,
    openWindow: async ({ port, opensBrowser }) => {
      const settings = readSettings(env)
      if (!settings.ok) return settings
      if (!options.openWindow) return err(fail('not-here', { what: 'a window', fix: 'start the installed rekey' }))
      const opened = await options.openWindow({
        homePath: settings.value.homePath,
        replyWaitSeconds: settings.value.replyWaitSeconds,
        courierEntry: options.entries?.courier ?? '',
        keychainEntry: options.entries?.keychain ?? '',
        pages: options.entries?.pages ?? '',
        fixedStore: env['REKEY_KEYCHAIN'] ? settings.value.storeKind : null,
        environment: env,
        version: version(),
        port,
        opensBrowser,
        note: (sentence) => out.note(escapeText(sentence)),
      })
      if (opened.ok) stopping.attach(opened.value.app)
      return opened
    },
    handOver: async () => {
      await close()
      stopping.handOver()
      options.onHandOver?.()
    },
    call: async (name, input) => {
      opening ??= open(name)
      const opened = await opening
      return opened.ok ? opened.value.call(name, input) : opened
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    context,
    isOpen: () => app !== null,
    close: async () => {
      await close()
      passphrase.close()
    },
  }
}
