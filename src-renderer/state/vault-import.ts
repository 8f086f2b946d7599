/**
 * A file on its way in: what it still needs, what would become of each entry, and what came of it. No byte of the file and no
 * word that opens it is kept: only the handle that the browser gave, until the file is read. The app keeps what it read.
 */
import { create } from 'zustand'
import { fail, type Failure } from '../../src-contract/failures.ts'
import type { InputOf } from '../../src-contract/operations.ts'
import type { ImportPreview, ImportReceipt } from '../../src-contract/vault-views.ts'
import { client } from '../client/client.ts'
import { loadCredentials } from './credentials.ts'
import { askedOf, noChoice, type Choice, type Choices } from './import-choices.ts'
import { goTo } from './navigation.ts'
import { beginProgress } from './vault-progress.ts'

/** What a file cannot be read without. */
export type Asks = 'passphrase' | 'passphrase-or-key-file' | 'identities' | 'columns' | 'format'

export type VaultImport = {
  readonly stage: 'choose' | 'reading' | 'asks' | 'preview' | 'done'
  readonly fileName: string
  readonly asks: Asks
  readonly failure: Failure | null
  readonly preview: ImportPreview | null
  readonly readAt: Date | null
  readonly choices: Choices
  /** Addresses, and whether operators, that a person has confirmed. */
  readonly origins: ReadonlySet<string>
  readonly areOperatorsFine: boolean
  readonly isWriting: boolean
  readonly receipt: ImportReceipt | null
}

const nothing: VaultImport = {
  stage: 'choose',
  fileName: '',
  asks: 'passphrase',
  failure: null,
  preview: null,
  readAt: null,
  choices: new Map(),
  origins: new Set(),
  areOperatorsFine: false,
  isWriting: false,
  receipt: null,
}

export const useImport = create<VaultImport>(() => nothing)
const set = useImport.setState

type Source = { readonly file: File } | { readonly found: string }
/** Words that open a file: given on, kept nowhere. */
export type Opening = Pick<InputOf<'vault.preview'>, 'passphrase' | 'identities' | 'map' | 'format'> & {
  readonly keyFile?: File
}

/** What a window hands over in one piece; base64 makes it a third longer. */
const MOST_BYTES = 72 * 1024 * 1024

let source: Source | null = null
/** Which reading is the one that is waited for. */
let turn = 0

/** Reads a file that was dropped or picked; one that was open before is let go. */
export function openFile(file: File): void {
  begin({ file }, file.name)
}

/** Reads one that `vault.find` knows. */
export function openFound(id: string, path: string): void {
  begin({ found: id }, path)
}

function begin(from: Source, fileName: string): void {
  if (useImport.getState().isWriting) return
  cancelImport()
  source = from
  goTo('import')
  set({ fileName })
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
    source = null
    return set({ ...nothing, fileName: answer.value.file, stage: 'preview', preview: answer.value, readAt: new Date() })
  }
  const asks = asksOf(answer.failure, useImport.getState().asks)
  if (asks === null) return set({ stage: 'choose', failure: answer.failure })
  set({ stage: 'asks', asks, failure: answer.failure.code === 'vault-needs' ? null : answer.failure })
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
  try {
    const given = {
      ...opening,
      ...(keyFile === undefined ? {} : { keyFile: await base64Of(keyFile) }),
    }
    if ('found' in from) return await client().call('vault.preview', { ...given, source: { found: from.found } })
    const { file } = from
    if (file.size > MOST_BYTES) return { ok: false, failure: tooLarge(file) } as const
    const content = await base64Of(file)
    return await client().call('vault.preview', { ...given, source: { fileName: file.name, content } })
  } catch {
    // it is a folder, or gone, or not ours to read
    const file = 'file' in from ? from.file.name : 'the file'
    const failure = fail('bad-vault', {
      file,
      where: 'the file',
      what: 'it cannot be read; a folder cannot be taken here',
    })
    return { ok: false, failure } as const
  }
}

const tooLarge = ({ name }: File): Failure =>
  fail('vault-limit', { file: name, what: 'its size', limit: '72 MiB in the window; the command line takes more' })

const base64Of = (file: File): Promise<string> =>
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
  set(nothing)
}

export function decide(indexes: readonly number[], said: Partial<Choice>): void {
  set(({ choices }) => {
    const next = new Map(choices)
    for (const index of indexes) next.set(index, { ...(next.get(index) ?? noChoice), ...said })
    return { choices: next, failure: null }
  })
}

/** Back to what the app would do by itself with these. */
export function undecideVendor(indexes: readonly number[]): void {
  set(({ choices }) => {
    const next = new Map(choices)
    for (const index of indexes) {
      const { vendor: _vendor, ...rest } = next.get(index) ?? noChoice
      next.set(index, rest)
    }
    return { choices: next }
  })
}

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
  const { preview, choices, origins, areOperatorsFine, isWriting } = useImport.getState()
  if (preview === null || isWriting) return
  set({ isWriting: true, failure: null })
  beginProgress()
  const answer = await client().call('vault.import', {
    id: preview.id,
    choices: askedOf(preview.entries, choices),
    confirmOrigins: [...origins],
    confirmOperators: areOperatorsFine,
  })
  if (useImport.getState().preview !== preview) return
  if (!answer.ok) return set({ isWriting: false, failure: answer.failure })
  await loadCredentials()
  set({ isWriting: false, receipt: answer.value, stage: 'done' })
}
