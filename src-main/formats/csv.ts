/**
 * Tables: as KeePassXC, Bitwarden, Chrome and others write them, or of any shape with a word on which column is what. What a
 * column means is told by its title; a value is taken as it stands, to the last space, and never altered, not even where
 * a spreadsheet would take it for a formula.
 */
import { Buffer, isUtf8 } from 'node:buffer'
import { parse, CsvError } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { ok, type Result } from '../../src-contract/result.ts'
import { headIn, isPart, partOf, partsOf, squeezed, tableOf, titles, type Part } from './csv/columns.ts'
import { badVault, beyond, needs } from './define-failures.ts'
import {
  emptyEntry,
  limits,
  type Format,
  type ReadOptions,
  type Vault,
  type VaultEntry,
  type VaultField,
  type Written,
} from './define-format.ts'
import { glance, textOf, timeOf } from './define-text.ts'
import { TRAITS_FIELD, traitsOf, traitsText } from './define-traits.ts'

const columns = [
  'name',
  'url',
  'username',
  'password',
  'note',
  'folder',
  'tags',
  'created',
  'modified',
  'expires',
  'fields',
  TRAITS_FIELD,
] as const
/** What makes a spreadsheet run a cell. */
const FORMULA = /^[=+\-@\t\r]/

export const csv: Format = {
  id: 'csv',
  name: 'CSV table',
  extensions: ['csv', 'tsv'],
  protection: 'plain',
  carries: ['name', 'folder', 'secret', 'account', 'urls', 'notes', 'tags', 'times', 'expiry', 'fields', 'rekey'],
  companions: [],
  detect: (sample, fileName) => {
    const { line: first, delimiter } = headIn(glance(sample).replace(/^\uFEFF/, ''))
    if (first.includes('\0') || /^\s*[{[<]/.test(first)) return 0
    const isTable = /\.(csv|tsv)$/i.test(fileName)
    const cells = first.split(delimiter).map((cell) => squeezed(cell))
    const known = cells.filter((cell) => Object.values(titles).some((words) => words.includes(cell)))
    if (cells.length > 1 && known.length > 1 && titles.secret.some((word) => cells.includes(word))) return 0.9
    return isTable && cells.length > 1 ? 0.4 : 0
  },
  table: tableOf,
  read,
  write,
}

/** A table says in its first line what the others are; the head is read once, every line becomes an entry as it comes. */
type Head = { readonly columns: Columns; readonly unused: readonly string[]; readonly hasTitles: boolean }

async function read(bytes: Uint8Array, { map = {} }: ReadOptions): Promise<Result<Vault>> {
  const source = sourceOf(bytes)
  if (!source.ok) return source
  const wrong = Object.entries(map).find(([, part]) => !isPart(part))
  if (wrong) return badVault('--map', `${wrong[1]} is none of ${Object.keys(titles).join(', ')}, text, none`)
  const { delimiter, from } = headIn(glance(bytes.subarray(0, 65_536)))
  let head: Result<Head> | null = null
  let before: Place = { lines: 0, empty_lines: 0 }
  const entries: VaultEntry[] = []
  const take = (record: readonly string[], place: Place): null => {
    if (head === null) head = headOf(record, map)
    else if (head.ok && entries.length <= limits.entries)
      entries.push(entryOf(record, beginOf(place, before), head.value.columns))
    before = { lines: place.lines, empty_lines: place.empty_lines }
    return null
  }
  try {
    parse(source.value, {
      delimiter,
      from_line: from,
      bom: true,
      skip_empty_lines: true,
      max_record_size: limits.value * 4,
      on_record: take,
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const place = placeIn(error)
    // what is only seen at the end of the file began with its record
    const isSeenLate = ['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'].includes(error.code)
    return badVault(`line ${isSeenLate ? beginOf(place, before) : place.lines}`, faultOf(error))
  }
  const found = head as Result<Head> | null
  if (found === null) return badVault('the file', 'it is empty')
  if (entries.length > limits.entries) return beyond('its number of lines', String(limits.entries))
  if (!found.ok) return found
  const { unused, hasTitles } = found.value
  return ok({
    entries,
    notes: [
      ...(unused.length > 0 ? [`columns that are not taken: ${unused.join(', ')}`] : []),
      ...(hasTitles ? [] : ['line 1 is taken for the titles of the columns, and for no entry']),
    ],
  })
}

/** Where the parser stands: behind a record, and how many empty lines it passed. */
type Place = { readonly lines: number; readonly empty_lines: number }

/** A record begins where the one before it ended, behind the empty lines between them. */
const beginOf = (place: Place, before: Place): number => before.lines + 1 + place.empty_lines - before.empty_lines

const placeIn = (error: CsvError): Place => {
  const count = (name: string): number => (typeof error[name] === 'number' ? error[name] : 0)
  return { lines: count('lines'), empty_lines: count('empty_lines') }
}

/** UTF-8 is read where it lies: a large table as text, and once more as the bytes of that text, would be three of it. */
function sourceOf(bytes: Uint8Array): Result<Buffer | string> {
  const isPlain = bytes.length <= limits.bytes && isUtf8(bytes)
  return isPlain ? ok(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) : textOf(bytes)
}

function headOf(record: readonly string[], map: Readonly<Record<string, string>>): Result<Head> {
  const missing = Object.keys(map).find((title) => !record.includes(title) && !isColumn(title, record.length))
  if (missing !== undefined) return badVault('line 1', `no column is called ${missing}, as --map says`)
  const parts = partsOf(record, map)
  if (!parts.includes('secret')) return needs('a column for the keys', '--map "its title"=secret')
  // KeePassXC begins each path with the name of its root
  const roots = record.includes('Group') && record.includes('Icon') ? 1 : 0
  const unused = record.filter((_, index) => parts[index] === 'none')
  // by numbers alone somebody may speak of a table that has none
  const isByTitle = Object.keys(map).some((title) => record.includes(title))
  const hasTitles = isByTitle || record.some((title) => partOf(title, {}) !== null)
  return ok({ columns: { head: record, parts, roots }, unused, hasTitles })
}

function faultOf({ code }: CsvError): string {
  if (code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') return 'it has another number of columns than the first line'
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened and never closed'
  if (code === 'CSV_MAX_RECORD_SIZE') return 'it is far too long'
  return 'its quotes are not as in a table'
}

/** `#2`: the second column, whatever its title. */
const isColumn = (word: string, count: number): boolean => /^#[1-9]\d*$/.test(word) && Number(word.slice(1)) <= count

const looksSecret = (title: string): boolean => /pass|secret|token|key|pin|otp|code/i.test(title)

const times: ReadonlySet<Part> = new Set(['created', 'modified', 'expires'])

type Columns = { readonly head: readonly string[]; readonly parts: readonly (Part | null)[]; readonly roots: number }

function entryOf(record: readonly string[], line: number, { head, parts, roots }: Columns): VaultEntry {
  const all = (part: Part): readonly string[] => record.filter((cell, index) => parts[index] === part && cell !== '')
  const one = (part: Part): string | null => all(part)[0] ?? null
  const traits = one('rekey')
  const rekey = traits === null ? null : traitsOf(traits)
  const seen = new Set<Part>()
  const further: VaultField[] = record.flatMap((value, index) => {
    const name = head[index] ?? ''
    const part = parts[index] ?? null
    if (value === '' || part === 'none' || part === 'url') return []
    if (part === 'totp') return [{ name: 'totp', value, isSecret: true }]
    // a second column of one meaning, and a time that is none, stay as text
    const isUsed = part !== null && !seen.has(part) && (!times.has(part) || timeOf(value) !== null)
    if (part !== null && isUsed) seen.add(part)
    return isUsed ? [] : [{ name, value, isSecret: part === 'secret' || looksSecret(name) }]
  })
  const time = (part: Part): string | null =>
    all(part)
      .map(timeOf)
      .find((each) => each !== null) ?? null
  const vendor = one('vendor')
  return {
    ...emptyEntry,
    where: `line ${line}`,
    name: one('name') ?? one('url') ?? one('account') ?? `line ${line}`,
    folder: (one('folder') ?? '')
      .split('/')
      .slice(roots)
      .filter((part) => part !== ''),
    secret: one('secret'),
    account: one('account'),
    urls: all('url').flatMap(urlsOf),
    notes: one('notes'),
    tags: tagsOf(one('tags')),
    createdAt: time('created'),
    modifiedAt: time('modified'),
    expiresAt: time('expires'),
    fields: [...fieldsOf(one('fields')), ...further, ...(rekey === null && traits !== null ? [lost(traits)] : [])],
    rekey,
    ...(vendor === null ? {} : { vendor }),
  }
}

const lost = (value: string): VaultField => ({ name: TRAITS_FIELD, value, isSecret: true })

const PLAIN_URL = /^https?:\/\/[^\s,]+$/
const urlsOf = (cell: string): readonly string[] => textList(cell) ?? cell.split(/[\n,](?=https?:)/)

/** A JSON list of texts, as Rekey writes it; null if it is something else. */
function textList(cell: string): readonly string[] | null {
  const list = cell.startsWith('["') ? jsonList(cell) : null
  return list?.every((each) => typeof each === 'string') ? (list as readonly string[]) : null
}

/** A JSON list, or words with commas. */
function tagsOf(cell: string | null): readonly string[] {
  if (cell === null) return []
  const list = textList(cell)
  if (list !== null) return list
  return cell
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}

/** A JSON list, as Rekey writes it, or `name: value` lines, as Bitwarden does. */
function fieldsOf(cell: string | null): readonly VaultField[] {
  if (cell === null) return []
  const list = cell.startsWith('[{') ? jsonList(cell) : null
  if (list?.every(isField)) return list.map(({ name, value, isSecret }) => ({ name, value, isSecret }))
  return cell.split('\n').flatMap((line) => {
    const at = line.indexOf(': ')
    const name = at > 0 ? line.slice(0, at) : 'field'
    return line === '' ? [] : [{ name, value: at > 0 ? line.slice(at + 2) : line, isSecret: looksSecret(name) }]
  })
}

const isField = (value: unknown): value is VaultField =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'value' in value &&
  typeof value.value === 'string' &&
  'isSecret' in value &&
  typeof value.isSecret === 'boolean'

function jsonList(cell: string): readonly unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(cell)
    return Array.isArray(parsed) ? parsed : null
  } catch {
    return null
  }
}

async function write({ entries }: Vault): Promise<Result<Written>> {
  const rows = entries.map((entry) => [
    entry.name,
    entry.urls.every((url) => PLAIN_URL.test(url)) ? entry.urls.join(',') : JSON.stringify(entry.urls),
    entry.account ?? '',
    entry.secret ?? '',
    entry.notes ?? '',
    entry.folder.join('/'),
    entry.tags.length > 0 ? JSON.stringify(entry.tags) : '',
    entry.createdAt ?? '',
    entry.modifiedAt ?? '',
    entry.expiresAt ?? '',
    entry.fields.length > 0 ? JSON.stringify(entry.fields) : '',
    entry.rekey === null ? '' : traitsText(entry.rekey),
  ])
  const risky = rows.filter((row) => row.some((cell) => FORMULA.test(cell))).length
  const text = stringify([[...columns], ...rows])
  return ok({
    bytes: new TextEncoder().encode(text),
    dropped: [],
    warnings:
      risky > 0
        ? [`${risky} of the lines have a value that a spreadsheet takes for a formula: do not open it in one`]
        : [],
  })
}
