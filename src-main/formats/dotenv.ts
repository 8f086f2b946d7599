/**
 * `.env` files: one variable a key. Out, each is told by a comment whose it is; in, a variable without one is taken if its name
 * says that it is a key, its value looks like one, or somebody says so (`map`), and named if not. Values are read as the dotenv
 * library reads them, and written only in a form that it reads back as they are.
 */
import { parse } from 'dotenv'
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault, beyond } from './define-failures.ts'
import {
  emptyEntry,
  limits,
  type Format,
  type KeyLike,
  type ReadOptions,
  type Vault,
  type VaultEntry,
  type Written,
} from './define-format.ts'
import { glance, textOf } from './define-text.ts'

/** As the library sees one; what follows is the value, behind its spaces. */
const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)\s*/
const QUOTES = `'"\``
const OWN = /^#\s*rekey:\s*(\S+)\s*$/
/** A file of ours may be empty of keys. */
const OWN_HEAD = '# Keys, written by Rekey.'
/** Words that only keys have in their names. */
const KEYISH = /(^|[_.-])(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|PAT|CREDENTIALS?|AUTH)($|[_.-]|\d)/i

export const dotenv: Format = {
  id: 'dotenv',
  name: '.env file',
  extensions: ['env'],
  protection: 'plain',
  carries: ['name', 'secret'],
  companions: [],
  detect: (sample, fileName) => {
    if (glance(sample).startsWith(OWN_HEAD)) return 1
    const lines = glance(sample)
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    const [first = ''] = lines
    const isNamed = /^\.env|\.env$/.test(fileName)
    if (!/^\s*(?:export\s+)?[A-Za-z_]\w*=/.test(first)) return 0
    return isNamed ? 0.8 : lines.every((line) => ASSIGNMENT.test(line)) ? 0.6 : 0.55
  },
  read,
  write,
}

type Chunk = {
  readonly line: number
  readonly name: string
  readonly owner: string | null
  readonly text: string
  /** Null: the value has none around it. */
  readonly quote: string | null
}

async function read(bytes: Uint8Array, { map = {}, keysLike = [] }: ReadOptions): Promise<Result<Vault>> {
  const decoded = textOf(bytes)
  if (!decoded.ok) return decoded
  const chunks = chunksOf(decoded.value.replace(/^\uFEFF/, ''))
  if (!chunks.ok) return chunks
  if (chunks.value.length > limits.entries) return beyond('its number of variables', String(limits.entries))
  const wrong = Object.values(map).find((part) => part !== 'secret' && part !== 'none')
  if (wrong !== undefined) return badVault('--map', `${wrong} is neither secret nor none, as a variable is`)
  const names = new Set(chunks.value.map(({ name }) => name))
  const absent = Object.keys(map).filter((name) => !names.has(name))
  const entries: VaultEntry[] = []
  const settings = new Set<string>()
  const references: string[] = []
  for (const chunk of chunks.value) {
    const { line, name, owner } = chunk
    const value = parse(chunk.text)[name] ?? ''
    if (value.length > limits.value) return beyond(`the value at line ${line}`, `${limits.value} characters`)
    const said = Object.hasOwn(map, name) ? map[name] : undefined
    const isKey = said === undefined ? KEYISH.test(name) || isLike(value, keysLike) : said === 'secret'
    if (owner === null && !isKey) settings.add(name)
    else if (owner === null && isReference(chunk, value)) references.push(`${name} (it refers to another variable)`)
    else {
      const secret = value === '' ? null : value
      entries.push({ ...emptyEntry, where: `line ${line}`, name: owner ?? name, secret, left: leftOf(chunk) })
    }
  }
  if (chunks.value.length === 0 && !decoded.value.startsWith(OWN_HEAD))
    return badVault('the file', 'there is no NAME=value in it')
  return ok({
    entries,
    notes: references.length > 0 ? [`settings that are not taken for keys: ${references.join(', ')}`] : [],
    ...(Object.keys(map).length > 0 ? { absent } : {}),
    ...(settings.size > 0 ? { leftOut: [...settings] } : {}),
  })
}

const isLike = (value: string, all: readonly KeyLike[]): boolean =>
  all.some(
    ({ prefix, minLength, maxLength }) =>
      value.startsWith(prefix) && value.length >= minLength && value.length <= maxLength,
  )

