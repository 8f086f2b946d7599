import type { Result } from '../../src-contract/result.ts'
import type { StoreKind } from '../../src-contract/views.ts'
import type { HostAbout, Settings } from '../../src-contract/window-views.ts'
import type { Secret } from '../core/secret.ts'

/** One stand-in vendor: where it listens, the key it knows, and what else its vendor file asks for. */
export type SandboxVendor = {
  readonly baseUrl: string
  readonly key: string
  readonly inputs: Readonly<Record<string, string>>
}

/** What a host with a window gives the app beside its ports. The command line gives none of it. */
export interface WindowServices {
  readonly about: Omit<HostAbout, 'home'>
  readonly settings: {
    read(): Settings
    write(settings: Settings): Result<void>
  }
  /** What the environment says of the keychain, which a person's choice does not overrule; null if it says nothing. */
  readonly fixedStore: StoreKind | null
  /** How a session is unlocked where no passphrase is. */
  readonly unlockBy: 'click' | 'token'
  /** The passphrase the keychain will ask for next; null takes it back. */
  offerPassphrase(passphrase: Secret | null): void
  /** Null: this host leaves the clipboard to the page. */
  readonly clipboard: {
    /** Copies, and clears after that many seconds if the clipboard still holds it; says so with `clipboard.ended`. */
    copy(secret: Secret, clearAfterSeconds: number): Promise<Result<{ readonly isOutOfHistory: boolean }>>
    clear(): Promise<void>
  } | null
  /** Opens an https address in the person's browser. */
  readonly openLink: ((url: string) => Promise<boolean>) | null
  /** Asks the person where a file shall go, or says where this host puts it; null: they thought better of it. */
  askExportPath(suggestedName: string): Promise<{ readonly path: string; readonly mayOverwrite: boolean } | null>
  readonly anotherWindow: (() => Promise<string>) | null
  readonly sandbox: {
    start(): Promise<Result<Readonly<Record<string, SandboxVendor>>>>
    stop(): Promise<void>
  }
}
