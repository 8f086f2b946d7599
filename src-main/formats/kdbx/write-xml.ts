/**
 * A vault as KeePass's XML. A value that XML cannot say is hidden like a password, which keeps it whole; what even that
 * cannot carry is altered and named in `dropped`.
 */
import { randomBytes } from 'node:crypto'
import type { VaultEntry, VaultField, Written } from '../define-format.ts'
import { TRAITS_FIELD, traitsOf, traitsText } from '../define-traits.ts'
import { YEAR_ONE } from './entries.ts'
import { STANDARD_FIELDS, URL_FIELD } from './field-names.ts'
import type { Keystream } from './keystream.ts'

export type Dropped = Written['dropped'][number]
type Drop = (what: string, why: string) => void
type Folder = { readonly folders: Map<string, Folder>; readonly entries: VaultEntry[] }

// eslint-disable-next-line no-control-regex
const UNSAYABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g
const special = /[&<>\r]/g
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }

const isSayable = (text: string): boolean => text.search(UNSAYABLE) < 0
const escaped = (text: string): string => text.replace(special, (character) => escapes[character] ?? '')
const element = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`
/** For places that cannot be hidden. */
const plain = (text: string): string => text.toWellFormed().replace(UNSAYABLE, '\uFFFD')

/** Entries as they come, folder by folder; what it cannot carry is added to `dropped` on the way. */
export function openXml(keystream: Keystream, dropped: Dropped[]) {
  const uuid = uuids()
  const hidden = (text: string): string => {
    const bytes = Buffer.from(text, 'utf8')
    const mask = keystream(bytes.length)
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) ^ (mask[at] ?? 0)
    return bytes.toString('base64')
  }
  const value = (text: string, isSecret: boolean): string =>
    isSecret || !isSayable(text) ? `<Value Protected="True">${hidden(text)}</Value>` : element('Value', text)
  const string = (name: string, text: string, isSecret = false): string =>
    `<String>${element('Key', name)}${value(text, isSecret)}</String>`

  const entryXml = (entry: VaultEntry): string => {
    const drop: Drop = (what, why) => dropped.push({ name: entry.name, what, why })
    sayBrokenText(entry, drop)
    const urls = urlsOf(entry, drop)
    const strings = [
      string('Title', entry.name),
      string('UserName', entry.account ?? ''),
      string('Password', entry.secret ?? '', true),
      string('URL', urls[0] ?? ''),
      string('Notes', entry.notes ?? ''),
      ...urls.slice(1).map((url, index) => string(`KP2A_URL_${index + 1}`, url)),
      ...fieldsOf(entry, urls.length, drop).map(({ name, value: text, isSecret }) => string(name, text, isSecret)),
      ...(entry.rekey === null ? [] : [string(TRAITS_FIELD, traitsText(entry.rekey), true)]),
    ]
    return `<Entry>${element('UUID', uuid())}<IconID>0</IconID>${element('Tags', tagsOf(entry, drop).join(';'))}${timesXml(entry)}${strings.join('')}</Entry>`
  }
  const groupXml = (name: string): string =>
    `<Group>${element('UUID', uuid())}${element('Name', name)}<IconID>48</IconID>`

  /** The folders that are open, outermost first. */
  let open: readonly string[] = []
  const moveTo = (folder: readonly string[]): string => {
    const same = folder.findIndex((name, depth) => name !== open[depth])
    const shared = same === -1 ? folder.length : same
    const closed = '</Group>'.repeat(open.length - shared)
    open = folder
    return closed + folder.slice(shared).map(groupXml).join('')
  }
  return {
    start: (): string =>
      `${START}<Meta><Generator>Rekey</Generator><DatabaseName>Rekey</DatabaseName><MemoryProtection><ProtectPassword>True</ProtectPassword></MemoryProtection><RecycleBinEnabled>True</RecycleBinEnabled></Meta><Root>${groupXml('Rekey')}`,
    entry: (entry: VaultEntry): string => {
      const folder = entry.folder.map(plain)
      if (folder.some((said, depth) => said !== entry.folder[depth]))
        dropped.push({ name: entry.name, what: 'a group name as it is', why: CANNOT_SAY })
      return moveTo(folder) + entryXml(entry)
    },
    end: (): string => `${moveTo([])}</Group></Root></KeePassFile>`,
  }
}

const START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<KeePassFile>'

/** Sixteen random bytes each, drawn many at a time. */
function uuids(): () => string {
  let drawn = Buffer.alloc(0)
  let at = 0
  return () => {
    if (at === drawn.length) [drawn, at] = [randomBytes(16 * 256), 0]
    return drawn.toString('base64', at, (at += 16))
  }
}

/** The entries of a folder one after the other, and after them those of the folders in it. */
export function inFolders(entries: readonly VaultEntry[]): readonly VaultEntry[] {
  const root: Folder = { folders: new Map(), entries: [] }
  for (const entry of entries) {
    let at = root
    for (const name of entry.folder.map(plain)) {
      const next = at.folders.get(name) ?? { folders: new Map(), entries: [] }
      at.folders.set(name, next)
      at = next
    }
    at.entries.push(entry)
  }
  const flat = (folder: Folder): readonly VaultEntry[] => [
    ...folder.entries,
    ...[...folder.folders.values()].flatMap(flat),
  ]
  return flat(root)
}

const CANNOT_SAY = 'KDBX cannot say one of its characters there'

/** KeePassXC 2.7 reads a value up to its first NUL, and saves what is not hidden without control characters. */
export const isFullySayable = (entry: VaultEntry): boolean => textsOf(entry).every(isSayable)

/** `count`: of entries that are not fully sayable. */
export function warningsOf(count: number): readonly string[] {
  if (count === 0) return []
  const which = count === 1 ? 'an entry holds' : `${count} entries hold`
  return [`${which} control characters; they are all in the file, but KeePassXC shows a value only up to a NUL`]
}

const textsOf = ({ name, account, secret, notes, urls, fields }: VaultEntry): readonly string[] =>
  [name, account, secret, notes, ...urls, ...fields.map(({ value }) => value)].filter((text) => text !== null)

function sayBrokenText(entry: VaultEntry, drop: Drop): void {
  if (textsOf(entry).some((text) => !text.isWellFormed())) drop('half a character', 'UTF-8 cannot say it')
}

function urlsOf({ urls }: VaultEntry, drop: Drop): readonly string[] {
  const filled = urls.filter((url) => url !== '')
  if (filled.length < urls.length) drop('an empty address', 'KeePass takes it for none')
  if (filled.slice(1).some((url) => !isSayable(url))) drop('an address as such; it became a hidden field', CANNOT_SAY)
  return filled
}

function tagsOf({ tags }: VaultEntry, drop: Drop): readonly string[] {
  return tags.flatMap((tag) => {
    const said = plain(tag).replace(/[;,]/g, '.').trim()
    if (said !== tag) drop('a tag as it is', 'KeePass separates tags with ; and , and trims them')
    return said === '' ? [] : [said]
  })
}

/** Field names are unique in KeePass, and some are taken. */
function fieldsOf(entry: VaultEntry, urlCount: number, drop: Drop): readonly VaultField[] {
  const extraUrls = Array.from({ length: Math.max(0, urlCount - 1) }, (_, index) => `KP2A_URL_${index + 1}`)
  const taken = new Set([...STANDARD_FIELDS, ...extraUrls, ...(entry.rekey === null ? [] : [TRAITS_FIELD])])
  return entry.fields.map((field) => {
    const isMistaken =
      field.name === '' || URL_FIELD.test(field.name) || (field.name === TRAITS_FIELD && traitsOf(field.value) !== null)
    const base = plain(field.name)
    let name = base
    for (let n = 2; taken.has(name) || (isMistaken && name === base); n += 1) name = `${base} (${n})`
    taken.add(name)
    if (name !== field.name)
      drop(`the name of the field "${field.name}"; it is "${name}" there`, 'KeePass has that name for something else')
    if (!field.isSecret && !isSayable(field.value)) drop(`that the field "${field.name}" is not hidden`, CANNOT_SAY)
    return { ...field, name }
  })
}

function timesXml({ createdAt, modifiedAt, expiresAt }: VaultEntry): string {
  const time = (name: string, at: string | null): string => (at === null ? '' : element(name, secondsOf(at)))
  const times = [
    time('CreationTime', createdAt),
    time('LastModificationTime', modifiedAt),
    time('ExpiryTime', expiresAt),
    expiresAt === null ? '' : '<Expires>True</Expires>',
  ].join('')
  return times === '' ? '' : `<Times>${times}</Times>`
}

/** Used again for each: to be given memory of its own takes longer than all else here. */
const eight = Buffer.alloc(8)

function secondsOf(at: string): string {
  eight.writeBigInt64LE(BigInt(Math.floor(Date.parse(at) / 1000) + YEAR_ONE))
  return eight.toString('base64')
}
