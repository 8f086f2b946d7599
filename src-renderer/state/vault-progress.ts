import { create } from 'zustand'
import type { VaultStep } from '../../src-contract/events.ts'

type Progress = { readonly step: VaultStep; readonly done: number; readonly of: number }

/** Where an import or export of this app is; null before its first step. Whoever waits for one shows it. */
export const useVaultProgress = create<{ readonly progress: Progress | null }>(() => ({ progress: null }))

export const progressed = (step: VaultStep, done: number, of: number): void =>
  useVaultProgress.setState({ progress: { step, done, of } })

/** Something new begins: what was heard of the last one is over. */
export const beginProgress = (): void => useVaultProgress.setState({ progress: null })
