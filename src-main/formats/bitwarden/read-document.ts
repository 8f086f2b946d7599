/** A plain document of Bitwarden as a vault; only its shape is trusted, and only as far as it was checked. */
import { z } from 'zod'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { emptyEntry, limits, type Vault, type VaultEntry, type VaultField } from '../define-format.ts'
import { timeOf } from '../define-text.ts'
import { withOwn } from './own-fields.ts'

const text = z.string().max(limits.value)
const field = z.object({ name: text.nullish(), value: z.unknown().optional(), type: z.number().optional() })
const login = z.object({
  uris: z.array(z.object({ uri: text.nullish(), match: z.unknown().optional() })).nullish(),
  username: text.nullish(),
  password: text.nullish(),
  totp: text.nullish(),
  fido2Credentials: z.array(z.unknown()).nullish(),
})
const item = z.looseObject({
  type: z.number().int(),
  name: text.nullish(),
  notes: text.nullish(),
  folderId: text.nullish(),
  collectionIds: z.array(text).nullish(),
  favorite: z.boolean().nullish(),
  reprompt: z.number().nullish(),
  creationDate: text.nullish(),
  revisionDate: text.nullish(),
  deletedDate: text.nullish(),
  archivedDate: text.nullish(),
  login: login.nullish(),
  fields: z.array(field).nullish(),
  passwordHistory: z.array(z.unknown()).nullish(),
  attachments: z.array(z.unknown()).nullish(),
})
const named = z.array(z.object({ id: text.nullish(), name: text })).nullish()
const exported = z.object({
  encrypted: z.literal(false),
  folders: named,
  collections: named,
  items: z.array(item).max(limits.entries),
})
type Item = z.infer<typeof item>

const LOGIN = 1
const SECURE_NOTE = 2
/** Which parts of a card, an identity or an SSH key are not for everyone's eyes; of a kind unknown here, all. */
const secretParts: Readonly<Record<number, readonly string[]>> = {
  3: ['number', 'code'],
  4: ['ssn', 'passportNumber', 'licenseNumber'],
  5: ['privateKey'],
}
const partOf: Readonly<Record<number, string>> = { 3: 'card', 4: 'identity', 5: 'sshKey' }
const TEXT = 0
const HIDDEN = 1
const BOOLEAN = 2

export function readDocument(document: object): Result<Vault> {
  if ('encrypted' in document && document.encrypted === true)
    return badVault(
      'the file',
      'only the Bitwarden account that made it can open it; export it again, password-protected',
    )
  if ('items' in document && Array.isArray(document.items) && document.items.length > limits.entries)
    return beyond('the number of its entries', String(limits.entries))
  const parsed = exported.safeParse(document)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return badVault(issue?.path.map(String).join('.') || 'the file', 'it is not what Bitwarden writes there')
  }
  const { items, folders, collections } = parsed.data
  const names = new Map([...(folders ?? []), ...(collections ?? [])].map(({ id, name }) => [id, name]))
  const taken = items.flatMap((each, index) =>
    each.deletedDate || each.archivedDate ? [] : [entryOf(each, names, `entry ${index + 1}`)],
  )
  if (taken.some(({ folder }) => folder.length > limits.depth))
    return beyond('nesting of its folders', `${limits.depth} levels`)
  const trashed = items.filter(({ deletedDate }) => deletedDate).length
  const archived = items.length - taken.length - trashed
  const notes = [
    ...(trashed > 0 ? [`${trashed === 1 ? 'an entry' : `${trashed} entries`} in the trash: not taken`] : []),
    ...(archived > 0 ? [`${archived === 1 ? 'an archived entry' : `${archived} archived entries`}: not taken`] : []),
  ]
  return ok({ entries: taken, notes })
}

