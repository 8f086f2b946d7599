/**
 * Keys out into a file: read from their keychains, written beside the file's place, read again with the same words a stranger
 * would need, compared entry by entry, and only then put there.
 */
import { fail } from '../../../src-contract/failures.ts'
import type { ParsedInputOf } from '../../../src-contract/operations.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { sealFault } from '../../../src-contract/vault-seal.ts'
import type { VaultFormatView } from '../../../src-contract/vault-views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { Vault, VaultEntry, WriteOptions, Written } from '../../formats/define-format.ts'
import type { VaultDraft } from '../app-ports.ts'
import { closed, select, type Context, type Handler } from '../context.ts'
import { bytesOf } from './bytes-of.ts'
import { isSame } from './compare.ts'
import { heldOf } from './held.ts'
import { toEntry } from './to-entry.ts'

type Input = ParsedInputOf<'vault.export'>

/** What a format says it dropped where it could not take an entry at all. */
const WHOLE = 'entry'

export const exportVault: Handler<'vault.export'> = async (context, input) => {
  // chosen while the formats, which another thread knows, are on their way
  const listed = context.ports.vaultFormats.list()
  const selected = choose(context, input)
  const formats = await listed
  const format = formats.find(({ id }) => id === input.format)
  if (!format)
    return err(fail('bad-input', { what: `no format is called ${input.format}`, fix: 'rekey formats lists them' }))
  if (!format.writes) return err(fail('cannot-write-format', { format: format.name }))
  const fault = sealFault(format, {
    hasPassphrase: input.passphrase !== undefined,
    hasKeyFile: input.keyFile !== undefined,
    hasRecipients: input.recipients.length > 0,
    isPlainText: input.plainText && isProtected(input),
  })
  if (fault !== null) return err(fault)
  // anybody has one
  if (input.keyFile === '') return err(fail('bad-input', { what: 'the key file is empty', fix: 'choose another file' }))
  const isPlainText = format.protection === 'plain' || (format.protection === 'either' && !isProtected(input))
  if (isPlainText && !input.plainText) return err(fail('needs-plain-text', { format: format.name }))
  if (!selected.ok) return selected
  const place = await placeOf(context, input, format)
  if (!place.ok) return place
  const { path, mayOverwrite: overwrite } = place.value
  const free = context.ports.vaultFiles.check(path, { overwrite })
  if (!free.ok) return free

  const options: WriteOptions = {
    recipients: input.recipients,
    ...(input.passphrase === undefined ? {} : { passphrase: input.passphrase }),
    ...(input.keyFile === undefined ? {} : { keyFile: bytesOf(input.keyFile) }),
  }
  const draft = context.ports.vaultFormats.begin(format.id, options)
  const gathered = await gather(context, byFolder(selected.value, format), { draft, evenIfOpen: input.evenIfOpen })
  if (!gathered.ok) return gathered
  const vault: Vault = { entries: gathered.value.map(({ entry }) => entry), notes: [] }
  const written = await writeProven(context, vault, { path, overwrite, format, options, draft })
  if (!written.ok) return written
  const { dropped, warnings } = written.value
  const whole = new Set(dropped.flatMap(({ name, what }) => (what === WHOLE ? [name] : [])))
  const stored = gathered.value.flatMap(({ credential }) => (whole.has(credential.name) ? [] : [credential]))
  remember(context, stored, format)
  return ok({
    format: format.id,
    in: vault.entries.length,
    stored: stored.length,
    skipped: [],
    dropped: dropped.map(({ name, what, why }) => ({ name, what, why })),
    keptAsText: [],
    path,
    isPlainText,
    warnings: [...warnings],
  })
}

type Target = {
  readonly path: string
  readonly overwrite: boolean
  readonly format: VaultFormatView
  readonly options: WriteOptions
  /** The vault, as far as it is on its way already: all of its entries. */
  readonly draft: VaultDraft
}

