/**
 * What a vault file holds, whatever its format, and what a format must be able to do. A reader gives everything it
 * understood as entries and names everything it did not (`left`): nothing is dropped without a word. A format never touches
 * the disk or the network; it gets bytes and gives bytes.
 */
import type { Result } from '../../src-contract/result.ts'
import type { RekeyTraits } from './define-traits.ts'

export type VaultField = {
  readonly name: string
  readonly value: string
  /** Hidden or protected in the file; it stays so wherever it goes. */
  readonly isSecret: boolean
}

export type VaultEntry = {
  /** Its place in the file, for messages: `line 12`, `entry 3`. */
  readonly where: string
  /** As the file says it; the engine makes a credential's name of it. */
  readonly name: string
  /** Groups or folders, outermost first. */
  readonly folder: readonly string[]
  /** Whose key the file says it is, in its own words: an id, or a vendor's name. */
  readonly vendor?: string
  /** The key itself; null where the entry has none. */
  readonly secret: string | null
  readonly account: string | null
  readonly urls: readonly string[]
  readonly notes: string | null
  readonly tags: readonly string[]
  /** UTC, RFC 3339. */
  readonly createdAt: string | null
  readonly modifiedAt: string | null
  readonly expiresAt: string | null
  readonly fields: readonly VaultField[]
  /** Hidden fields that are no key, by name, where it has no secret and the format can tell: a card's number, a seed of codes. */
  readonly noKeys?: readonly string[]
  /** What Rekey wrote of it into the file. */
  readonly rekey: RekeyTraits | null
  /** What the file holds of it that has no place here: attachments, passkeys, older versions. */
  readonly left: readonly { readonly what: string; readonly why: string }[]
}

export type Vault = {
  readonly entries: readonly VaultEntry[]
  /** What was seen in the file beside entries and is not taken, such as a recycle bin: one sentence each. */
  readonly notes: readonly string[]
  /** Names of what it takes for no keys, where a person may know better and say so by name (`map`). */
  readonly leftOut?: readonly string[]
  /** Of a reader that goes by names: those of `map` that the file has not; in a folder another one may. */
  readonly absent?: readonly string[]
  /** Vendor files of the user's own that its keys need; in Rekey's own backups alone. */
  readonly vendorFiles?: readonly VaultVendorFile[]
}

/** YAML, as the vendor's file was when it was trusted. */
export type VaultVendorFile = { readonly id: string; readonly text: string }

export type ReadOptions = {
  readonly passphrase?: string
  /** Text of age identities (AGE-SECRET-KEY-…), one a line. */
  readonly identities?: string
  readonly keyFile?: Uint8Array
  /** CSV: what a column is, such as `{ 'API key': 'secret' }`. Of a .env file: whether a variable is `secret` or `none`. */
  readonly map?: Readonly<Record<string, string>>
  /** Where a reader goes by names, a value like one of these is a key whatever its name. */
  readonly keysLike?: readonly KeyLike[]
  /** The file's name without its folder; a hint, never proof. */
  readonly fileName?: string
  /** Files of the names in `companions` that stand beside it, as text. */
  readonly companions?: Readonly<Record<string, string>>
  /** Told of entries while more are read, in their order and for good, unless the whole fails. */
  readonly found?: (entries: readonly VaultEntry[]) => void
}

/** How keys begin, and how many characters they have, the beginning among them. */
export type KeyLike = { readonly prefix: string; readonly minLength: number; readonly maxLength: number }

export type WriteOptions = {
  readonly passphrase?: string
  /** age recipients (age1…). */
  readonly recipients?: readonly string[]
  readonly keyFile?: Uint8Array
}

export type Carried =
  | 'name'
  | 'folder'
  | 'secret'
  | 'account'
  | 'urls'
  | 'notes'
  | 'tags'
  | 'times'
  | 'expiry'
  | 'fields'
  | 'rekey'

export type Written = {
  readonly bytes: Uint8Array
  /** What of which entry the format could not carry. */
  readonly dropped: readonly { readonly name: string; readonly what: string; readonly why: string }[]
  /** What whoever opens the file should know, such as values that a spreadsheet takes for formulas: one sentence each. */
  readonly warnings: readonly string[]
}

/** A table's titles, what each is taken for (null: kept as text), and the first cells under it, as they stand. */
export type Table = {
  readonly columns: readonly {
    readonly title: string
    readonly part: string | null
    readonly cells: readonly string[]
  }[]
}

export type Format = {
  readonly id: string
  readonly name: string
  readonly extensions: readonly string[]
  /** `either`: with a passphrase, key file or recipients it is encrypted, without in clear. */
  readonly protection: 'encrypted' | 'plain' | 'either'
  /** Encrypts to age recipients. */
  readonly takesRecipients?: true
  /** Is locked with a key file beside a passphrase, or with one alone. */
  readonly takesKeyFile?: true
  /** What it takes along; the rest is named in `dropped`. */
  readonly carries: readonly Carried[]
  /** Names of files that say the rest, where they stand beside it. */
  readonly companions: readonly string[]
  /** How sure the first 64 KiB (or the whole, if shorter) are of this format, 0 to 1; the name breaks ties only. */
  detect(sample: Uint8Array, fileName: string): number
  /** Of a format with columns: what there is to say of each in `map`. */
  readonly table?: (bytes: Uint8Array) => Result<Table>
  /**
   * Fails with `bad-vault` (where and what), `vault-passphrase` (wrong), `vault-needs` (missing), `vault-newer`,
   * `vault-limit`: one clear line, nothing half-read.
   */
  read(bytes: Uint8Array, options: ReadOptions): Promise<Result<Vault>>
  /** Begins what takes its time and needs no vault, for a `write` that may follow. */
  readonly prepare?: () => void
  /** Of a format that can write while its entries are still on their way; `write` is the same with all of them. */
  readonly begin?: (options: WriteOptions) => VaultWriter
  /** Null: Rekey reads this format and does not write it. */
  readonly write: ((vault: Vault, options: WriteOptions) => Promise<Result<Written>>) | null
}

/** A file that is being written. */
export type VaultWriter = {
  /** The next ones; those of a folder come one after the other, or it is there twice. */
  add(entries: readonly VaultEntry[]): void
  /** Fails as the format's `write` does. */
  end(): Promise<Result<Written>>
}

/** An entry with nothing but its place, to be filled in by a reader. */
export const emptyEntry: VaultEntry = {
  where: '',
  name: '',
  folder: [],
  secret: null,
  account: null,
  urls: [],
  notes: null,
  tags: [],
  createdAt: null,
  modifiedAt: null,
  expiresAt: null,
  fields: [],
  rekey: null,
  left: [],
}

/** What no reader goes beyond, whatever a file says of itself. */
export const limits = {
  bytes: 256 * 1024 * 1024,
  entries: 200_000,
  /** Characters of one value. */
  value: 1_000_000,
  /** Nesting of JSON, groups or folders. */
  depth: 64,
  vendorFiles: 200,
  vendorFile: 256 * 1024,
  /** Memory a key derivation may ask for, KiB, and its passes. */
  kdfMemoryKib: 1024 * 1024,
  kdfPasses: 1000,
  pbkdf2Rounds: 5_000_000,
} as const
