import type { AppEvent } from '../../src-contract/events.ts'
import type { Failure } from '../../src-contract/failures.ts'
import type { Result } from '../../src-contract/result.ts'
import type { VaultFormatView } from '../../src-contract/vault-views.ts'
import type { StoreKind } from '../../src-contract/views.ts'
import type {
  Clock,
  CourierStarter,
  Crypto,
  Escrow,
  Http,
  Ids,
  Ledger,
  Locks,
  Log,
  SecretStore,
  Wire,
} from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import type { ReadOptions, Table, Vault, VaultEntry, WriteOptions, Written } from '../formats/define-format.ts'
import type { WindowServices } from './window-services.ts'

/** Vendor files of the user, in the home folder. */
export interface VendorFolder {
  /** Every .yaml file there, by the vendor id that its name claims. */
  list(): readonly { readonly path: string; readonly id: string }[]
  /** Any file by path: at most 256 KiB of UTF-8. */
  read(path: string): Result<string>
  /** Where a vendor's own file lives once trusted. */
  pathOf(vendorId: string): string
  /** Puts a file in its place, atomically. */
  install(vendorId: string, text: string): Result<string>
}

/** Where backups stand. */
export interface BackupFolder {
  /** Its real path and the backups there; null: the data folder's own. `vault-unsafe` where others could write to it. */
  open(folder: string | null): Result<{ readonly path: string; readonly names: readonly string[] }>
  /** Removes these, and what killed backups left unfinished there. */
  remove(folder: string, names: readonly string[]): Result<void>
}

/** What a host gives the app. */
export type AppPorts = {
  readonly ledger: Ledger
  readonly locks: Locks
  readonly escrow: Escrow
  readonly wire: Wire
  readonly http: Http
  readonly crypto: Crypto
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly couriers: CourierStarter
  readonly openStore: (kind: StoreKind) => Promise<Result<SecretStore>>
  /** Whether it opens the sealed store, whatever is open already. */
  readonly checkPassphrase: (passphrase: Secret) => Promise<Result<void>>
  readonly changePassphrase: (from: Secret, to: Secret) => Promise<Result<void>>
  readonly defaultStore: () => StoreKind
  /** Closes every opened keychain, and what it held; each opens again at its next need. */
  readonly forgetStores: () => Promise<void>
  readonly vendorFolder: VendorFolder
  readonly vaultFiles: VaultFiles
  readonly backupFolder: BackupFolder
  readonly vaultFormats: VaultFormats
  /** SHA-256 of UTF-8 text, lower-case hex. */
  readonly hash: (text: string) => string
  /** A unified difference for a person's eyes. */
  readonly diff: (before: string, after: string) => string
  readonly replyWaitSeconds: number | null
  readonly home: { readonly folder: string; readonly warnings: readonly string[] }
  /** Null on the command line. */
  readonly window: WindowServices | null
  /** Names of environment settings that Rekey ignores on purpose, for the doctor. */
  readonly ignoredSettings: readonly string[]
}

export type VaultPart = {
  /** Where it stood, for messages: its path below what was asked for, or the file's own name. */
  readonly fileName: string
  readonly bytes: Uint8Array
  /** Text of the files that may stand beside it and belong to it. */
  readonly companions: Readonly<Record<string, string>>
}

/** What stands at a place: a file, or of a folder the files that hold keys. */
export type VaultSource = {
  readonly parts: readonly VaultPart[]
  /** The folder's own name; null: it is a file. */
  readonly folder: string | null
  /** Files of the folder that cannot be read, each by its name there. */
  readonly refused: readonly Failure[]
}

/** Files that people bring and take: bounded in reading, atomic and closed to others in writing. */
export interface VaultFiles {
  /** A file, or a folder's well-known ones. Fails with `bad-vault` or `vault-limit`. */
  read(path: string): Result<VaultSource>
  /** Files of vendors and tools where they always stand on this machine. */
  known(): readonly string[]
  /** `vault-exists` or `vault-unsafe`, if a file could not be put there. */
  check(path: string, options: { readonly overwrite: boolean }): Result<void>
  /**
   * Writes beside the place, 0600 and on disk, hands back what then stands there to be looked at, and only after a yes puts it
   * in its place in one step. Never through a link; never over a file unless told to.
   */
  write(
    path: string,
    bytes: Uint8Array,
    options: { readonly overwrite: boolean; readonly look: (written: Uint8Array) => Promise<Result<void>> },
  ): Promise<Result<void>>
  /** Removes what killed writes left beside their places, and gives what it could not remove; nothing while somebody writes. */
  tidy(): Promise<readonly { readonly path: string; readonly why: string; readonly note: string }[]>
}

/** The formats, in a thread of their own: what a hostile file does to its reader ends there. */
export interface VaultFormats {
  list(): Promise<readonly VaultFormatView[]>
  /**
   * `format` null: told by the content; `unknown-format` if by nothing. The part is given away: its bytes may be gone. What `found`
   * of `options` is told of while the rest is read counts only if the whole does.
   */
  read(part: VaultPart, format: string | null, options: ReadOptions): Promise<Result<VaultRead>>
  /** Begins a file: what takes its time and needs no entries begins too. */
  begin(format: string, options: WriteOptions): VaultDraft
  /** A table's columns, where the file is one. */
  table(part: VaultPart): Promise<Result<Table>>
  /** Starts the thread, which takes a moment; asks nobody for anything. */
  warm(): void
}
/** A vault on its way into a file. */
export interface VaultDraft {
  /** The next entries; of a format with folders, those of a folder one after the other. */
  add(entries: readonly VaultEntry[]): void
  /** The file, of all that was added; `rest`: what there is beside entries. Once. */
  write(rest: Omit<Vault, 'entries'>): Promise<Result<Written>>
  /** Reads again what was written and compares entry by entry. Null: it is the same; else what is not. */
  check(written: VaultWritten): Promise<Result<string | null>>
}
export type VaultWritten = {
  readonly bytes: Uint8Array
  readonly format: string
  readonly options: ReadOptions
  readonly dropped: Written['dropped']
}
export type VaultRead = { readonly format: string; readonly isPlainText: boolean; readonly vault: Vault }

export type Emit = (event: AppEvent) => void
