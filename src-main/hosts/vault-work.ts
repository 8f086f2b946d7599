/** What the thread for vault files does: one job, one answer. Everything here may be slow, large or hostile. */
import { fail, type Failure } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VaultFormatView } from '../../src-contract/vault-views.ts'
import type { VaultPart, VaultRead, VaultWritten } from '../app/app-ports.ts'
import { difference } from '../app/vaults/compare.ts'
import { formats } from '../formats/catalog.ts'
import type { Format, ReadOptions, Table, Vault, WriteOptions, Written } from '../formats/define-format.ts'
import { fromPages, toPages, type PagedVault } from './vault-pages.ts'

export type VaultJob =
  | { readonly kind: 'list' }
  | { readonly kind: 'read'; readonly part: VaultPart; readonly format: string | null; readonly options: ReadOptions }
  | { readonly kind: 'table'; readonly part: VaultPart }
  /** What is to be written next, and how: what takes its time and needs no vault may begin. */
  | { readonly kind: 'prepare'; readonly format: string; readonly options: WriteOptions }
  | { readonly kind: 'write'; readonly vault: PagedVault; readonly format: string; readonly options: WriteOptions }
  /** `vault` null: the one that was written last, which need not come a second time. */
  | { readonly kind: 'check'; readonly vault: PagedVault | null; readonly written: VaultWritten }
export type PagedRead = Omit<VaultRead, 'vault'> & { readonly vault: PagedVault }
export type VaultAnswer<J extends VaultJob['kind']> = {
  readonly list: readonly VaultFormatView[]
  readonly read: Result<PagedRead>
  readonly table: Result<Table>
  readonly prepare: null
  readonly write: Result<Written>
  readonly check: Result<string | null>
}[J]

const SAMPLE_BYTES = 65_536
/** Below this a file is of no format that is worth a try. */
const SURE_ENOUGH = 0.3

let lastWritten: Vault | null = null

export async function doVaultWork(job: VaultJob): Promise<VaultAnswer<VaultJob['kind']>> {
  if (job.kind === 'list') return formats.map(viewOf)
  if (job.kind === 'table') return table(job.part)
  if (job.kind === 'prepare') return prepare(job.format, job.options)
  const vault = job.kind === 'read' ? null : job.vault === null ? lastWritten : fromPages(job.vault)
  lastWritten = job.kind === 'write' ? vault : null
  if (job.kind === 'read') return read(job.part, job.format, job.options)
  if (vault === null) throw new Error('there is nothing to compare with')
  return job.kind === 'write' ? write(vault, job.format, job.options) : check(vault, job.written)
}

async function read(part: VaultPart, wanted: string | null, options: ReadOptions): Promise<Result<PagedRead>> {
  const { bytes, fileName, companions } = part
  if (bytes.length === 0) return err(fail('bad-vault', { file: fileName, where: 'the file', what: 'it is empty' }))
  const format = wanted === null ? detect(bytes, fileName) : formats.find(({ id }) => id === wanted)
  if (!format) return err(wanted === null ? fail('unknown-format', { file: fileName }) : noSuch(wanted))
  const vault = await format.read(bytes, { ...options, fileName, companions })
  if (!vault.ok) return err(fail(vault.failure.code, { file: fileName, ...vault.failure.fields }))
  return ok({ format: format.id, isPlainText: await isPlain(format, bytes, options), vault: toPages(vault.value) })
}

async function check(vault: Vault, written: VaultWritten): Promise<Result<string | null>> {
  const { bytes, format: wanted, options, dropped } = written
  const format = formats.find(({ id }) => id === wanted)
  if (!format) return err(noSuch(wanted))
  const read = await format.read(bytes, options)
  if (!read.ok) return read
  const whole = new Set(dropped.flatMap(({ name, what }) => (what === 'entry' ? [name] : [])))
  const expected = { ...vault, entries: vault.entries.filter(({ name }) => !whole.has(name)) }
  return ok(difference(expected, read.value, format.carries))
}

function table({ bytes, fileName }: VaultPart): Result<Table> {
  const format = formats.find((each) => each.table !== undefined)
  const found = format?.table?.(bytes) ?? err(fail('unknown-format', { file: fileName }))
  return found.ok ? found : err(fail(found.failure.code, { file: fileName, ...found.failure.fields }))
}

const noSuch = (id: string): Failure =>
  fail('bad-input', { what: `no format is called ${id}`, fix: 'rekey formats lists them' })

const detect = (bytes: Uint8Array, fileName: string): Format | undefined => {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  let best: { readonly format: Format; readonly score: number } | undefined
  for (const format of formats) {
    const score = format.detect(sample, fileName)
    if (score >= SURE_ENOUGH && score > (best?.score ?? 0)) best = { format, score }
    if (score === 1) break
  }
  return best?.format
}

/** A file that opens without a word from anybody holds its keys in clear. */
async function isPlain(format: Format, bytes: Uint8Array, { passphrase, identities, keyFile }: ReadOptions) {
  if (format.protection !== 'either') return format.protection === 'plain'
  // it was just read without any
  if ((passphrase ?? identities ?? keyFile) === undefined) return true
  const bare = await format.read(bytes, {})
  return bare.ok
}

async function write(vault: Vault, wanted: string, options: WriteOptions): Promise<Result<Written>> {
  const format = formats.find(({ id }) => id === wanted)
  if (!format) return err(noSuch(wanted))
  if (!format.write) return err(fail('cannot-write-format', { format: format.name }))
  return format.write(vault, options)
}

function prepare(wanted: string, options: WriteOptions): null {
  formats.find(({ id }) => id === wanted)?.prepare?.(options)
  return null
}

const viewOf = (format: Format): VaultFormatView => ({
  id: format.id,
  name: format.name,
  extensions: [...format.extensions],
  protection: format.protection,
  reads: true,
  writes: format.write !== null,
  recipients: format.takesRecipients === true,
  keyFiles: format.takesKeyFile === true,
  carries: [...format.carries],
})
