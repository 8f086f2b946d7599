import { z } from 'zod'
import { failureCodes } from './failures.ts'
import {
  backupReceipt,
  exportReceipt,
  importDoings,
  importPreview,
  importReceipt,
  previewEntry,
  tableView,
  vaultFormatView,
} from './vault-views.ts'
import {
  credentialDetails,
  credentialName,
  credentialState,
  credentialView,
  doctorReport,
  historyEntry,
  rotationPlan,
  rotationResult,
  storeKind,
  vendorView,
  verifyResult,
} from './views.ts'
import { hostAbout, keychainStatus, sessionStatus, settings } from './window-views.ts'

/**
 * The one operation table: name → input, output. Handlers, and every way to reach them, are derived from it. Inputs that
 * hold a secret are marked `sensitive`; only `credential.reveal` and `rotation.sealedReply` give one back.
 */

const sensitive = z.string().min(1).max(65_536)
const text = z.string().max(1024)
const date = z.iso.datetime()
const failure = () =>
  z.strictObject({ code: z.enum(failureCodes), fields: z.record(z.string(), z.string()).readonly() })
const selection = z.union([
  z.strictObject({ names: z.array(z.string()).min(1) }),
  z.strictObject({ all: z.literal(true), tag: z.string().optional(), vendor: z.string().optional() }),
  z.strictObject({ due: z.literal(true), tag: z.string().optional(), vendor: z.string().optional() }),
])
export type Selection = z.infer<typeof selection>

const traits = {
  label: text.optional(),
  inputs: z.record(z.string(), text).default({}),
  secretInputs: z.record(z.string(), sensitive).default({}),
  baseUrl: z.string().max(2048).optional(),
  /** PEM text of extra certificate authorities. */
  caPem: z.string().max(262_144).optional(),
  /** SHA-256 of the server's leaf certificate in DER, 64 hex digits. */
  pinSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  operator: z.string().optional(),
  tags: z.array(z.string().min(1).max(64)).default([]),
  usedBy: z.array(text).default([]),
  expiresAt: date.optional(),
  maxAgeDays: z.number().int().positive().max(36_500).optional(),
}

/** A mebibyte of them: a third more in base64. */
const keyFile = () => z.base64().max(1_398_104)
const vaultContent = () => z.base64().max(96 * 1024 * 1024)
const vaultSource = () =>
  z.union([
    z.strictObject({ path: z.string() }),
    z.strictObject({ fileName: text, content: vaultContent() }),
    /** Of a folder, the files that are looked into: their paths below it. */
    z.strictObject({
      folder: text,
      files: z
        .array(z.strictObject({ fileName: text, content: vaultContent() }))
        .min(1)
        .max(1000),
    }),
    z.strictObject({ found: z.string() }),
  ])
/** What a person says of one entry of a previewed file; `name` is what it is called here, instead of what the file says. */
const importChoice = () =>
  z.strictObject({
    index: z.number().int().nonnegative(),
    do: z.enum(importDoings),
    name: credentialName.optional(),
    vendor: z.string().optional(),
    inputs: z.record(z.string(), text).default({}),
    baseUrl: z.string().max(2048).optional(),
  })

/** Schemas are made when they are first used: a command needs two or three of them, and pays for no others. */
const operation = <I extends z.ZodType, O extends z.ZodType>(make: () => readonly [I, O]) => {
  let made: readonly [I, O] | null = null
  const schemas = (): readonly [I, O] => (made ??= make())
  return {
    get input(): I {
      return schemas()[0]
    },
    get output(): O {
      return schemas()[1]
    },
  }
}

