import { create } from 'zustand'
import type { Failure } from '../../src-contract/failures.ts'
import type { ImportPreview, ImportReceipt, PreviewEntry } from '../../src-contract/vault-views.ts'
import type { Choices } from './import-choices.ts'

/** What a file cannot be read without. */
export type Asks = 'passphrase' | 'passphrase-or-key-file' | 'identities' | 'columns' | 'format'

/** A file on its way in, as far as the window shows it. Of those that were given at once, one is looked at after the other. */
export type VaultImport = {
  readonly stage: 'choose' | 'reading' | 'asks' | 'preview' | 'done'
  readonly fileName: string
  /** Which of those that were given at once, from 1, and how many they are. */
  readonly place: { readonly at: number; readonly of: number }
  /** The name of the one after it. */
  readonly next: string | null
  readonly asks: Asks
  readonly failure: Failure | null
  /** As the file was read, before anybody chose. */
  readonly preview: ImportPreview | null
  /** The same entries as the choices make them: what the import will do. */
  readonly entries: readonly PreviewEntry[]
  readonly readAt: Date | null
  readonly choices: Choices
  /** Names that the reader left out and a person takes for keys. */
  readonly keysByName: readonly string[]
  /** Addresses, and whether operators, that a person has confirmed. */
  readonly origins: ReadonlySet<string>
  readonly areOperatorsFine: boolean
  readonly isWriting: boolean
  readonly receipt: ImportReceipt | null
  /** What came in from the files before this one. */
  readonly earlier: readonly string[]
}

export const nothing: VaultImport = {
  stage: 'choose',
  fileName: '',
  place: { at: 1, of: 1 },
  next: null,
  asks: 'passphrase',
  failure: null,
  preview: null,
  entries: [],
  readAt: null,
  choices: new Map(),
  keysByName: [],
  origins: new Set(),
  areOperatorsFine: false,
  isWriting: false,
  receipt: null,
  earlier: [],
}

export const useImport = create<VaultImport>(() => nothing)
