/**
 * Rekey's own file: one JSON document with everything Rekey knows of each credential, encrypted with age
 * (https://age-encryption.org/v1), so that the `age` program opens it too. docs/adding-a-format.md describes the document.
 */
import { z } from 'zod'
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault, beyond, needs, newer, wrongKey } from './define-failures.ts'
import {
  emptyEntry,
  limits,
  type Format,
  type ReadOptions,
  type Vault,
  type VaultEntry,
  type WriteOptions,
  type Written,
} from './define-format.ts'
import { jsonOffset } from './define-json-fault.ts'
import { glance, jsonOf, placeOf, textOf } from './define-text.ts'
import { openFields, rekeyTraits } from './define-traits.ts'

/** 2 where vendor files come along, which readers of 1 do not know; what they know is written as it was. */
const versions = { bare: 1, withVendorFiles: 2 } as const
const MAGIC = 'age-encryption.org/v1'
/** What the library says of a file whose first lines are not whole; anything else is of what they seal. */
const HEADER_FAULT = /header|stanza|version|stream ended|non-ASCII/
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'

const text = z.string().max(limits.value)
const time = z.iso.datetime().nullable()
const entry = z.strictObject({
  name: text,
  folder: z.array(text).max(limits.depth),
  secret: text.nullable(),
  account: text.nullable(),
  urls: z.array(text),
  notes: text.nullable(),
  tags: z.array(text),
  createdAt: time,
  modifiedAt: time,
  expiresAt: time,
  fields: z.array(z.strictObject({ name: text, value: text, isSecret: z.boolean() })),
  rekey: rekeyTraits.nullable(),
})
const vendorFile = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  text: z.string().max(limits.vendorFile),
})
const vaultDocument = z.discriminatedUnion('rekey', [
  z.strictObject({ rekey: z.literal(versions.bare), entries: z.array(entry).max(limits.entries) }),
  z.strictObject({
    rekey: z.literal(versions.withVendorFiles),
    entries: z.array(entry).max(limits.entries),
    vendorFiles: z.array(vendorFile).max(limits.vendorFiles),
  }),
])