/** The whole of a vault on its way into a file. */
export function draftOf(
  context: Context,
  { entries }: Vault,
  format: VaultFormatView,
  options: WriteOptions,
): VaultDraft {
  const draft = context.ports.vaultFormats.begin(format.id, options)
  draft.add(entries)
  return draft
}

/** The file is there, and what is in it has been read again and compared; or nothing is. */
export async function writeProven(
  context: Context,
  vault: Vault,
  { path, overwrite, format, options, draft }: Target,
): Promise<Result<Pick<Written, 'dropped' | 'warnings'>>> {
  const { vaultFiles } = context.ports
  const { entries: _sent, ...rest } = vault
  context.emit({ type: 'vault.progressed', step: 'writing', done: 0, of: 1 })
  const written = await draft.write(rest)
  if (!written.ok) return err(fail(written.failure.code, { file: path, ...written.failure.fields }))
  const { bytes } = written.value
  // read again while it goes to the disk: what the disk gives back must be these very bytes
  const proof = prove(context, vault, written.value, { format, options, draft })
  proof.catch(() => undefined)
  const stored = await vaultFiles.write(path, bytes, {
    overwrite,
    look: async (there) => {
      context.emit({ type: 'vault.progressed', step: 'checking', done: 0, of: 1 })
      const proven = areSameBytes(there, bytes) ? await proof : changed('the disk gave back other bytes')
      return context.isLeaving() ? err(fail('cancelled')) : proven
    },
  })
  return stored.ok ? written : stored
}

const isProtected = ({ passphrase, recipients, keyFile }: Input): boolean =>
  passphrase !== undefined || recipients.length > 0 || keyFile !== undefined

/** An open rotation means that nobody knows yet which key works: it is not written down as if somebody did. */
function choose(context: Context, { names, tag, evenIfOpen }: Input): Result<readonly Credential[]> {
  const found = select(context, names === undefined ? { all: true } : { names })
  if (!found.ok) return found
  const selected = found.value.filter(({ tags }) => tag === undefined || tags.includes(tag))
  if (selected.length === 0)
    return err(fail('bad-input', { what: 'there is nothing to export', fix: 'rekey list shows what there is' }))
  const open = new Set(context.ports.ledger.openRotations().map(({ credentialId }) => credentialId))
  for (const credential of evenIfOpen ? [] : selected.filter(({ id }) => open.has(id))) {
    const free = closed(context, credential)
    if (!free.ok) return free
  }
  return ok(selected)
}

type OutputPlace = { readonly path: string; readonly mayOverwrite: boolean }

/** SECURITY: 28. Where a window's file goes is asked by its host, never said by the page. */
async function placeOf(
  context: Context,
  { to, overwrite }: Input,
  format: VaultFormatView,
): Promise<Result<OutputPlace>> {
  const { window, clock } = context.ports
  if ('path' in to) {
    if (window === null) return ok({ path: to.path, mayOverwrite: overwrite })
    return err(fail('not-here', { what: 'writing to a path', fix: 'let rekey ask for the place' }))
  }
  if (window === null) return err(fail('bad-input', { what: 'no file was named', fix: 'give its path' }))
  const day = clock.now().toISOString().slice(0, 10)
  const place = await window.askExportPath(`rekey-${day}.${format.extensions[0] ?? format.id}`)
  return place === null ? err(fail('cancelled')) : ok(place)
}

/** A folder is its first tag: where the format has folders, what is in one comes one after the other. */
function byFolder(credentials: readonly Credential[], { carries }: VaultFormatView): readonly Credential[] {
  if (!carries.includes('folder')) return credentials
  return [...Map.groupBy(credentials, ({ tags: [folder] }) => folder).values()].flat()
}

const AT_ONCE = 500

type Gathered = { readonly credential: Credential; readonly entry: VaultEntry }

