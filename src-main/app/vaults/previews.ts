/** Reads a file and shows what would become of it. What was read stays in memory, until it is imported, forgotten or locked away. */
import { explain, fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { ImportPreview } from '../../../src-contract/vault-views.ts'
import { companionsOf } from '../../../src-contract/vault-places.ts'
import type { ReadOptions } from '../../formats/define-format.ts'
import type { VaultPart, VaultRead, VaultSource } from '../app-ports.ts'
import type { Context, Handler } from '../context.ts'
import { bytesOf } from './bytes-of.ts'
import { keysLike } from './guess-vendor.ts'
import { judgingAsTheyCome } from './judge-here.ts'
import { withKeysInFields } from './keys-in-fields.ts'
import { absentFrom, leftOutOf } from './left-out.ts'
import type { Preview } from './open-previews.ts'

export const listFormats: Handler<'vault.formats'> = async (context) =>
  ok([...(await context.ports.vaultFormats.list())])

export const find: Handler<'vault.find'> = (context) =>
  ok(context.ports.vaultFiles.known().map((path) => ({ id: context.ports.hash(path).slice(0, 16), path })))

export const forget: Handler<'vault.forget'> = (context, input) => {
  context.previews.forget(input.id)
  return ok({})
}

export const preview: Handler<'vault.preview'> = async (context, input) => {
  const judging = judgingAsTheyCome(context)
  try {
    return await readAndJudge(context, input, judging)
  } finally {
    await judging.stop()
  }
}

async function readAndJudge(
  context: Context,
  input: Parameters<typeof preview>[1],
  { take: found, judge }: ReturnType<typeof judgingAsTheyCome>,
): Promise<Result<ImportPreview>> {
  const source = sourceOf(context, input.source)
  if (!source.ok) return source
  const { parts, folder } = source.value
  const options: ReadOptions = {
    map: input.map,
    keysLike: keysLike(context.registry.all()),
    ...(input.passphrase === undefined ? {} : { passphrase: input.passphrase }),
    ...(input.identities === undefined ? {} : { identities: input.identities }),
    ...(input.keyFile === undefined ? {} : { keyFile: bytesOf(input.keyFile) }),
  }
  const refused = [...source.value.refused]
  const read: (VaultRead & { readonly fileName: string })[] = []
  for (const [index, part] of parts.entries()) {
    context.emit({ type: 'vault.progressed', step: 'reading', done: index, of: parts.length })
    // of several, each entry is told apart by its file once all are read
    const told = parts.length > 1 ? {} : { found }
    const one = await context.ports.vaultFormats.read(part, input.format ?? null, { ...options, ...told })
    if (one.ok) read.push({ ...one.value, vault: withKeysInFields(one.value.vault), fileName: part.fileName })
    else if (folder === null) return one
    else refused.push(one.failure)
  }
  // of a folder the rest is shown, but not where there is none
  if (read.length === 0 && refused[0] !== undefined) return err(refused[0])
  context.emit({ type: 'vault.progressed', step: 'judging', done: 0, of: 1 })
  const [first] = read
  const several = read.length + refused.length > 1
  const entries = read.flatMap(({ vault, fileName }) =>
    several ? vault.entries.map((entry) => ({ ...entry, where: `${fileName}, ${entry.where}` })) : vault.entries,
  )
  const judged = await judge(entries)
  if (!judged.ok) return judged
  // locked away while it was read: what was in it is not kept past the lock
  if (context.session.isLocked()) return err(fail('locked'))
  const kept: Preview = {
    file: several && folder !== null ? folder : (first?.fileName ?? 'the file'),
    format: several ? 'folder' : (first?.format ?? 'folder'),
    isPlainText: read.some(({ isPlainText }) => isPlainText),
    ...judged.value,
    notes: [
      ...absentFrom(read).map((name) => `no variable is called ${name}`),
      ...refused.map((failure) => `${explain(failure).message}; nothing of this file is taken`),
      ...read.flatMap(({ vault, fileName }) =>
        several ? vault.notes.map((each) => `${fileName}: ${each}`) : vault.notes,
      ),
    ],
    leftOut: leftOutOf(read),
    refused,
    vendorFiles: read.flatMap(({ vault }) => vault.vendorFiles ?? []),
  }
  const id = context.ports.ids.next()
  context.previews.keep(id, kept)
  return ok(await viewOf(context, id, kept))
}

type Source = Parameters<Handler<'vault.preview'>>[1]['source']

/** SECURITY: 28. A window hands over a file that a person dropped or picked, never a path of its own making. */
export function sourceOf(context: Context, source: Source): Result<VaultSource> {
  if ('content' in source) {
    const part = { fileName: source.fileName, bytes: bytesOf(source.content), companions: {} }
    return ok({ parts: [part], folder: null, refused: [] })
  }
  if ('folder' in source) return ok({ ...folderParts(source.files), folder: source.folder })
  if ('path' in source) {
    if (context.ports.window !== null)
      return err(fail('not-here', { what: 'reading a file by its path', fix: 'drop the file' }))
    return context.ports.vaultFiles.read(source.path)
  }
  const path = context.ports.vaultFiles.known().find((each) => context.ports.hash(each).startsWith(source.found))
  return path === undefined ? err(fail('unknown-preview')) : context.ports.vaultFiles.read(path)
}

/** The files of a folder that a window read, each with those beside it that say its rest. */
function folderParts(
  files: readonly { readonly fileName: string; readonly content: string }[],
): Pick<VaultSource, 'parts' | 'refused'> {
  const all = files.map(({ fileName, content }) => ({ fileName, bytes: bytesOf(content) }))
  const parts: VaultPart[] = []
  const refused: Failure[] = []
  for (const { fileName, bytes } of all) {
    const beside = all.filter((other) => companionsOf[fileName]?.includes(other.fileName) === true)
    const odd = beside.find((other) => !isText(other.bytes))
    if (odd) {
      const where = `${odd.fileName} beside it`
      refused.push(fail('bad-vault', { file: fileName, where, what: 'it is not text in UTF-8' }))
      continue
    }
    const texts = beside.map((other) => [other.fileName, new TextDecoder().decode(other.bytes)] as const)
    parts.push({ fileName, bytes, companions: Object.fromEntries(texts) })
  }
  return { parts, refused }
}

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

async function viewOf(
  context: Context,
  id: string,
  { file, format, isPlainText, leftOut, refused, notes, shown }: Preview,
): Promise<ImportPreview> {
  const formats = await context.ports.vaultFormats.list()
  return {
    id,
    file,
    format,
    formatName: formats.find((each) => each.id === format)?.name ?? format,
    isPlainText,
    entries: [...shown],
    leftOut: [...leftOut],
    refused: refused.map((failure) => ({ file: failure.fields['file'] ?? file, reason: explain(failure).message })),
    notes: [...notes],
  }
}