function entryOf(each: Item, names: ReadonlyMap<string | null | undefined, string>, where: string): VaultEntry {
  const own = each.login
  const fields: VaultField[] = [
    ...(own?.totp ? [{ name: 'totp', value: own.totp, isSecret: true }] : []),
    ...partsOf(each),
    ...(each.fields ?? []).filter(isKept).map(({ name, value, type }) => ({
      name: name ?? '',
      value: plainText(value),
      isSecret: type !== TEXT && type !== BOOLEAN,
    })),
  ]
  const rest = withOwn(fields)
  return {
    ...emptyEntry,
    where,
    name: each.name ?? '',
    folder: folderOf(each, names),
    secret: own?.password || null,
    account: own?.username || null,
    urls: (own?.uris ?? []).flatMap(({ uri }) => (uri ? [uri] : [])),
    notes: each.notes || null,
    createdAt: timeOf(each.creationDate),
    modifiedAt: timeOf(each.revisionDate),
    ...rest,
    ...noKeysOf(each, rest.fields),
    left: leftOf(each),
  }
}

/** A card, an identity or an SSH key has hidden parts of its own; people keep keys in logins and notes. */
function noKeysOf({ type, login: own }: Item, fields: readonly VaultField[]): Pick<VaultEntry, 'noKeys'> {
  if (own?.password || type === LOGIN || type === SECURE_NOTE) return {}
  const noKeys = fields.flatMap(({ name, isSecret }) => (isSecret ? [name] : []))
  return noKeys.length === 0 ? {} : { noKeys }
}

const plainText = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
/** A linked field has no value of its own. */
const isKept = ({ type, value }: z.infer<typeof field>): boolean =>
  type === undefined || type === TEXT || type === HIDDEN || type === BOOLEAN || plainText(value) !== ''

function partsOf(each: Item): VaultField[] {
  if (each.type === LOGIN || each.type === SECURE_NOTE) return []
  const own = partOf[each.type]
  const parts = own === undefined ? unknownParts(each) : each[own]
  if (typeof parts !== 'object' || parts === null) return []
  return Object.entries(parts).flatMap(([name, value]) => {
    const said = plainText(value)
    return said === '' ? [] : [{ name, value: said, isSecret: secretParts[each.type]?.includes(name) ?? true }]
  })
}

/** Of a kind that came after this was written: every object of the item that is none of the common ones. */
const unknownParts = (each: Item): object =>
  Object.fromEntries(
    Object.entries(each).flatMap(([name, value]) =>
      name in item.shape || typeof value !== 'object' || value === null || Array.isArray(value)
        ? []
        : Object.entries(value),
    ),
  )

function folderOf(
  { folderId, collectionIds }: Item,
  names: ReadonlyMap<string | null | undefined, string>,
): readonly string[] {
  const name = names.get(folderId ?? collectionIds?.[0] ?? '')
  return name === undefined ? [] : name.split('/')
}

function leftOf(each: Item): VaultEntry['left'] {
  const left: { readonly what: string; readonly why: string }[] = []
  const says = (count: number, one: string, many: string, why: string): void => {
    if (count > 0) left.push({ what: count === 1 ? one : `${count} ${many}`, why })
  }
  says(each.passwordHistory?.length ?? 0, 'an older password', 'older passwords', 'only what is valid now is taken')
  says(each.attachments?.length ?? 0, 'an attachment', 'attachments', 'Rekey keeps keys, not files')
  says(each.login?.fido2Credentials?.length ?? 0, 'a passkey', 'passkeys', 'only the program that made it can use it')
  says(
    (each.fields ?? []).filter((one) => !isKept(one)).length,
    'a linked field',
    'linked fields',
    'it has no value of its own',
  )
  says(
    (each.collectionIds?.length ?? 0) - (each.folderId ? 0 : 1),
    'another collection',
    'other collections',
    'an entry has one folder',
  )
  says(
    (each.login?.uris ?? []).filter(({ match }) => match !== null && match !== undefined).length,
    'how an address is matched',
    'ways addresses are matched',
    'Rekey fills in no forms',
  )
  says(each.reprompt ? 1 : 0, 'that it asks for the master password again', '', 'Rekey has its own lock')
  says(each.favorite === true ? 1 : 0, 'that it is a favourite', '', 'Rekey has none')
  return left
}
