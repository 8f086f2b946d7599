/** What the thread for vault files does: one job, one answer. Everything here may be slow, large or hostile. */
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VaultFormatView } from '../../src-contract/vault-views.ts'
import type { VaultPart, VaultRead, VaultWritten } from '../app/app-ports.ts'
import { formats } from '../formats/catalog.ts'
import type { Format, ReadOptions, Table, VaultEntry, WriteOptions, Written } from '../formats/define-format.ts'
import { formatOf, noSuch, VaultDraft, type VaultRest } from './vault-draft.ts'
import { entriesOn, pagesOf, type Page } from './vault-pages.ts'

export type VaultJob =
  | { readonly kind: 'list' }
  | { readonly kind: 'read'; readonly part: VaultPart; readonly format: string | null; readonly options: ReadOptions }
  | { readonly kind: 'table'; readonly part: VaultPart }
  /** The draft, with all that was added to it. */
  | { readonly kind: 'write'; readonly rest: VaultRest }
  /** What was written, against the draft. */
  | { readonly kind: 'check'; readonly rest: VaultRest; readonly written: VaultWritten }
/** What is to be written, as it comes: one draft at a time, the last that began. It is not answered. */
export type VaultNews =
  | { readonly kind: 'begin'; readonly format: string; readonly options: WriteOptions }
  | { readonly kind: 'add'; readonly page: Page }
export type VaultAnswer<J extends VaultJob['kind']> = {
  readonly list: readonly VaultFormatView[]
  readonly read: Result<Omit<VaultRead, 'vault'> & { readonly rest: VaultRest }>
  readonly table: Result<Table>
  readonly write: Result<Written>
  readonly check: Result<string | null>
}[J]
/** Before the answer of `read`, what was read. */
export type VaultPage = { readonly page: Page }

const SAMPLE_BYTES = 65_536
/** Below this a file is of no format that is worth a try. */
const SURE_ENOUGH = 0.3

let draft: VaultDraft | null = null

export const isNews = (message: VaultJob | VaultNews): message is VaultNews =>
  message.kind === 'begin' || message.kind === 'add'

export function takeNews(news: VaultNews): void {
  if (news.kind === 'begin') draft = new VaultDraft(news.format, news.options)
  else draft?.add(entriesOn(news.page))
}

export async function doVaultWork(
  job: VaultJob,
  tell: (page: VaultPage) => void,
): Promise<VaultAnswer<VaultJob['kind']>> {
  if (job.kind === 'list') return formats.map(viewOf)
  if (job.kind === 'table') return table(job.part)
  if (job.kind === 'read') return read(job, tell)
  if (draft === null) throw new Error('nothing was begun that could be written')
  return job.kind === 'write' ? draft.write(job.rest) : draft.check(job.rest, job.written)
}

async function read(
  { part, format: wanted, options }: Extract<VaultJob, { readonly kind: 'read' }>,
  tell: (page: VaultPage) => void,
): Promise<VaultAnswer<'read'>> {
  const { bytes, fileName, companions } = part
  if (bytes.length === 0) return err(fail('bad-vault', { file: fileName, where: 'the file', what: 'it is empty' }))
  const format = wanted === null ? detect(bytes, fileName) : formatOf(wanted)
  if (!format) return err(wanted === null ? fail('unknown-format', { file: fileName }) : noSuch(wanted))
  let told = 0
  const found = (entries: readonly VaultEntry[]): void => {
    for (const page of pagesOf(entries)) tell({ page })
    told += entries.length
  }
  const vault = await format.read(bytes, { ...options, fileName, companions, found })
  if (!vault.ok) return err(fail(vault.failure.code, { file: fileName, ...vault.failure.fields }))
  const { entries, ...rest } = vault.value
  found(entries.slice(told))
  return ok({ format: format.id, isPlainText: await isPlain(format, bytes, options), rest })
}

function table({ bytes, fileName }: VaultPart): Result<Table> {
  const format = formats.find((each) => each.table !== undefined)
  const found = format?.table?.(bytes) ?? err(fail('unknown-format', { file: fileName }))
  return found.ok ? found : err(fail(found.failure.code, { file: fileName, ...found.failure.fields }))
}

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
