/**
 * People keep keys in hidden fields of an entry that has no password. Each such field becomes an entry of its own. With each goes
 * what says whose key it is (account, addresses, tags, fields in clear); the rest (notes, hidden values that are no key, what is
 * left in the file) stays with the first alone: it is neither lost nor said twice. An entry with a secret is taken as it is.
 */
import type { Vault, VaultEntry, VaultField } from '../../formats/define-format.ts'
import { plainName } from './entry-name.ts'

/** The text that says what the only one was called; of several, each is called after its own. */
export const KEY_NAME = 'key name'

/** Seeds of one-time codes, passkeys, addresses and tokens for an hour, under the names that programs give them. */
const NO_KEY =
  /^(?:t?otp|one-time password|TOTP (?:Seed|Settings)|(?:Time|Hmac)Otp-.*|KPEX_PASSKEY_.*|KP2A_URL(?:_\d+)?|aws_session_token)$/i
const SEED = /^(?:otpauth|steam):\/\//i

/** One line of text that an import can keep. */
const isKey = (value: string): boolean =>
  value.trim() !== '' && value.length <= 16_384 && value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value)

/** What goes along with each, in characters, unless it stays with the first too: a small file must not become gigabytes here. */
const LONGEST_COMMON = 2_048
const LONGEST_PART = 60
/** As many as a file may have. */
export const MOST_ENTRIES = 200_000

/** One for each of its keys, in the fields' order; the entry itself where there is none, or where it has a secret. */
export function keysInFields(entry: VaultEntry): readonly VaultEntry[] {
  const keys = fieldsWithKeys(entry)
  const [only] = keys
  if (only === undefined) return [entry]
  const isTaken = new Set(keys)
  const rest = entry.fields.filter((field) => !isTaken.has(field))
  if (keys.length === 1) return [{ ...entry, ...placed(entry, only), fields: [...rest, ...calledBy(only)] }]
  const names = namesFor(keys)
  const common = commonOf(entry, rest)
  const title = titleOf(entry)
  const whole = entry.name.length > LONGEST_PART ? [{ name: 'title', value: entry.name, isSecret: false }] : []
  return keys.map((key, at) => ({
    ...(at === 0 ? { ...entry, fields: [...rest, ...whole] } : common),
    ...placed(entry, key),
    name: `${title}/${names[at] ?? ''}`,
  }))
}

/** The same of all entries of a file, with a sentence on those that became several. */
export function withKeysInFields(vault: Vault): Vault {
  if (vault.entries.every(isWhole)) return vault
  const parted = { entries: 0, keys: 0, beyond: 0, name: '' }
  const entries = vault.entries.flatMap((entry) => {
    const keys = keysInFields(entry)
    if (keys.length === 1) return keys
    if (vault.entries.length - parted.entries - 1 + parted.keys + keys.length > MOST_ENTRIES) {
      parted.beyond += 1
      return [entry]
    }
    parted.entries += 1
    parted.keys += keys.length
    parted.name = entry.name
    return keys
  })
  const { keys, beyond, name } = parted
  const whose = parted.entries === 1 ? `${cut(name) || 'an entry'} has` : `${parted.entries} entries have`
  const notes = [
    ...(keys === 0 ? [] : [`${whose} ${keys} keys in hidden fields: each counts as an entry`]),
    ...(beyond === 0 ? [] : [`keys in hidden fields beyond ${MOST_ENTRIES} entries: not taken`]),
  ]
  return notes.length === 0 ? { ...vault, entries } : { ...vault, entries, notes: [...vault.notes, ...notes] }
}

const isWhole = ({ secret, rekey }: VaultEntry): boolean => (secret !== null && secret !== '') || rekey !== null

function fieldsWithKeys(entry: VaultEntry): readonly VaultField[] {
  if (isWhole(entry)) return []
  const { fields, noKeys = [] } = entry
  const others = new Set(noKeys)
  return fields.filter(
    ({ name, value, isSecret }) =>
      isSecret && isKey(value) && !NO_KEY.test(name) && !SEED.test(value) && !others.has(name),
  )
}

const placed = ({ where }: VaultEntry, { name, value }: VaultField): Pick<VaultEntry, 'where' | 'secret'> => ({
  where: `${where}, ${name === '' ? 'a field without a name' : `field ${cut(name)}`}`,
  secret: value,
})

const calledBy = ({ name }: VaultField): readonly VaultField[] =>
  name === '' ? [] : [{ name: KEY_NAME, value: name, isSecret: false }]

/** No two that come to the same name here: the later one has its number in front, as has one without letters that a name takes. */
function namesFor(keys: readonly VaultField[]): readonly string[] {
  const taken = new Set([''])
  const isFree = (name: string): boolean => !taken.has(shortOf(name))
  return keys.map(({ name }, at) => {
    const numbered = `${at + 1} ${name}`.trim()
    let free = isFree(name) ? name : numbered
    for (let n = 2; !isFree(free); n += 1) free = `${n}.${numbered}`
    taken.add(shortOf(free))
    return free
  })
}

const shortOf = (name: string): string => plainName(name).slice(0, LONGEST_PART).toLowerCase()

/** Where nothing of it can be in a name, its place in the file tells it from others. */
const titleOf = ({ name, where }: VaultEntry): string =>
  shortOf(name) === '' ? `${where} ${cut(name)}`.trim() : cut(name)

/** What each after the first has of the entry. */
function commonOf(entry: VaultEntry, rest: readonly VaultField[]): VaultEntry {
  const { account, urls, tags, folder } = entry
  const fields = rest.filter(({ isSecret }) => !isSecret)
  const texts = [account ?? '', ...urls, ...tags, ...folder, ...fields.flatMap(({ name, value }) => [name, value])]
  const isShort = texts.reduce((sum, { length }) => sum + length, texts.length) <= LONGEST_COMMON
  const common = { ...entry, notes: null, fields, left: [] }
  return isShort ? common : { ...common, account: null, urls: [], tags: [], folder: [], fields: [] }
}

/** Not in the middle of a character. */
const cut = (text: string): string =>
  text.length <= LONGEST_PART ? text : text.slice(0, LONGEST_PART).replace(/\p{Cs}$/u, '')
