import type { RotationResult, VerifyResult } from './views.ts'

/** Where a rotation is, as shown to a person. `armed` is the last moment to stop. */
export type RotationStep =
  | 'preparing'
  | 'armed'
  | 'connected'
  | 'sent'
  | 'first-byte'
  | 'slow'
  | 'sealed'
  | 'verifying'
  | 'verified'
  | 'promoted'
  | 'probing'
  | 'settling'
  | 'waiting-for-courier'

export type VaultStep = 'reading' | 'judging' | 'writing' | 'checking'

/** What the core pushes. Past tense; no event holds a secret. */
export type AppEvent =
  | {
      readonly type: 'rotation.progressed'
      readonly name: string
      readonly rotationId: string | null
      readonly step: RotationStep
    }
  | { readonly type: 'rotation.ended'; readonly result: RotationResult }
  | { readonly type: 'credential.verified'; readonly result: VerifyResult }
  /** No names: another process changed something. */
  | { readonly type: 'credentials.changed'; readonly names: readonly string[] }
  /** A sentence for the person while something takes its time, such as a keychain that asks to be unlocked. */
  | { readonly type: 'notice.given'; readonly sentence: string }
  /** Where a long import or export is; `of` 0: nobody knows yet how many there are. */
  | { readonly type: 'vault.progressed'; readonly step: VaultStep; readonly done: number; readonly of: number }
  | { readonly type: 'session.changed'; readonly isLocked: boolean }
  /** The person chose it in a menu outside of the page. */
  | { readonly type: 'menu.chosen'; readonly item: 'import' | 'export' }
  | { readonly type: 'settings.changed' }
  /** By a key that works anywhere on the desktop: the window is to offer every key by its name. */
  | { readonly type: 'rotate.asked' }
  /** The copied key is gone from the clipboard, or something else took its place before. */
  | { readonly type: 'clipboard.ended'; readonly how: 'cleared' | 'replaced' | 'left' }
