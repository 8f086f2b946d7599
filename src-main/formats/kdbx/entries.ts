/** What an entry of KeePass is as an entry of a vault. */
import type { VaultEntry, VaultField } from '../define-format.ts'
import { timeOf } from '../define-text.ts'
import { withTraits } from '../define-traits.ts'
import { child, children, textAt, type Element, type Group } from './read-xml.ts'
import { STANDARD_FIELDS, URL_FIELD } from './field-names.ts'

/** Seconds from year 1 to 1970, which KDBX 4 counts from. */
export const YEAR_ONE = 62_135_596_800

/** Seeds of one-time codes, under the names that KeePass and its plugins give them; some wrote them in clear. */
const ONE_TIME = /^(?:otp|TOTP Seed|(?:Time|Hmac)Otp-Secret.*)$/i

export function entryOf(element: Element, group: Group, where: string): VaultEntry {
  const standard: (string | undefined)[] = []
  const more: VaultField[] = []
  const custom: VaultField[] = []
  for (const string of children(element, 'String')) {
    const name = textAt(string, 'Key')
    const said = child(string, 'Value')
    const value = said?.text ?? ''
    const isSecret = said?.isProtected === true
    const place = STANDARD_FIELDS.indexOf(name)
    if (place !== -1) standard[place] ??= value
    else if (!isSecret && URL_FIELD.test(name)) more.push({ name, value, isSecret })
    else custom.push({ name, value, isSecret: isSecret || ONE_TIME.test(name) })
  }
  const [title = '', account, secret, url = '', notes] = standard
  const times = child(element, 'Times')
  const created = times === undefined ? '' : textAt(times, 'CreationTime')
  const modified = times === undefined ? '' : textAt(times, 'LastModificationTime')
  const expires = times !== undefined && /^true$/i.test(textAt(times, 'Expires'))
  const createdAt = momentOf(created)
  const { fields, rekey } = withTraits(custom)
  return {
    where,
    name: title,
    folder: folderOf(group),
    secret: secret || null,
    account: account || null,
    urls: filled([url, ...more.sort(byNumber).map(({ value }) => value)]),
    notes: notes || null,
    tags: tagsOf(textAt(element, 'Tags')),
    createdAt,
    modifiedAt: modified === created ? createdAt : momentOf(modified),
    expiresAt: expires ? momentOf(textAt(times, 'ExpiryTime')) : null,
    fields,
    rekey,
    left: leftOf(element),
  }
}

/** In KeePassXC's own order, whatever that of the file. */
const byNumber = (a: VaultField, b: VaultField): number => numberIn(a.name) - numberIn(b.name)
const numberIn = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0)

/** Names of the groups around it; the root's own is the file's. */
const folderOf = ({ name, parent }: Group): readonly string[] => (parent === null ? [] : folderOf(parent).concat(name))

const tagsOf = (text: string): readonly string[] => filled(text.split(/[;,]/).map((tag) => tag.trim()))

/** Those that say something. What is filtered takes room for many more, which counts where there are ten thousand of it. */
const filled = (texts: readonly string[]): readonly string[] =>
  texts.includes('') ? texts.filter((text) => text !== '') : texts

/** Used again for each; with room for one more, to see that there is none. */
const eight = Buffer.alloc(9)

function momentOf(written: string): string | null {
  const text = written.trim()
  // 3.1 has text here, 4 has seconds in Base64; an empty text is no date.
  if (text === '' || /^\d{4}-/.test(text)) return timeOf(new Date(text))
  return eight.write(text, 'base64') === 8 ? timeOf(Number(eight.readBigInt64LE()) - YEAR_ONE) : null
}

function leftOf(element: Element): VaultEntry['left'] {
  const left: { readonly what: string; readonly why: string }[] = []
  const says = (isThere: boolean, what: string, why: string): void => {
    if (isThere) left.push({ what, why })
  }
  for (const binary of children(element, 'Binary'))
    says(true, `attachment ${textAt(binary, 'Key')}`, 'Rekey keeps keys, not files')
  const history = child(element, 'History')
  const versions = history === undefined ? 0 : children(history, 'Entry').length
  says(
    versions > 0,
    versions === 1 ? 'an older version' : `${versions} older versions`,
    'only what is valid now is taken',
  )
  const autoType = child(element, 'AutoType')
  const hasAutoType =
    autoType !== undefined &&
    (textAt(autoType, 'DefaultSequence') !== '' || child(autoType, 'Association') !== undefined)
  says(hasAutoType, 'its auto-type sequences', 'Rekey types nothing')
  says(textAt(element, 'OverrideURL') !== '', 'the program its address opens with', 'Rekey opens no other program')
  says(textAt(element, 'CustomIconUUID') !== '', 'its own icon', 'Rekey shows none')
  says(hasCustomData(element), 'what plugins noted with it', 'only they can read it')
  return left
}

function hasCustomData(element: Element): boolean {
  const data = child(element, 'CustomData')
  return data !== undefined && child(data, 'Item') !== undefined
}
