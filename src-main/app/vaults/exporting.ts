/**
 * Keys out into a file: read from their keychains, written beside the file's place, read again with the same words a stranger
 * would need, compared entry by entry, and only then put there.
 */
import { fail } from '../../../src-contract/failures.ts'
import type { ParsedInputOf } from '../../../src-contract/operations.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { HistoryEntry } from '../../../src-contract/views.ts'
import type { VaultFormatView } from '../../../src-contract/vault-views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { Vault, VaultEntry, WriteOptions, Written } from '../../formats/define-format.ts'
import { closed, select, type Context, type Handler } from '../context.ts'
import { bytesOf } from './bytes-of.ts'
import { FEW, heldOf } from './held.ts'
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
  context.ports.vaultFormats.prepare(format.id, options)
  const vault = await gather(context, selected.value)
  if (!vault.ok) return vault
  const written = await writeProven(context, vault.value, { path, overwrite, format, options })
  if (!written.ok) return written
  const { dropped, warnings } = written.value
  const whole = new Set(dropped.flatMap(({ name, what }) => (what === WHOLE ? [name] : [])))
  const stored = vault.value.entries.filter(({ name }) => !whole.has(name))
  remember(context, stored, format)
  return ok({
    format: format.id,
    in: vault.value.entries.length,
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
}

/** The file is there, and what is in it has been read again and compared; or nothing is. */
export async function writeProven(
  context: Context,
  vault: Vault,
  { path, overwrite, format, options }: Target,
): Promise<Result<Pick<Written, 'dropped' | 'warnings'>>> {
  const { vaultFiles, vaultFormats } = context.ports
  context.emit({ type: 'vault.progressed', step: 'writing', done: 0, of: 1 })
  const written = await vaultFormats.write(vault, format.id, options)
  if (!written.ok) return err(fail(written.failure.code, { file: path, ...written.failure.fields }))
  const { bytes } = written.value
  // read again while it goes to the disk: what the disk gives back must be these very bytes
  const proof = prove(context, vault, written.value, { format, options })
  proof.catch(() => undefined)
  const stored = await vaultFiles.write(path, bytes, {
    overwrite,
    look: async (there) => {
      context.emit({ type: 'vault.progressed', step: 'checking', done: 0, of: 1 })
      return isSame(there, bytes) ? proof : changed('the disk gave back other bytes')
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

async function gather(context: Context, credentials: readonly Credential[]): Promise<Result<Vault>> {
  const entries: VaultEntry[] = []
  const historyOf = histories(context, credentials.length)
  const held = await heldOf(context, credentials)
  if (!held.ok) return held
  for (const [index, credential] of credentials.entries()) {
    if (index % 100 === 0)
      context.emit({ type: 'vault.progressed', step: 'reading', done: index, of: credentials.length })
    const entry = await toEntry(context, credential, historyOf(credential.name), { held: held.value })
    if (!entry.ok) return entry
    entries.push(entry.value)
  }
  return ok({ entries, notes: [] })
}

/** Of many at once; a few are asked for one by one. */
export function histories({ ports: { ledger } }: Context, count: number): (name: string) => readonly HistoryEntry[] {
  if (count < FEW) return (name) => ledger.history({ name })
  const byName = Map.groupBy(ledger.history({}), ({ name }) => name)
  return (name) => byName.get(name) ?? []
}

const changed = (what: string): Result<void> => err(fail('vault-changed', { file: 'the file', what }))

/** What was written opens with the words a stranger would need, and holds what it should. */
async function prove(
  context: Context,
  vault: Vault,
  { bytes, dropped }: Written,
  { format, options }: Pick<Target, 'format' | 'options'>,
): Promise<Result<void>> {
  const { vaultFormats } = context.ports
  // sealed for somebody else it opens for them alone: then what was sealed is looked at, and the seal byte by byte
  const { recipients = [], ...words } = options
  const bare = recipients.length > 0 ? await vaultFormats.write(vault, format.id, {}) : null
  if (bare?.ok === false) return bare
  const sealed = { bytes: bare?.value.bytes ?? bytes, format: format.id, options: words, dropped }
  const found = await vaultFormats.check(vault, sealed)
  if (!found.ok) return changed('it does not open again')
  return found.value === null ? ok(undefined) : changed(found.value)
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false
  return true
}

function remember(context: Context, entries: readonly VaultEntry[], format: VaultFormatView): void {
  const { ledger, clock } = context.ports
  const at = clock.now().toISOString()
  ledger.transaction(() => {
    for (const { name } of entries)
      ledger.appendHistory({ at, name, event: 'exported', rotationId: null, detail: { format: format.id } })
  })
}
