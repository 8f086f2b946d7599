/** What was dropped or picked, and how its bytes go to the app: a file, or of a folder the few files that hold keys. */
import { fail, type Failure } from '../../src-contract/failures.ts'
import type { InputOf } from '../../src-contract/operations.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import { isEnvFile, wellKnown } from '../../src-contract/vault-places.ts'

/** A folder as it was dropped or picked; paths begin below it. */
export type Folder = {
  readonly name: string
  /** Names of the files that stand in it, and not deeper. */
  readonly list: () => Promise<readonly string[]>
  /** Null: there is no such file. */
  readonly file: (path: string) => Promise<File | null>
}

export type Source =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'found'; readonly id: string; readonly path: string }
  | { readonly kind: 'folder'; readonly folder: Folder }

export const nameOf = (source: Source): string =>
  source.kind === 'file' ? source.file.name : source.kind === 'found' ? source.path : source.folder.name

/** What a window hands over in one piece; base64 makes it a third longer. */
const MOST_BYTES = 72 * 1024 * 1024

type Given = InputOf<'vault.preview'>['source']

/** Fails where it cannot be read, or is more than a window hands over. */
export async function contentOf(source: Source): Promise<Result<Given>> {
  if (source.kind === 'found') return ok({ found: source.id })
  try {
    return source.kind === 'file' ? await fileContent(source.file) : await folderContent(source.folder)
  } catch {
    // it is gone, or not ours to read
    return err(bad(nameOf(source), 'it cannot be read'))
  }
}

const bad = (file: string, what: string): Failure => fail('bad-vault', { file, where: 'the file', what })

const tooLarge = (file: string): Failure =>
  fail('vault-limit', { file, what: 'its size', limit: '72 MiB in the window; the command line takes more' })

async function fileContent(file: File): Promise<Result<Given>> {
  if (file.size > MOST_BYTES) return err(tooLarge(file.name))
  return ok({ fileName: file.name, content: await base64Of(file) })
}

/** The same files that the command line looks into: nothing deeper is read, and nothing else. */
async function folderContent(folder: Folder): Promise<Result<Given>> {
  const names = [...(await folder.list()).filter(isEnvFile).toSorted(), ...wellKnown]
  const found = await Promise.all(names.map(async (path) => ({ path, file: await folder.file(path) })))
  const files = found.flatMap(({ path, file }) => (file !== null && file.size > 0 ? [{ path, file }] : []))
  if (files.length === 0)
    return err(bad(folder.name, 'no file in this folder is one that Rekey takes keys from, such as .env'))
  if (files.reduce((sum, { file }) => sum + file.size, 0) > MOST_BYTES) return err(tooLarge(folder.name))
  const contents = await Promise.all(
    files.map(async ({ path, file }) => ({ fileName: path, content: await base64Of(file) })),
  )
  return ok({ folder: folder.name, files: contents })
}

export const droppedFolder = (folder: FileSystemDirectoryEntry): Folder => ({
  name: folder.name,
  list: async () => (await listed(folder)).flatMap((entry) => (entry.isFile ? [entry.name] : [])),
  file: (path) => fileIn(folder, path),
})

/** Of a folder that was picked the browser names every file there is, however deep: only those that are looked at are held. */
export function pickedFolder(all: readonly File[]): Folder {
  const name = all[0]?.webkitRelativePath.split('/')[0] ?? ''
  const files = new Map(
    all
      .map((file) => [file.webkitRelativePath.slice(name.length + 1), file] as const)
      .filter(([path]) => !path.includes('/') || wellKnown.some((each) => each === path)),
  )
  return {
    name: name === '' ? 'the folder' : name,
    list: async () => [...files.keys()].filter((path) => !path.includes('/')),
    file: async (path) => files.get(path) ?? null,
  }
}

/** A folder gives its entries in portions; the one after the last is empty. */
async function listed(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}

const fileIn = (folder: FileSystemDirectoryEntry, path: string) =>
  new Promise<File | null>((resolve, reject) => {
    const take = (entry: FileSystemEntry): void => (entry as FileSystemFileEntry).file(resolve, reject)
    folder.getFile(path, {}, take, () => resolve(null))
  })

export const base64Of = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : ''
      const comma = url.indexOf(',')
      // an empty file has none
      resolve(comma < 0 ? '' : url.slice(comma + 1))
    }
    reader.onerror = () => reject(new Error('unreadable'))
    reader.readAsDataURL(file)
  })
