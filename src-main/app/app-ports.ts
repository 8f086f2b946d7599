import type { AppEvent } from '../../src-contract/events.ts'
import type { Result } from '../../src-contract/result.ts'
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

export type Emit = (event: AppEvent) => void