/** `workFactor`: the base-2 logarithm of scrypt's cost; age's own, about a second. */
export const rekeyWith = ({ workFactor }: { readonly workFactor: number }): Format => ({
  id: 'rekey',
  name: 'Rekey',
  extensions: ['rekey', 'age', 'json'],
  protection: 'either',
  takesRecipients: true,
  carries: ['name', 'folder', 'secret', 'account', 'urls', 'notes', 'tags', 'times', 'expiry', 'fields', 'rekey'],
  companions: [],
  detect: (sample) => {
    const start = glance(sample)
    if (start.startsWith(MAGIC) || start.trimStart().startsWith(ARMOR)) return 1
    return /^\uFEFF?\s*\{\s*"rekey"\s*:/.test(start) ? 1 : 0
  },
  read,
  prepare: () => void age(),
  write: (vault, options) => write(vault, options, workFactor),
})
export const rekey = rekeyWith({ workFactor: 18 })

async function read(bytes: Uint8Array, options: ReadOptions): Promise<Result<Vault>> {
  const plain = isAge(bytes) ? await decrypt(bytes, options) : ok(bytes)
  if (!plain.ok) return plain
  const decoded = textOf(plain.value)
  if (!decoded.ok) return decoded
  const json = jsonOf(decoded.value)
  if (!json.ok) return json
  const version = z.looseObject({ rekey: z.number() }).safeParse(json.value)
  if (!version.success) return badVault('the file', 'it holds no Rekey document')
  if (version.data.rekey > versions.withVendorFiles) return newer(String(version.data.rekey))
  const parsed = vaultDocument.safeParse(json.value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = issue?.path ?? []
    const named = path.length === 0 ? '' : `${path.map(String).join('.')}, `
    const at = jsonOffset(
      decoded.value,
      issue?.code === 'unrecognized_keys' ? [...path, ...issue.keys.slice(0, 1)] : path,
    )
    return badVault(`${named}${placeOf(decoded.value, at)}`, 'it is not what a Rekey document holds there')
  }
  const entries = parsed.data.entries.map((each, index) => ({ ...emptyEntry, ...each, where: `entry ${index + 1}` }))
  const vendorFiles = 'vendorFiles' in parsed.data ? parsed.data.vendorFiles : []
  return ok({ entries, notes: notesOf(entries), ...(vendorFiles.length === 0 ? {} : { vendorFiles }) })
}

const MOST_NOTES = 100

/** What a backup brought along of a rotation that was open is said where the file is read, not found later. */
const notesOf = (entries: readonly VaultEntry[]): readonly string[] =>
  entries
    .flatMap(({ name, fields }) => {
      const own = fields.find((field) => openFields.some((what) => field.name.startsWith(`${what} of `)))
      if (!own) return []
      return `a rotation of ${name} was not over when this was written: its key may be dead; what came of it is kept beside the key (rekey get ${name} --field "${own.name}")`
    })
    .slice(0, MOST_NOTES)

/** Most files are of another format, and it is the largest library of all. */
const age = () => import('age-encryption')

const isAge = (bytes: Uint8Array): boolean => {
  const start = glance(bytes.subarray(0, 128))
  return start.startsWith(MAGIC) || start.trimStart().startsWith(ARMOR)
}

async function decrypt(bytes: Uint8Array, { passphrase, identities }: ReadOptions): Promise<Result<Uint8Array>> {
  if (bytes.length > limits.bytes) return beyond('its size', `${limits.bytes / 1024 / 1024} MiB`)
  const { Decrypter, armor } = await age()
  const head = glance(bytes.subarray(0, 128))
  let file = bytes
  if (!head.startsWith(MAGIC)) {
    try {
      file = armor.decode(new TextDecoder().decode(bytes))
    } catch {
      return badVault('the file', 'its armor is damaged')
    }
  }
  const header = glance(file)
  const isByPassphrase = /^-> scrypt /m.test(header)
  const factor = Number(/^-> scrypt \S+ (\d{1,3})$/m.exec(header)?.[1] ?? '0')
  if (factor > 20) return beyond('its scrypt work factor', '20')
  if (isByPassphrase && passphrase === undefined) return needs('its passphrase', '--passphrase-file')
  const lines = (identities ?? '').split(/\r?\n/).map((line, index) => ({ number: index + 1, key: line.trim() }))
  const keys = lines.filter(({ key }) => key !== '' && !key.startsWith('#'))
  if (!isByPassphrase && keys.length === 0) return needs('an age identity', '--identity')
  const decrypter = new Decrypter()
  if (isByPassphrase) decrypter.addPassphrase(passphrase ?? '')
  else
    for (const { number, key } of keys)
      try {
        decrypter.addIdentity(key)
      } catch {
        return badVault(`line ${number} of the identity file`, 'it is no age identity')
      }
  try {
    return ok(await together(await decrypter.decrypt(streamOf([file]))))
  } catch (error) {
    const said = error instanceof Error ? error.message : ''
    if (/no identity matched/.test(said)) return wrongKey()
    return badVault(HEADER_FAULT.test(said) ? 'its header' : 'its content', 'it is cut short or damaged')
  }
}

/** Each part is made when it is wanted. */
const streamOf = (parts: Iterable<Uint8Array>): ReadableStream<Uint8Array> => {
  const left = parts[Symbol.iterator]()
  return new ReadableStream(
    {
      pull(controller) {
        const { done, value } = left.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Put together here: the library has `fetch` do it, which takes longer to load than a large file to encrypt. */
async function together(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

type Shown = Omit<VaultEntry, 'where' | 'left' | 'vendor' | 'noKeys'>

/** Named one by one: what a rest leaves over is written at half the speed. */
const shown = (entry: VaultEntry): Shown =>
  ({
    name: entry.name,
    folder: entry.folder,
    secret: entry.secret,
    account: entry.account,
    urls: entry.urls,
    notes: entry.notes,
    tags: entry.tags,
    createdAt: entry.createdAt,
    modifiedAt: entry.modifiedAt,
    expiresAt: entry.expiresAt,
    fields: entry.fields,
    rekey: entry.rekey,
  }) satisfies Record<keyof Shown, unknown>

/** Some 64 KiB, which is what age seals at once: they are gone before they are in a collector's way, as the text of all is not. */
const ENTRIES_AT_ONCE = 200

function* documentOf({ entries, vendorFiles = [] }: Vault): Generator<Uint8Array> {
  const version = vendorFiles.length === 0 ? versions.bare : versions.withVendorFiles
  yield Buffer.from(`{"rekey":${version},"entries":[`)
  for (let at = 0; at < entries.length; at += ENTRIES_AT_ONCE) {
    const some = Buffer.from(JSON.stringify(entries.slice(at, at + ENTRIES_AT_ONCE).map(shown)))
    // what begins each list of its own is what parts it from the one before
    some.write(',')
    yield some.subarray(at === 0 ? 1 : 0, -1)
  }
  yield Buffer.from(vendorFiles.length === 0 ? ']}' : `],"vendorFiles":${JSON.stringify(vendorFiles)}}`)
}

async function write(
  vault: Vault,
  { passphrase, recipients = [] }: WriteOptions,
  workFactor: number,
): Promise<Result<Written>> {
  const plain = documentOf(vault)
  if (passphrase === undefined && recipients.length === 0)
    return ok({ bytes: Buffer.concat([...plain]), dropped: [], warnings: [] })
  const { Encrypter } = await age()
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(workFactor)
  try {
    if (recipients.length > 0) for (const recipient of recipients) encrypter.addRecipient(recipient)
    else encrypter.setPassphrase(passphrase ?? '')
  } catch {
    return badVault('--recipient', 'it is no age recipient')
  }
  const bytes = await together(await encrypter.encrypt(streamOf(plain)))
  return ok({ bytes, dropped: [], warnings: [] })
}
