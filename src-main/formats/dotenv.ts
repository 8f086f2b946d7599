/**
 * `.env` files: one variable a key. Out, each is told by a comment whose it is; in, a variable without one is taken if its name
 * says that it is a key, and named if not. Values are read as the dotenv library reads them, and written only in a form that
 * it reads back as they are.
 */
import { parse } from 'dotenv'
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault, beyond } from './define-failures.ts'
import { emptyEntry, limits, type Format, type Vault, type VaultEntry, type Written } from './define-format.ts'
import { glance, textOf } from './define-text.ts'

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]/
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

type Chunk = { readonly line: number; readonly name: string; readonly owner: string | null; readonly text: string }

async function read(bytes: Uint8Array): Promise<Result<Vault>> {
  const decoded = textOf(bytes)
  if (!decoded.ok) return decoded
  const chunks = chunksOf(decoded.value.replace(/^\uFEFF/, ''))
  if (!chunks.ok) return chunks
  if (chunks.value.length > limits.entries) return beyond('its number of variables', String(limits.entries))
  const entries: VaultEntry[] = []
  const settings: string[] = []
  for (const { line, name, owner, text } of chunks.value) {
    const value = parse(text)[name] ?? ''
    if (value.length > limits.value) return beyond(`the value at line ${line}`, `${limits.value} characters`)
    if (owner === null && !KEYISH.test(name)) settings.push(name)
    else if (/^\$\{?\w+\}?$/.test(value)) settings.push(`${name} (it refers to another variable)`)
    else
      entries.push({ ...emptyEntry, where: `line ${line}`, name: owner ?? name, secret: value === '' ? null : value })
  }
  if (chunks.value.length === 0 && !decoded.value.startsWith(OWN_HEAD))
    return badVault('the file', 'there is no NAME=value in it')
  return ok({
    entries,
    notes: settings.length > 0 ? [`settings that are not taken for keys: ${settings.join(', ')}`] : [],
  })
}

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
    const name = ASSIGNMENT.exec(line)?.[1]
    if (name === undefined) return badVault(`line ${at + 1}`, 'it is not NAME=value')
    const start = at
    const quote = /[=:]\s*(['"`])/.exec(line)?.[1]
    if (quote !== undefined) {
      const isOpen = (): boolean => !isClosed(lines.slice(start, at + 1).join('\n'), quote)
      while (isOpen() && at + 1 < lines.length) at += 1
      if (isOpen()) return badVault(`line ${start + 1}`, 'a quote is opened and never closed')
    }
    chunks.push({ line: start + 1, name, owner, text: lines.slice(start, at + 1).join('\n') })
    owner = null
  }
  return ok(chunks)
}

/** A quote closes at the next of its kind that no backslash stands before. */
function isClosed(text: string, quote: string): boolean {
  const from = text.indexOf(quote) + 1
  for (let at = from; at < text.length; at += 1) {
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