/** In single quotes it stands for itself, to whoever reads the file. */
const isReference = ({ quote }: Chunk, value: string): boolean =>
  quote !== "'" && (/^\$\w+$/.test(value) || /\$\{\w[^}]{0,100}\}/.test(value))

/** Some readers begin a comment at any `#`, others behind a space only: a key that has one in it is not cut without a word. */
const leftOf = ({ quote, text }: Chunk): VaultEntry['left'] =>
  quote === null && /[^\s#]#/.test(text)
    ? [{ what: 'what stands behind #', why: 'it is a comment unless there are quotes around the value' }]
    : []

/** One assignment each, with the lines that its quotes hold together. */
function chunksOf(text: string): Result<readonly Chunk[]> {
  const lines = text.split(/\r?\n/)
  const chunks: Chunk[] = []
  let owner: string | null = null
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const trimmed = line.trim()
    const own = OWN.exec(trimmed)
    if (own) owner = own[1] ?? null
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const [head = '', name] = ASSIGNMENT.exec(line) ?? []
    if (name === undefined) return badVault(`line ${at + 1}`, 'it is not NAME=value')
    const start = at
    const first = line[head.length] ?? ''
    const quote = first !== '' && QUOTES.includes(first) ? first : null
    if (quote !== null) {
      const isOpen = (): boolean => !isClosed(lines.slice(start, at + 1).join('\n'), head.length, quote)
      while (isOpen() && at + 1 < lines.length) at += 1
      if (isOpen()) return badVault(`line ${start + 1}`, 'a quote is opened and never closed')
    }
    chunks.push({ line: start + 1, name, owner, text: lines.slice(start, at + 1).join('\n'), quote })
    owner = null
  }
  return ok(chunks)
}

/** A quote closes at the next of its kind that no backslash stands before. */
function isClosed(text: string, from: number, quote: string): boolean {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote) return true
  }
  return false
}

async function write({ entries }: Vault): Promise<Result<Written>> {
  const taken = new Set<string>()
  const lines: string[] = [OWN_HEAD]
  const dropped: { name: string; what: string; why: string }[] = []
  for (const entry of entries) {
    const name = variableOf(entry.name, taken)
    const text = entry.secret === null ? `${name}=` : quoted(name, entry.secret)
    const hasName = /^\S+$/.test(entry.name)
    if (text === null || !hasName) {
      const why = hasName ? 'no way of quoting gives it back as it is' : 'its name has white space in it'
      dropped.push({ name: entry.name, what: 'entry', why })
      continue
    }
    lines.push(`# rekey: ${entry.name}`, text)
    const more = besidesKey(entry)
    if (more !== '') dropped.push({ name: entry.name, what: more, why: 'a .env file holds a name and a value' })
  }
  return ok({ bytes: new TextEncoder().encode(`${lines.join('\n')}\n`), dropped, warnings: [] })
}

function variableOf(name: string, taken: Set<string>): string {
  const plain = name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)|^$/, '_')
  let variable = plain
  for (let count = 2; taken.has(variable); count += 1) variable = `${plain}_${count}`
  taken.add(variable)
  return variable
}

/** The first way of quoting that reads back as the value; null if none does. */
function quoted(name: string, value: string): string | null {
  const isBare = /^[\w.+/=:@%,~-]+$/.test(value)
  const quotes = [`'`, `"`, '`'].filter((quote) => !value.includes(quote))
  const forms = [...(isBare ? [value] : []), ...quotes.map((quote) => `${quote}${value}${quote}`)]
  const found = forms.find((form) => {
    const text = `${name}=${form}`
    const chunks = chunksOf(text)
    return chunks.ok && chunks.value.length === 1 && parse(text)[name] === value
  })
  return found === undefined ? null : `${name}=${found}`
}

const besidesKey = (entry: VaultEntry): string =>
  [
    ...(entry.account === null ? [] : ['account']),
    ...(entry.urls.length > 0 ? ['urls'] : []),
    ...(entry.notes === null ? [] : ['notes']),
    ...(entry.tags.length + entry.folder.length > 0 ? ['tags'] : []),
    ...(entry.createdAt === null && entry.modifiedAt === null ? [] : ['times']),
    ...(entry.expiresAt === null ? [] : ['expiry']),
    ...entry.fields.map(({ name }) => name),
    ...(entry.rekey === null ? [] : ['what rekey knows of it']),
  ].join(', ')
