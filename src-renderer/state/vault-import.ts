/**
 * A file on its way in: what it still needs, what would become of each entry, and what came of it. No byte of the file and no
 * word that opens it is kept: only the handle that the browser gave, until the file is read, or imported where it may be read
 * again. The app keeps what it read.
 */
import { fail, type Failure } from '../../src-contract/failures.ts'
import type { InputOf } from '../../src-contract/operations.ts'
import { err, type Result } from '../../src-contract/result.ts'
import type { ImportReceipt, PreviewEntry, TableView } from '../../src-contract/vault-views.ts'
import { client } from '../client/client.ts'
import { loadCredentials, useCredentials } from './credentials.ts'
import { checked, checkSoon, isSame } from './import-check.ts'
import { askedOf, carried, doingOf, noChoice, type Choice, type Choices } from './import-choices.ts'
import { nothing, useImport, type Asks } from './import-state.ts'
import { goTo } from './navigation.ts'
import { beginProgress } from './vault-progress.ts'
import { base64Of, contentOf, nameOf, pickedFolder, type Source } from './vault-source.ts'

const set = useImport.setState

/** Words that open a file: given on, kept nowhere. */
export type Opening = Pick<InputOf<'vault.preview'>, 'passphrase' | 'identities' | 'map' | 'format'> & {
  readonly keyFile?: File
}

let source: Source | null = null
/** What a person said that it is. */
let format: Opening['format']
let waiting: readonly Source[] = []
/** Which reading is the one that is waited for. */
let turn = 0

/** Reads what was dropped or picked, one after the other; what was open before is let go. */
export function openSources(all: readonly Source[]): void {
  const [first, ...rest] = all
  if (first === undefined || useImport.getState().isWriting) return
  cancelImport()
  waiting = rest
  begin(first, { at: 1, of: all.length })
}

export const openFiles = (files: readonly File[]): void => openSources(files.map((file) => ({ kind: 'file', file })))

/** What a person picked of a folder: every file that is in it. */
export const openFolder = (files: readonly File[]): void =>
  openSources([{ kind: 'folder', folder: pickedFolder(files) }])

/** Reads one that `vault.find` knows. */
export const openFound = (id: string, path: string): void => openSources([{ kind: 'found', id, path }])

/** On to the next of those that were given at once; the one that is open is let go. Without one, the import is over. */
export function nextFile(): void {
  const { place, earlier } = useImport.getState()
  const [next, ...rest] = waiting
  const names = [...earlier, ...namesStored()]
  cancelImport()
  if (next === undefined) return
  waiting = rest
  set({ earlier: names })
  begin(next, { at: place.at + 1, of: place.of })
}

function begin(from: Source, place: { readonly at: number; readonly of: number }): void {
  source = from
  const [next] = waiting
  goTo('import')
  set({ fileName: nameOf(from), place, next: next === undefined ? null : nameOf(next) })
  void readFile({})
}

export async function readFile(opening: Opening): Promise<void> {
  if (source === null) return
  turn += 1
  const mine = turn
  set({ stage: 'reading', failure: null })
  beginProgress()
  const answer = await previewOf(source, opening)
  if (mine !== turn) {
    if (answer.ok) void client().call('vault.forget', { id: answer.value.id })
    return
  }
  if (answer.ok) {
    // what a reader leaves out by its name can be taken after all
    if (answer.value.leftOut.length === 0) source = null
    format = opening.format
    const { place, next, earlier } = useImport.getState()
    const preview = answer.value
    const read = { fileName: preview.file, preview, entries: preview.entries, readAt: new Date() }
    return set({ ...nothing, place, next, earlier, ...read, stage: 'preview' })
  }
  const asks = asksOf(answer.failure, useImport.getState().asks)
  if (asks === null) return set({ stage: 'choose', failure: answer.failure })
  set({ stage: 'asks', asks, failure: answer.failure.code === 'vault-needs' ? null : answer.failure })
}

/** Reads the file again with these names taken for keys, and no others; what was said of its entries stays said. Null: it is done. */
export async function takeByName(names: readonly string[]): Promise<Failure | null> {
  const { preview: before, isWriting } = useImport.getState()
  if (source === null || before === null || isWriting) return fail('unknown-preview')
  turn += 1
  const mine = turn
  const map = Object.fromEntries(names.map((name) => [name, 'secret']))
  const answer = await previewOf(source, { map, ...(format === undefined ? {} : { format }) })
  if (mine !== turn) {
    if (answer.ok) void client().call('vault.forget', { id: answer.value.id })
    return null
  }
  if (!answer.ok) return answer.failure
  void client().call('vault.forget', { id: before.id })
  const preview = answer.value
  const choices = carried(useImport.getState().choices, before.entries, preview.entries)
  const read = { preview, entries: preview.entries, choices, keysByName: names }
  set({ ...read, readAt: new Date(), failure: null })
  if (choices.size > 0) checkSoon()
  return null
}

