import { z } from 'zod'

/** What importing and exporting show. No view holds a secret: a key is its last four characters, and where it is known. */

const named = z.strictObject({ name: z.string(), reason: z.string() })
const dropped = z.strictObject({ name: z.string(), what: z.string(), why: z.string() })
/** What a file names and a reader takes for no key, such as a setting in a `.env` file: `map` of the preview takes it by its name. */
const leftOut = z.strictObject({ name: z.string(), file: z.string() })
export type LeftOut = z.infer<typeof leftOut>

export const vaultFormatView = z.strictObject({
  id: z.string(),
  name: z.string(),
  extensions: z.array(z.string()),
  /** `either`: encrypted with a passphrase, key file or recipients, in clear without. */
  protection: z.enum(['encrypted', 'plain', 'either']),
  reads: z.literal(true),
  writes: z.boolean(),
  /** Takes recipients of age. */
  recipients: z.boolean(),
  /** Takes a key file beside the passphrase, or instead of one. */
  keyFiles: z.boolean(),
  carries: z.array(z.string()),
})
export type VaultFormatView = z.infer<typeof vaultFormatView>

/** What a cell looks like, without what is in it. */
export const cellShape = z.strictObject({
  kind: z.enum(['empty', 'address', 'email', 'date', 'number', 'text']),
  characters: z.number().int().nonnegative(),
  tail: z.string().nullable(),
})
export type CellShape = z.infer<typeof cellShape>

export const tableView = z.strictObject({
  columns: z.array(
    z.strictObject({
      /** Null: it looks like a value, as the first line of a table without titles would. */
      title: z.string().nullable(),
      /** What it is taken for, unless somebody says otherwise. */
      part: z.string(),
      cells: z.array(cellShape),
    }),
  ),
})
export type TableView = z.infer<typeof tableView>

/**
 * `new`: neither name nor key is known here. `same`: this very key is kept already. `changed`: the name is kept with another
 * key. `conflicting`: the principal, or another entry of the file, stands in its way. `skipped`: there is no key to keep.
 */
export const importKinds = ['new', 'same', 'changed', 'conflicting', 'skipped'] as const
export type ImportKind = (typeof importKinds)[number]

export const importDoings = ['import', 'skip', 'replace', 'rename'] as const
export type ImportDoing = (typeof importDoings)[number]

export const vendorGuess = z.strictObject({
  vendor: z.string(),
  /** `sure`: the file says it; `likely`: taken unless told otherwise; `possible`: asked. */
  confidence: z.enum(['sure', 'likely', 'possible']),
  why: z.string(),
})

export const previewEntry = z.strictObject({
  index: z.number().int().nonnegative(),
  where: z.string(),
  /** As the file has it. */
  title: z.string(),
  /** What it would be called here. */
  name: z.string(),
  kind: z.enum(importKinds),
  /** In a sentence, where the kind alone does not say it. */
  reason: z.string().nullable(),
  /** The credential that is kept here already. */
  existing: z.string().nullable(),
  vendor: z.string(),
  guess: vendorGuess.nullable(),
  /** Inputs that its vendor needs and the file does not say: kept as `other` until they are given. */
  missing: z.array(z.string()),
  tail: z.string().nullable(),
  tags: z.array(z.string()),
  baseUrl: z.string().nullable(),
  operator: z.string().nullable(),
  unconfirmed: z.array(z.enum(['address', 'operator'])),
  expiresAt: z.string().nullable(),
  /** Names of fields that are kept beside the key, in the keychain. */
  kept: z.array(z.string()),
  left: z.array(z.strictObject({ what: z.string(), why: z.string() })),
  /** The name that it gets where both are kept, once that is chosen. */
  renamedTo: z.string().nullable(),
  /** What can be done with it, the default first. */
  doings: z.array(z.enum(importDoings)),
  /** An import that is told to `refuse` stops at it. */
  isUnclear: z.boolean(),
})
export type PreviewEntry = z.infer<typeof previewEntry>

export const importPreview = z.strictObject({
  id: z.string(),
  file: z.string(),
  format: z.string(),
  formatName: z.string(),
  isPlainText: z.boolean(),
  entries: z.array(previewEntry),
  leftOut: z.array(leftOut),
  /** Files of a folder that could not be read: an import that is told to `refuse` stops at them, too. `notes` names each. */
  refused: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
  notes: z.array(z.string()),
})
export type ImportPreview = z.infer<typeof importPreview>

export const importReceipt = z.strictObject({
  format: z.string(),
  in: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
  skipped: z.array(named),
  dropped: z.array(dropped),
  /** What the file says of a key that is kept or replaced here, and is not here: it stays in the file. */
  notTaken: z.array(dropped),
  /** Names of fields that are kept as text beside their key. */
  keptAsText: z.array(z.string()),
  replaced: z.array(z.string()),
  renamed: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  /** Stored, but inactive until a person confirms their address or operator. */
  unconfirmed: z.array(z.string()),
  leftOut: z.array(leftOut),
  notes: z.array(z.string()),
})
export type ImportReceipt = z.infer<typeof importReceipt>

export const exportReceipt = z.strictObject({
  format: z.string(),
  in: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
  skipped: z.array(named),
  dropped: z.array(dropped),
  keptAsText: z.array(z.string()),
  path: z.string(),
  isPlainText: z.boolean(),
  warnings: z.array(z.string()),
})
export type ExportReceipt = z.infer<typeof exportReceipt>

export const backupReceipt = exportReceipt.extend({
  /** Rotations that were not over: what they hold is in the file, beside their key. */
  open: z.array(z.strictObject({ name: z.string(), rotationId: z.string(), outcome: z.string() })),
  /** Vendor files that came along. */
  vendors: z.array(z.string()),
  /** Older backups that went. */
  pruned: z.array(z.string()),
})
export type BackupReceipt = z.infer<typeof backupReceipt>