export const operations = {
  'credential.list': operation(() => [
    z.strictObject({ tag: z.string().optional(), vendor: z.string().optional(), state: credentialState.optional() }),
    z.array(credentialView),
  ]),
  'credential.show': operation(() => [z.strictObject({ name: z.string() }), credentialDetails]),
  'credential.add': operation(() => [
    z.strictObject({
      vendor: z.string(),
      name: credentialName,
      /** null: take over the keychain item's own value (with adopt). */
      secret: sensitive.nullable(),
      adopt: z.boolean().default(false),
      unproven: z.boolean().default(false),
      ...traits,
    }),
    z.strictObject({
      credential: credentialView,
      proof: z.enum(['works', 'no-answer', 'not-asked']),
      warning: z.string().nullable(),
    }),
  ]),
  'credential.reveal': operation(() => [
    /** `field`: one that an import kept beside the key. */
    z.strictObject({ name: z.string(), evenIfOpen: z.boolean().default(false), field: z.string().optional() }),
    z.strictObject({ secret: z.string() }),
  ]),
  /** Puts in a key the person got elsewhere; settles an open rotation. */
  'credential.set': operation(() => [
    z.strictObject({ name: z.string(), secret: sensitive, unproven: z.boolean().default(false) }),
    rotationResult,
  ]),
  'credential.edit': operation(() => [
    z.strictObject({
      name: z.string(),
      ...traits,
      removeTags: z.array(z.string()).default([]),
      clearExpiresAt: z.boolean().default(false),
      /** Does not ask the vendor whether the key works under a new address or new inputs. */
      unproven: z.boolean().default(false),
    }),
    credentialView,
  ]),
  'credential.rename': operation(() => [z.strictObject({ name: z.string(), to: credentialName }), credentialView]),
  'credential.remove': operation(() => [
    z.strictObject({ names: z.array(z.string()).min(1) }),
    z.array(z.strictObject({ name: z.string() })),
  ]),
  'credential.verify': operation(() => [selection, z.array(verifyResult)]),
  'history.list': operation(() => [
    z.strictObject({
      name: z.string().optional(),
      /** These alone; absent: all. */
      events: z.array(z.string().max(64)).max(64).optional(),
      limit: z.number().int().positive().max(100_000).default(100),
    }),
    z.array(historyEntry),
  ]),

  /** What a person must know before rotating these: nothing is opened or asked. */
  'rotation.plan': operation(() => [selection, z.array(rotationPlan)]),
  /** Rotates; each result is also announced as it ends. Guided ones need `guided.begin` and end `needs-person` here. */
  'rotation.run': operation(() => [
    z.strictObject({
      selection,
      concurrency: z.number().int().min(1).max(256).default(16),
      dryRun: z.boolean().default(false),
      unproven: z.boolean().default(false),
    }),
    z.array(rotationResult),
  ]),
  'guided.begin': operation(() => [
    z.strictObject({ name: z.string(), unproven: z.boolean().default(false) }),
    z.strictObject({ rotationId: z.string(), plan: rotationPlan }),
  ]),
  'guided.paste': operation(() => [
    z.strictObject({
      name: z.string(),
      secret: sensitive,
      expiryDays: z.number().int().positive().nullable().default(null),
    }),
    rotationResult,
  ]),
  'guided.cancel': operation(() => [z.strictObject({ name: z.string() }), rotationResult]),
  /** Names none: every open rotation. `here` says that this machine may go on with a ledger from another one. */
  'rotation.recover': operation(() => [
    z.strictObject({
      names: z.array(z.string()).default([]),
      settle: z.enum(['old', 'new', 'neither']).optional(),
      here: z.boolean().default(false),
    }),
    z.array(rotationResult),
  ]),
  /** Lets no further rotation of this app's runs be armed; what is in the air is finished. */
  'rotation.stop': operation(() => [z.strictObject({}), z.strictObject({})]),
  'rotation.open': operation(() => [
    z.strictObject({}),
    z.array(z.strictObject({ name: z.string(), rotationId: z.string(), outcome: z.string().nullable() })),
  ]),
  /** The vendor's sealed reply as text, for a person's eyes. */
  'rotation.sealedReply': operation(() => [
    z.strictObject({ name: z.string() }),
    z.strictObject({ reply: z.string() }),
  ]),

  'vendor.list': operation(() => [z.strictObject({ search: z.string().optional() }), z.array(vendorView)]),
  'vendor.check': operation(() => [
    z.strictObject({ file: z.string(), text: z.string() }),
    z.strictObject({
      ok: z.boolean(),
      findings: z.array(
        z.strictObject({ level: z.enum(['error', 'warning', 'note']), path: z.string(), message: z.string() }),
      ),
    }),
  ]),
  /** Files of the user's that are not used, and why: not trusted yet, changed since, or not sound. */
  'vendor.unusable': operation(() => [
    z.strictObject({}),
    z.array(
      z.strictObject({
        vendor: z.string(),
        why: failure(),
      }),
    ),
  ]),
  /** What trusting would change; `trust` does it if `sha256` is still the file's. */
  'vendor.review': operation(() => [
    z.strictObject({ path: z.string() }),
    z.strictObject({
      vendor: z.string(),
      sha256: z.string(),
      diff: z.string(),
      hosts: z.array(z.string()),
      isTrusted: z.boolean(),
    }),
  ]),
  'vendor.trust': operation(() => [
    z.strictObject({ path: z.string(), sha256: z.string() }),
    z.strictObject({ vendor: z.string(), installedAt: z.string() }),
  ]),
  /** JSON Schema (2020-12) of a vendor file, for editors. */
  'vendor.schema': operation(() => [z.strictObject({}), z.record(z.string(), z.unknown())]),

  'vault.formats': operation(() => [z.strictObject({}), z.array(vaultFormatView)]),
  /** Files of vendors and tools that stand where they always do on this machine; none is opened. */
  'vault.find': operation(() => [z.strictObject({}), z.array(z.strictObject({ id: z.string(), path: z.string() }))]),
  /**
   * Reads a file and says what would become of each entry; writes nothing. What was read is kept, in memory and until the lock,
   * under the preview's id. A window gives the file itself, or one that `vault.find` found; never a path.
   */
  'vault.preview': operation(() => [
    z.strictObject({
      source: vaultSource(),
      format: z.string().optional(),
      passphrase: sensitive.optional(),
      /** age identities, one a line. */
      identities: sensitive.optional(),
      keyFile: keyFile().optional(),
      /** Columns of a table: which field is which column. */
      map: z.record(z.string(), z.string()).default({}),
    }),
    importPreview,
  ]),
  /** The columns of a table that says too little of itself, for somebody to say what is what; no cell leaves with its value. */
  'vault.columns': operation(() => [z.strictObject({ source: vaultSource() }), tableView]),
  /**
   * What would become of the entries if this were done with them: those that would come out otherwise than the preview says, and
   * no others. What could not be done is left out of it, as if nobody had said it.
   */
  'vault.judge': operation(() => [
    z.strictObject({ id: z.string(), choices: z.array(importChoice()).default([]) }),
    z.strictObject({ entries: z.array(previewEntry) }),
  ]),
  /** Vendor files that the previewed file brought along: `why` one cannot be taken, or what there is to read before it is. */
  'vault.vendorFiles': operation(() => [
    z.strictObject({ id: z.string() }),
    z.array(
      z.strictObject({
        vendor: z.string(),
        why: failure().nullable(),
        review: z
          .strictObject({ sha256: z.string(), hosts: z.array(z.string()), diff: z.string(), isInUse: z.boolean() })
          .nullable(),
      }),
    ),
  ]),
  /** Takes one of them into use; what is to be done with the file's keys is judged anew by the next preview or import. */
  'vault.trustVendor': operation(() => [
    z.strictObject({ id: z.string(), vendor: z.string(), sha256: z.string() }),
    z.strictObject({ vendor: z.string(), installedAt: z.string() }),
  ]),
  /** All or nothing: after a failure, and after a crash, nothing is changed. */
  'vault.import': operation(() => [
    z.strictObject({
      id: z.string(),
      /**
       * For entries that `choices` does not name. `refuse`: two of one name, or a key that cannot be kept, stop the whole
       * import; what is kept here already is left as it is.
       */
      onConflict: z.enum(['refuse', 'skip', 'replace', 'rename']).default('skip'),
      choices: z.array(importChoice()).default([]),
      /** Addresses (scheme, host and port) that a person has confirmed: keys may be sent there. */
      confirmOrigins: z.array(z.string()).default([]),
      confirmOperators: z.boolean().default(false),
    }),
    importReceipt,
  ]),
  'vault.forget': operation(() => [z.strictObject({ id: z.string() }), z.strictObject({})]),
  /** The file is written beside its place, read again, compared entry by entry, and only then put there. */
  'vault.export': operation(() => [
    z.strictObject({
      /** A window's host asks for the place itself. */
      to: z.union([z.strictObject({ path: z.string() }), z.strictObject({ ask: z.literal(true) })]),
      format: z.string(),
      passphrase: sensitive.optional(),
      recipients: z.array(text).default([]),
      keyFile: keyFile().optional(),
      names: z.array(z.string()).optional(),
      tag: z.string().optional(),
      overwrite: z.boolean().default(false),
      /** The person's word that every key may stand in clear in the file. */
      plainText: z.boolean().default(false),
      evenIfOpen: z.boolean().default(false),
    }),
    exportReceipt,
  ]),
  /**
   * Everything into one new file of Rekey's own format, named after the time, read again and compared; then all but the newest
   * `keep` of the files that this data folder wrote there go.
   */
  'vault.backup': operation(() => [
    z.strictObject({
      /** null: `backups` in the data folder. */
      folder: z.string().nullable().default(null),
      keep: z.number().int().min(1).max(10_000).default(10),
      passphrase: sensitive.optional(),
      recipients: z.array(text).default([]),
    }),
    backupReceipt,
  ]),

  'doctor.run': operation(() => [z.strictObject({}), doctorReport]),
  'store.changePassphrase': operation(() => [z.strictObject({ from: sensitive, to: sensitive }), z.strictObject({})]),

  'host.about': operation(() => [z.strictObject({}), hostAbout]),
  'settings.read': operation(() => [z.strictObject({}), settings]),
  'settings.change': operation(() => [settings.omit({ keychain: true }).partial(), settings]),
  'session.status': operation(() => [z.strictObject({}), sessionStatus]),
  'session.lock': operation(() => [z.strictObject({}), sessionStatus]),
  'session.unlock': operation(() => [z.strictObject({ passphrase: sensitive.optional() }), sessionStatus]),
  /** Looks without asking anyone: no prompt, nothing made. */
  'keychain.status': operation(() => [z.strictObject({ kind: storeKind.optional() }), keychainStatus]),
  /** Where new credentials live from now on; proves it first, and makes the sealed store where there is none. */
  'keychain.choose': operation(() => [
    z.strictObject({ kind: storeKind, passphrase: sensitive.optional() }),
    keychainStatus,
  ]),
  /** Opens a keychain that is locked: the sealed store by its passphrase, the system's by its own prompt. */
  'keychain.unlock': operation(() => [
    z.strictObject({ kind: storeKind, passphrase: sensitive.optional() }),
    keychainStatus,
  ]),
  /** The host copies; the secret does not pass the window. */
  'clipboard.copy': operation(() => [
    z.strictObject({ name: z.string(), evenIfOpen: z.boolean().default(false) }),
    z.strictObject({ clearsAfterSeconds: z.number().int(), isOutOfHistory: z.boolean() }),
  ]),
  'clipboard.clear': operation(() => [z.strictObject({}), z.strictObject({})]),
  /** Opens the dashboard of the credential's vendor; where the host cannot, its address is for the page to open. */
  'link.open': operation(() => [
    z.strictObject({ name: z.string() }),
    z.strictObject({ url: z.string(), isOpened: z.boolean() }),
  ]),
  /** Starts the vendors' stand-ins inside the app and adds a key of each, named sandbox/…; again: starts afresh. */
  'sandbox.start': operation(() => [z.strictObject({}), z.strictObject({ names: z.array(z.string()) })]),
  'sandbox.stop': operation(() => [z.strictObject({}), z.strictObject({})]),
  /** The address of a second window, good once. */
  'window.another': operation(() => [z.strictObject({}), z.strictObject({ url: z.string() })]),
} as const

export type Operations = typeof operations
export type OperationName = keyof Operations
export type InputOf<K extends OperationName> = z.input<Operations[K]['input']>
export type ParsedInputOf<K extends OperationName> = z.output<Operations[K]['input']>
export type OutputOf<K extends OperationName> = z.output<Operations[K]['output']>
