import { join } from 'node:path'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { StoreKind } from '../../src-contract/views.ts'
import type { Settings } from '../../src-contract/window-views.ts'
import type { SandboxVendor, WindowServices } from '../../src-main/app/window-services.ts'
import { defaultSettings } from '../../src-main/hosts/window-settings.ts'
import type { Secret } from '../../src-main/core/secret.ts'

const plainSettings: Settings = { ...defaultSettings, globalShortcut: false, keychain: 'sealed' }

const everything = {
  copy: true,
  openLinks: true,
  anotherWindow: true,
  tray: false,
  notifications: false,
  startAtLogin: false,
  contentProtection: false,
  globalShortcut: false,
}

/** A host with a window, in memory: what it was given to keep, copy and open can be looked at. */
export function fakeWindow(
  options: {
    readonly unlockBy?: 'click' | 'token'
    readonly fixedStore?: StoreKind
    readonly vendors?: Readonly<Record<string, SandboxVendor>>
    /** Where exports go. */
    readonly exports?: string
  } = {},
) {
  let settings = plainSettings
  let passphrase: Secret | null = null
  const copied: { readonly text: string; readonly seconds: number }[] = []
  const links: string[] = []
  const services: WindowServices = {
    about: { host: 'desktop', platform: 'linux', versions: { rekey: '0.0.0' }, can: everything },
    settings: {
      read: () => settings,
      write: (next) => {
        settings = next
        return ok(undefined)
      },
    },
    fixedStore: options.fixedStore ?? null,
    unlockBy: options.unlockBy ?? 'click',
    offerPassphrase: (offered) => {
      passphrase = offered
    },
    clipboard: {
      copy: async (secret, seconds) => {
        copied.push({ text: secret.use((value) => value), seconds })
        return ok({ isOutOfHistory: true })
      },
      clear: async () => undefined,
    },
    openLink: async (url) => {
      links.push(url)
      return true
    },
    askExportPath: async (name) => ({ path: join(options.exports ?? '/nowhere', name), mayOverwrite: false }),
    anotherWindow: async () => 'http://127.0.0.1:1/#token=t',
    sandbox: {
      start: async () => ok(options.vendors ?? {}),
      stop: async () => undefined,
    },
  }
  return {
    services,
    copied,
    links,
    settings: () => settings,
    /** What the keychain asks for, as a host answers it. */
    askPassphrase: async (): Promise<Result<Secret>> => (passphrase ? ok(passphrase) : err(fail('needs-passphrase'))),
  }
}
