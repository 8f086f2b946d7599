import { create } from 'zustand'
import type { RotationResult } from '../../src-contract/views.ts'

/** Every dialog there is, with what it needs to know. dialogs/dialog-host.tsx has a component for each. */
export type Dialog =
  | { readonly kind: 'add'; readonly vendor?: string }
  | { readonly kind: 'edit'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'remove'; readonly names: readonly string[] }
  | { readonly kind: 'tag'; readonly names: readonly string[] }
  | { readonly kind: 'put-key'; readonly name: string }
  | { readonly kind: 'confirm'; readonly names: readonly string[] }
  | { readonly kind: 'progress'; readonly name: string }
  | { readonly kind: 'ending'; readonly result: RotationResult }
  | { readonly kind: 'copy-once'; readonly result: RotationResult }
  | { readonly kind: 'bulk'; readonly names: readonly string[] }
  | { readonly kind: 'guided'; readonly name: string }
  | { readonly kind: 'settle'; readonly name: string }
  | { readonly kind: 'sealed-reply'; readonly name: string }
  | { readonly kind: 'palette'; readonly query?: string }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'passphrase' }
  | { readonly kind: 'vendor-trust'; readonly path?: string }
  | { readonly kind: 'export'; readonly names?: readonly string[] }
  | { readonly kind: 'import-entry'; readonly index: number }
  | { readonly kind: 'import-left-out' }
  | { readonly kind: 'unlock-keychain'; readonly store: 'os' | 'sealed' }

export const useDialogs = create<{ readonly stack: readonly Dialog[] }>(() => ({ stack: [] }))

export const openDialog = (dialog: Dialog): void => useDialogs.setState(({ stack }) => ({ stack: [...stack, dialog] }))
export const closeDialog = (): void => useDialogs.setState(({ stack }) => ({ stack: stack.slice(0, -1) }))
/** The dialog on top makes way for another. */
export const swapDialog = (dialog: Dialog): void =>
  useDialogs.setState(({ stack }) => ({ stack: [...stack.slice(0, -1), dialog] }))
export const closeAllDialogs = (): void => useDialogs.setState({ stack: [] })