function asksOf({ code, fields }: Failure, before: Asks): Asks | null {
  if (code === 'vault-passphrase') return before
  if (code === 'unknown-format') return 'format'
  if (code !== 'vault-needs') return null
  const option = fields['option'] ?? ''
  if (option.includes('--map')) return 'columns'
  if (option.includes('--identity')) return 'identities'
  return option.includes('--key-file') ? 'passphrase-or-key-file' : 'passphrase'
}

async function previewOf(from: Source, { keyFile, ...opening }: Opening) {
  const content = await contentOf(from)
  if (!content.ok) return content
  const key = keyFile === undefined ? {} : { keyFile: await base64Of(keyFile) }
  return client().call('vault.preview', { ...opening, ...key, source: content.value })
}

/** The columns of the table that is open. */
export async function columnsOf(): Promise<Result<TableView>> {
  if (source === null) return err(fail('unknown-preview'))
  const content = await contentOf(source)
  return content.ok ? client().call('vault.columns', { source: content.value }) : content
}

/** Whether one that could not be read can be tried again. */
export const hasFileOpen = (): boolean => source !== null

/** The app forgets what it read, and so does the window. */
export function cancelImport(): void {
  const { preview, receipt } = useImport.getState()
  if (preview !== null && receipt === null) void client().call('vault.forget', { id: preview.id })
  forgetImport()
}

/** Without telling the app: it is locked, and has forgotten. */
export function forgetImport(): void {
  turn += 1
  source = null
  waiting = []
  set(nothing)
}

function choose(change: (choices: Choices) => Choices): void {
  set(({ choices }) => ({ choices: change(choices), failure: null }))
  checkSoon()
}

export const decide = (indexes: readonly number[], said: Partial<Choice>): void =>
  choose((choices) => {
    const next = new Map(choices)
    for (const index of indexes) next.set(index, { ...(next.get(index) ?? noChoice), ...said })
    return next
  })

/** Back to what the app would do by itself with these. */
export const undecideVendor = (indexes: readonly number[]): void =>
  choose((choices) => {
    const next = new Map(choices)
    for (const index of indexes) {
      const { vendor: _vendor, ...rest } = next.get(index) ?? noChoice
      next.set(index, rest)
    }
    return next
  })

export function confirmOrigin(origin: string, isFine: boolean): void {
  set(({ origins }) => {
    const next = new Set(origins)
    if (isFine) next.add(origin)
    else next.delete(origin)
    return { origins: next }
  })
}

export const confirmOperators = (areOperatorsFine: boolean): void => set({ areOperatorsFine })

export async function importNow(): Promise<void> {
  const { preview, choices, origins, areOperatorsFine, isWriting, entries: seen } = useImport.getState()
  if (preview === null || isWriting) return
  // what is still being read again comes too late
  turn += 1
  set({ isWriting: true, failure: null })
  beginProgress()
  await checked()
  const { entries, failure } = useImport.getState()
  if (useImport.getState().preview !== preview) return
  // what was pressed is what was seen: anything else is looked at first
  if (failure !== null || !isSame(seen, entries, choices)) return set({ isWriting: false })
  const answer = await client().call('vault.import', {
    id: preview.id,
    choices: askedOf(entries, choices),
    confirmOrigins: [...origins],
    confirmOperators: areOperatorsFine,
  })
  if (useImport.getState().preview !== preview) return
  if (!answer.ok) {
    set({ isWriting: false, failure: answer.failure })
    return
  }
  await loadCredentials()
  source = null
  set({ isWriting: false, receipt: answer.value, stage: 'done' })
}

/** What the keys are called now that came in from this file. */
export function namesStored(): readonly string[] {
  const { entries, choices, receipt } = useImport.getState()
  return receipt === null ? [] : storedNames(entries, choices, receipt)
}

function storedNames(
  entries: readonly PreviewEntry[],
  choices: Choices,
  { renamed }: ImportReceipt,
): readonly string[] {
  const { byName } = useCredentials.getState()
  const kept = entries.flatMap((entry) => {
    const doing = doingOf(entry, choices)
    return doing === 'import' ? [entry.name] : doing === 'replace' ? [entry.existing ?? ''] : []
  })
  return [...new Set([...kept, ...renamed.map(({ to }) => to)])].filter((name) => byName.has(name))
}
