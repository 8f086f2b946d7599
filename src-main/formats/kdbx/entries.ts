/** What an entry of KeePass is as an entry of a vault. */
import { emptyEntry, type VaultEntry, type VaultField } from '../define-format.ts'
import { timeOf } from '../define-text.ts'
import { withTraits } from '../define-traits.ts'
import { child, textAt, type Element, type Group } from './read-xml.ts'
import { STANDARD_FIELDS, URL_FIELD } from './field-names.ts'

/** Seconds from year 1 to 1970, which KDBX 4 counts from. */
export const YEAR_ONE = 62_135_596_800

/** Seeds of one-time codes, under the names that KeePass and its plugins give them; some wrote them in clear. */
const ONE_TIME = /^(?:otp|TOTP Seed|(?:Time|Hmac)Otp-Secret.*)$/i

export function entryOf(element: Element, group: Group, where: string): VaultEntry {
  const strings = element.children
    .filter(({ name }) => name === 'String')
    .map((string) => {
      const value = child(string, 'Value')
      return {
        name: textAt(string, 'Key'),
        value: value?.text ?? '',
        isSecret: value?.isProtected === true,
      }
    })
  const standard = (name: string): string | null => strings.find((string) => string.name === name)?.value || null
  const isUrl = ({ name, isSecret }: VaultField): boolean => URL_FIELD.test(name) && !isSecret
  const custom = strings
    .filter((string) => !STANDARD_FIELDS.includes(string.name) && !isUrl(string))
    .map((string) => ({ ...string, isSecret: string.isSecret || ONE_TIME.test(string.name) }))
  const times = child(element, 'Times')
  const expires = times !== undefined && /^true$/i.test(textAt(times, 'Expires'))
  return {
    ...emptyEntry,
    where,
    name: standard('Title') ?? '',
    folder: folderOf(group),
    secret: standard('Password'),
    account: standard('UserName'),
    urls: [
      standard('URL') ?? '',
      ...strings
        .filter(isUrl)
        .sort(byNumber)
        .map(({ value }) => value),
    ].filter((url) => url !== ''),
    notes: standard('Notes'),
    tags: tagsOf(textAt(element, 'Tags')),
    createdAt: momentOf(times, 'CreationTime'),
    modifiedAt: momentOf(times, 'LastModificationTime'),
    expiresAt: expires ? momentOf(times, 'ExpiryTime') : null,
    ...withTraits(custom),
    left: leftOf(element),
  }
}

/** In KeePassXC's own order, whatever that of the file. */
const byNumber = (a: VaultField, b: VaultField): number => numberIn(a.name) - numberIn(b.name)
const numberIn = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0)

/** Names of the groups around it; the root's own is the file's. */
function folderOf(group: Group): readonly string[] {
  const names: string[] = []
  for (let at: Group | null = group; at !== null && at.parent !== null; at = at.parent) names.unshift(at.name)
  return names
}

const tagsOf = (text: string): readonly string[] =>
  text
    .split(/[;,]/)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')

function momentOf(times: Element | undefined, name: string): string | null {
  const text = times === undefined ? '' : textAt(times, name).trim()
  // 3.1 has text here, 4 has seconds in Base64; an empty text is no date.
  if (text === '' || /^\d{4}-/.test(text)) return timeOf(new Date(text))
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 8 ? timeOf(Number(bytes.readBigInt64LE()) - YEAR_ONE) : null
}

function leftOf(element: Element): VaultEntry['left'] {
  const attachments = element.children
    .filter(({ name }) => name === 'Binary')
    .map((binary) => ({ what: `attachment ${textAt(binary, 'Key')}`, why: 'Rekey keeps keys, not files' }))
  const versions = child(element, 'History')?.children.filter(({ name }) => name === 'Entry').length ?? 0
  const left = [...attachments]
  const says = (isThere: boolean, what: string, why: string): void => {
    if (isThere) left.push({ what, why })
  }
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

const hasCustomData = (element: Element): boolean =>
  child(element, 'CustomData')?.children.some(({ name }) => name === 'Item') ?? false
