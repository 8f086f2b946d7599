/** An item of 1Password as an entry of a vault. What a category keeps as its key or password is the secret. */
import { emptyEntry, type VaultEntry, type VaultField } from '../define-format.ts'
import { timeOf } from '../define-text.ts'
import type { OnePasswordField, OnePasswordItem } from './define-items.ts'
import { fieldsOf, noKeysIn, type Left } from './values.ts'

/** Ids of the fields that hold them in API credentials, databases, servers and the like. */
const SECRET_IDS: readonly string[] = ['credential', 'password']
const ACCOUNT_IDS: readonly string[] = ['username']
const EXPIRY_IDS: readonly string[] = ['expires']
/** Cards, identities, accounts at banks, papers, memberships, records, SSH keys and wallets: their numbers and PINs are no keys. */
const NO_PLACE_FOR_KEYS = /^(?:002|004|101|10[3-8]|11[345])$/

type Placed = { readonly field: OnePasswordField; readonly section: string }

export function entryOf(item: OnePasswordItem, folder: readonly string[], where: string): VaultEntry {
  const { details, overview } = item
  const left: Left[] = []
  const logins = (details.loginFields ?? []).filter((field) => field !== null)
  const designated = (designation: string) => logins.find((field) => field.designation === designation && field.value)
  const placed: Placed[] = (details.sections ?? []).flatMap((section) =>
    (section?.fields ?? []).flatMap((field) => (field === null ? [] : [{ field, section: section?.title ?? '' }])),
  )
  const [user, pass] = [designated('username'), designated('password')]
  const key = pass?.value || details.password ? undefined : byId(placed, SECRET_IDS, ['concealed', 'string'])
  const account = user?.value ? undefined : byId(placed, ACCOUNT_IDS, ['string'])
  const expiry = byId(placed, EXPIRY_IDS, ['date'])
  const rest = placed.filter((each) => each !== key && each !== account && each !== expiry)
  const others: VaultField[] = logins
    .filter((field) => field !== user && field !== pass && field.value)
    .map((field) => ({
      name: field.name || field.id || '',
      value: field.value ?? '',
      isSecret: field.fieldType === 'P',
    }))
  // Where a login has a password as well, that stays a field and nothing is lost.
  const second = pass?.value && details.password ? [{ name: 'password', value: details.password, isSecret: true }] : []
  const urls = [...(overview.urls ?? []).map((each) => each?.url ?? ''), overview.url ?? '']
  const fields = [...others, ...second, ...rest.flatMap(({ field, section }) => fieldsOf(field, section, left))]
  const secret = pass?.value || details.password || textIn(key) || null
  const isNoPlace = NO_PLACE_FOR_KEYS.test(item.categoryUuid ?? '')
  const noKeys = isNoPlace
    ? fields.flatMap(({ name, isSecret }) => (isSecret ? [name] : []))
    : rest.flatMap(({ field, section }) => noKeysIn(field, section))
  return {
    ...emptyEntry,
    where,
    name: overview.title ?? '',
    folder,
    secret,
    account: user?.value || textIn(account) || null,
    urls: [...new Set(urls.filter((url) => url !== ''))],
    notes: details.notesPlain || null,
    tags: overview.tags ?? [],
    createdAt: timeOf(item.createdAt),
    modifiedAt: timeOf(item.updatedAt),
    expiresAt: timeOf(expiry?.field.value?.['date']),
    fields,
    ...(secret !== null || noKeys.length === 0 ? {} : { noKeys }),
    left: [...left, ...leftOf(item)],
  }
}

/** The first with such an id whose value is of such a kind and not empty. */
const byId = (placed: readonly Placed[], ids: readonly string[], kinds: readonly string[]): Placed | undefined =>
  placed.find(({ field }) => ids.includes(field.id ?? '') && kinds.some((kind) => Boolean(field.value?.[kind])))

const textIn = (placed: Placed | undefined): string | null => {
  const value = placed?.field.value?.['concealed'] ?? placed?.field.value?.['string']
  return typeof value === 'string' ? value : null
}

function leftOf({ details, favIndex }: OnePasswordItem): readonly Left[] {
  const versions = details.passwordHistory?.length ?? 0
  const all: readonly (Left | null)[] = [
    versions > 0
      ? {
          what: versions === 1 ? 'an older password' : `${versions} older passwords`,
          why: 'only what is valid now is taken',
        }
      : null,
    details.documentAttributes
      ? { what: `document ${details.documentAttributes.fileName ?? ''}`.trim(), why: 'Rekey keeps keys, not files' }
      : null,
    details.passkey ? { what: 'a passkey', why: 'only the program that made it can use it' } : null,
    favIndex ? { what: 'that it is a favourite', why: 'Rekey has none' } : null,
  ]
  return all.filter((each) => each !== null)
}
