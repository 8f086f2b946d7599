/** What a column of a table means: by a person's word, else by its title. */
import { parse } from 'csv-parse/sync'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault } from '../define-failures.ts'
import type { Table } from '../define-format.ts'
import { glance } from '../define-text.ts'
import { TRAITS_FIELD } from '../define-traits.ts'

export type Part =
  | 'name'
  | 'secret'
  | 'account'
  | 'url'
  | 'notes'
  | 'folder'
  | 'tags'
  | 'vendor'
  | 'created'
  | 'modified'
  | 'expires'
  | 'totp'
  | 'fields'
  | 'rekey'
  | 'none'

/** What columns are called, in lower case with everything but letters and digits taken out. */
export const titles: Readonly<Record<Exclude<Part, 'none'>, readonly string[]>> = {
  name: ['name', 'title', 'service', 'item'],
  secret: [
    'password',
    'loginpassword',
    'passwd',
    'pwd',
    'secret',
    'key',
    'apikey',
    'token',
    'accesstoken',
    'apitoken',
    'value',
  ],
  account: ['username', 'loginusername', 'loginname', 'user', 'login', 'email', 'account'],
  url: ['url', 'loginuri', 'website', 'uri', 'urls', 'webaddress'],
  notes: ['notes', 'note', 'extra', 'comment', 'comments'],
  folder: ['group', 'folder', 'grouping', 'vault', 'collections'],
  tags: ['tags', 'labels'],
  vendor: ['vendor', 'provider'],
  created: ['created', 'createdat', 'creationdate', 'timecreated'],
  modified: ['lastmodified', 'modified', 'modifiedat', 'updated'],
  expires: ['expires', 'expiresat', 'expiry', 'expirydate'],
  totp: ['totp', 'otpauth', 'logintotp', 'otp'],
  fields: ['fields'],
  rekey: [TRAITS_FIELD],
}
/** Columns about looks and order, which mean nothing elsewhere. */
const idle = ['favorite', 'fav', 'icon', 'reprompt', 'type', 'archived', 'favorited']
export const squeezed = (title: string): string => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** Null: it is kept as text beside the key. */
export function partOf(title: string, map: Readonly<Record<string, string>>, number = 0): Part | null {
  const said = map[title] ?? map[`#${number}`]
  if (said !== undefined) return isPart(said) && said !== 'text' ? (said as Part) : null
  const plain = squeezed(title)
  if (idle.includes(plain)) return 'none'
  const found = Object.entries(titles).find(([, words]) => words.includes(plain))
  return (found?.[0] ?? null) as Part | null
}

/** KeePass 1 calls the title an account, and the account a login name. */
export const partsOf = (head: readonly string[], map: Readonly<Record<string, string>>): readonly (Part | null)[] => {
  const hasLogin = head.includes('Login Name') && map['Account'] === undefined
  return head.map((title, at) => (hasLogin && title === 'Account' ? 'name' : partOf(title, map, at + 1)))
}

/** Excel's own first line, `sep=;`, which is no record. */
const SEP = /^\uFEFF?"?sep=(.)"?\r?\n/i

/** The first line of titles, and what parts them: tables of other countries have semicolons. */
export function headIn(text: string): { readonly line: string; readonly delimiter: string; readonly from: 1 | 2 } {
  const said = SEP.exec(text)
  const [line = ''] = text.slice(said?.[0].length ?? 0).split(/\r?\n/, 1)
  return { line, delimiter: said?.[1] ?? delimiterOf(line), from: said ? 2 : 1 }
}

/** The likeliest of the first line. */
function delimiterOf(line: string): string {
  const count = (delimiter: string): number => line.split(delimiter).length
  return [';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best), ',')
}

/** What a word on a column may be, beside what it is. */
export const isPart = (word: string): boolean => word === 'none' || word === 'text' || Object.hasOwn(titles, word)

const ROWS = 3

/** The titles and the first lines, for somebody to say what is what. */
export function tableOf(bytes: Uint8Array): Result<Table> {
  const text = glance(bytes).replace(/^\uFEFF/, '')
  const { delimiter, from } = headIn(text)
  const first = (lines: number): readonly (readonly string[])[] | null => {
    try {
      return parse(text, {
        delimiter,
        from_line: from,
        skip_empty_lines: true,
        relax_column_count: true,
        to: lines,
      })
    } catch {
      return null
    }
  }
  const [head, ...rows] = first(ROWS + 1) ?? first(1) ?? []
  if (!head) return badVault('line 1', 'it has no titles of columns')
  const parts = partsOf(head, {})
  return ok({
    columns: head.map((title, at) => ({ title, part: parts[at] ?? null, cells: rows.map((row) => row[at] ?? '') })),
  })
}
