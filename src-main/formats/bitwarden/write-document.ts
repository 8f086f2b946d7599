/** A vault as a plain document of Bitwarden: every entry a login, which alone has room for a key. */
import { randomUUID } from 'node:crypto'
import type { Vault, VaultEntry, Written } from '../define-format.ts'
import { isOwn, ownFields } from './own-fields.ts'

type Dropped = Written['dropped'][number]

/** What is left of the 5,000 and 10,000 characters of Bitwarden's server once they are encrypted. */
const SERVER_VALUE = 3_600
const SERVER_NOTES = 7_400

export function writeDocument(vault: Vault): {
  readonly document: object
  readonly dropped: readonly Dropped[]
  readonly warnings: readonly string[]
} {
  const dropped: Dropped[] = []
  const folders = new Map<string, string>()
  const idOf = (entry: VaultEntry): string | null => {
    if (entry.folder.length === 0) return null
    const drop = (): number =>
      dropped.push({ name: entry.name, what: 'a folder name as it is', why: 'Bitwarden nests folders at every /' })
    const path = entry.folder.map((name) => name.replaceAll('/', '\u2215')).join('/')
    if (entry.folder.some((name) => name.includes('/'))) drop()
    const id = folders.get(path) ?? randomUUID()
    folders.set(path, id)
    return id
  }
  const items = vault.entries.map((entry) => {
    if (entry.urls.includes(''))
      dropped.push({ name: entry.name, what: 'an empty address', why: 'Bitwarden takes it for none' })
    return itemOf(entry, idOf(entry), dropped)
  })
  const long = vault.entries.filter(isTooLong).length
  return {
    document: { encrypted: false, folders: [...folders].map(([name, id]) => ({ id, name })), items },
    dropped,
    warnings:
      long === 0
        ? []
        : [
            `${long === 1 ? 'an entry holds a value' : `${long} entries hold values`} longer than Bitwarden’s server takes (some ${SERVER_VALUE} characters, notes ${SERVER_NOTES}); it refuses the whole file then`,
          ],
  }
}

function itemOf(entry: VaultEntry, folderId: string | null, dropped: Dropped[]): object {
  const [first, ...rest] = entry.fields
  const totp = first !== undefined && first.isSecret && first.name === 'totp' && first.value !== '' ? first.value : null
  const custom = (totp === null ? entry.fields : rest).map((field) => {
    if (!isOwn(field)) return field
    dropped.push({
      name: entry.name,
      what: `the name of the field "${field.name}"`,
      why: 'Rekey has that name for its own',
    })
    return { ...field, name: `${field.name} (2)` }
  })
  const fields = [...custom, ...ownFields(entry)].map(({ name, value, isSecret }) => ({
    name,
    value,
    type: isSecret ? 1 : 0,
    linkedId: null,
  }))
  return {
    passwordHistory: null,
    revisionDate: entry.modifiedAt,
    creationDate: entry.createdAt,
    deletedDate: null,
    id: randomUUID(),
    organizationId: null,
    folderId,
    type: 1,
    reprompt: 0,
    name: entry.name,
    notes: entry.notes,
    favorite: false,
    fields,
    login: {
      uris: entry.urls.filter((uri) => uri !== '').map((uri) => ({ match: null, uri })),
      fido2Credentials: [],
      username: entry.account,
      password: entry.secret,
      totp,
    },
    collectionIds: null,
  }
}

const isTooLong = (entry: VaultEntry): boolean => {
  const { name, secret, account, notes, fields } = entry
  const values = [...fields, ...ownFields(entry)].map(({ value }) => value)
  return (
    sizeOf(notes) > SERVER_NOTES || [name, secret, account, ...values].some((value) => sizeOf(value) > SERVER_VALUE)
  )
}
const sizeOf = (value: string | null): number => (value === null ? 0 : Buffer.byteLength(value))
