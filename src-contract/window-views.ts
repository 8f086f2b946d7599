import { z } from 'zod'
import { failureCodes } from './failures.ts'
import { storeKind } from './views.ts'

/** What a window sees of its host, its session and its settings. None of these is offered on the command line. */

export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** A copied key is cleared after this many seconds, if the clipboard still holds it. */
  clipboardSeconds: z.number().int().min(5).max(300),
  /** A shown key is masked again after this many seconds. */
  revealSeconds: z.number().int().min(5).max(120),
  /** How a rotation is confirmed: a press, or typing the credential's name. */
  confirmation: z.enum(['press', 'type-name']),
  /** Null: never while the window is open. */
  lockAfterMinutes: z.number().int().min(1).max(240).nullable(),
  singleLetterKeys: z.boolean(),
  notifications: z.boolean(),
  tray: z.boolean(),
  startAtLogin: z.boolean(),
  contentProtection: z.boolean(),
  globalShortcut: z.boolean(),
  /** Where new credentials live; null until a person has chosen or the first key is added. */
  keychain: storeKind.nullable(),
})
export type Settings = z.infer<typeof settings>

export const hostAbout = z.strictObject({
  host: z.enum(['desktop', 'browser', 'none']),
  platform: z.enum(['linux', 'mac', 'windows', 'other']),
  versions: z.record(z.string(), z.string()),
  /** The data folder. */
  home: z.string(),
  /** What this host does itself; a browser tab leaves the rest to the page or goes without. */
  can: z.strictObject({
    copy: z.boolean(),
    openLinks: z.boolean(),
    anotherWindow: z.boolean(),
    tray: z.boolean(),
    notifications: z.boolean(),
    startAtLogin: z.boolean(),
    contentProtection: z.boolean(),
    globalShortcut: z.boolean(),
  }),
})
export type HostAbout = z.infer<typeof hostAbout>

export const sessionStatus = z.strictObject({
  isLocked: z.boolean(),
  /** `token`: a fresh address printed or opened by the host; `click`: whoever sits here. */
  unlockBy: z.enum(['click', 'token', 'passphrase']),
})
export type SessionStatus = z.infer<typeof sessionStatus>

export const keychainStatus = z.strictObject({
  kind: storeKind,
  /** `new`: nothing was ever kept in it; `locked`: it wants a passphrase or its owner. */
  state: z.enum(['ready', 'new', 'locked', 'missing']),
  /** The backend's own name, such as "GNOME Keyring"; null where it did not say. */
  detail: z.string().nullable(),
  failure: z.strictObject({ code: z.enum(failureCodes), fields: z.record(z.string(), z.string()) }).nullable(),
  /** Whether the environment decides it, so that the window cannot. */
  isFixed: z.boolean(),
})
export type KeychainStatus = z.infer<typeof keychainStatus>