/** Some at a time: while these are read, those before them are being written. */
async function gather(
  context: Context,
  credentials: readonly Credential[],
  { draft, evenIfOpen }: { readonly draft: VaultDraft; readonly evenIfOpen: boolean },
): Promise<Result<readonly Gathered[]>> {
  const gathered: Gathered[] = []
  for (let at = 0; at < credentials.length; at += AT_ONCE) {
    context.emit({ type: 'vault.progressed', step: 'reading', done: at, of: credentials.length })
    const some = await entriesOf(context, credentials.slice(at, at + AT_ONCE), evenIfOpen)
    if (!some.ok) return some
    draft.add(some.value.map(({ entry }) => entry))
    for (const each of some.value) gathered.push(each)
    // whatever else waits has its turn: a lock, a rotation, a window, a signal
    await new Promise((resolve) => setImmediate(resolve))
    if (context.isLeaving()) return err(fail('cancelled'))
  }
  return ok(gathered)
}

async function entriesOf(
  context: Context,
  credentials: readonly Credential[],
  evenIfOpen: boolean,
): Promise<Result<readonly Gathered[]>> {
  const held = await heldOf(context, credentials)
  if (!held.ok) return held
  const pasts = context.ports.ledger.historiesOf(credentials.map(({ name }) => name))
  const gathered: Gathered[] = []
  for (const credential of credentials) {
    const entry = await toEntry(context, credential, pasts.get(credential.name) ?? [], { held: held.value })
    if (entry.ok) {
      gathered.push({ credential, entry: entry.value })
      continue
    }
    const now = await asItIsNow(context, credential, { failure: entry, evenIfOpen })
    if (!now.ok) return now
    if (now.value !== null) gathered.push(now.value)
  }
  return ok(gathered)
}

/** One that was rotated, renamed or edited since it was chosen; null: it was removed. What stayed as it was fails as it did. */
async function asItIsNow(
  context: Context,
  chosen: Credential,
  { failure, evenIfOpen }: { readonly failure: Result<never>; readonly evenIfOpen: boolean },
): Promise<Result<Gathered | null>> {
  const { ledger } = context.ports
  const credential = ledger.credentialById(chosen.id)
  if (credential === null) return ok(null)
  const free = evenIfOpen ? ok(null) : closed(context, credential)
  if (!free.ok) return free
  if (isSame(credential, chosen)) return failure
  const entry = await toEntry(context, credential, ledger.history({ name: credential.name }))
  return entry.ok
    ? ok({ credential, entry: entry.value })
    : asItIsNow(context, credential, { failure: entry, evenIfOpen })
}

const changed = (what: string): Result<void> => err(fail('vault-changed', { file: 'the file', what }))

/** What was written opens with the words a stranger would need, and holds what it should. */
async function prove(
  context: Context,
  vault: Vault,
  { bytes, dropped }: Written,
  { format, options, draft }: Pick<Target, 'format' | 'options' | 'draft'>,
): Promise<Result<void>> {
  // sealed for somebody else it opens for them alone: then what was sealed is looked at, and the seal byte by byte
  const { recipients = [], ...words } = options
  const { entries: _added, ...rest } = vault
  const looked = recipients.length > 0 ? draftOf(context, vault, format, {}) : draft
  const bare = recipients.length > 0 ? await looked.write(rest) : null
  if (bare?.ok === false) return bare
  const sealed = { bytes: bare?.value.bytes ?? bytes, format: format.id, options: words, dropped }
  const found = await looked.check(sealed)
  if (!found.ok) return changed('it does not open again')
  return found.value === null ? ok(undefined) : changed(found.value)
}

function areSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false
  return true
}

function remember({ ports: { ledger, clock } }: Context, stored: readonly Credential[], format: VaultFormatView): void {
  const at = clock.now().toISOString()
  ledger.appendHistoryOf(stored, { at, event: 'exported', rotationId: null, detail: { format: format.id } })
}
