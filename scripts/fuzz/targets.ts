import { readdirSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { Result } from '../../src-contract/result.ts'
import { bitwardenWith } from '../../src-main/formats/bitwarden.ts'
import { formats } from '../../src-main/formats/catalog.ts'
import {
  emptyEntry,
  type Format,
  type ReadOptions,
  type Vault,
  type VaultEntry,
} from '../../src-main/formats/define-format.ts'
import { rekey } from '../../src-main/formats/rekey.ts'
import { kdbxAt } from '../../src-main/formats/kdbx.ts'
import { checkCost } from '../../src-main/formats/kdbx/key.ts'
import { kdbxweb } from '../../src-main/formats/kdbx/library.ts'
import { vaultIn } from '../../src-main/formats/kdbx/vault-in.ts'
import { inFolders, openXml } from '../../src-main/formats/kdbx/write-xml.ts'
import { onlyWith } from '../../test/contract/vaults.ts'

/** What is fuzzed: every reader as it is, and the parts of readers that a damaged file would never reach. */
export type Target = {
  readonly id: string
  readonly seeds: readonly Uint8Array[]
  /** Its part of all inputs; an input that costs a key derivation is dear. */
  readonly weight: number
  /** Throws at what no reader may give; null: not tried, for it would only be slow. */
  readonly read: (bytes: Uint8Array) => Promise<Result<Vault> | null>
}

const vaults = fileURLToPath(new URL('../../test/fixtures/vaults/', import.meta.url))
const identity = await generateX25519Identity()
const passphrase = 'correct horse, пароль'
const options: ReadOptions = {
  passphrase,
  identities: identity,
  keyFile: new TextEncoder().encode('any file at all, made up\n'),
}
/** A million rounds, or a great deal of memory: golden files that would make a day of it. */
const DEAR = /keepassxc-3\.1|unpacked-size|real-size|declared-size|many-/

const everything: Vault = {
  entries: [
    { ...emptyEntry, ...Object.assign({}, ...Object.values(onlyWith)) },
    { ...emptyEntry, name: 'b', secret: 'made-up-b', folder: ['x', 'y'], notes: 'two\nlines, "quoted"' },
  ],
  notes: [],
}

const goldenOf = (id: string): readonly Uint8Array[] => {
  const folder = `${vaults}${id}/`
  const isThere = readdirSync(vaults).includes(id)
  const names = isThere ? readdirSync(folder).filter((name) => /^(ok|bad)\./.test(name) && !DEAR.test(name)) : []
  return names.sort().map((name) => readFileSync(folder + name))
}

async function writtenBy(format: Format): Promise<readonly Uint8Array[]> {
  const results = await Promise.all([format.write?.(everything, {}), format.write?.(everything, { passphrase })])
  return results.flatMap((result) => (result?.ok ? [result.value.bytes] : []))
}

/** Formats at a price that lets a hundred thousand files be made. */
const cheap: Readonly<Record<string, Format>> = {
  kdbx: kdbxAt({ memoryKib: 64, passes: 1, lanes: 1 }),
  bitwarden: bitwardenWith({ kind: 'argon2id', passes: 1, memoryMib: 1, lanes: 1 }),
}

/** Files of formats that are never written, for want of golden ones. */
const samples: Readonly<Record<string, readonly string[]>> = {
  pdcp: ['- username: someone\n  email: a@example.com\n  api-key: made-up-key\n  server: https://api.example.com\n'],
  'conjur-cli': ['---\naccount: dev\nappliance_url: https://conjur.example.com\nplugins: []\n'],
  netrc: ['machine conjur.example.com\n  login host/app\n  password made-up-key\ndefault login a password b\n'],
  aws: [
    '[default]\naws_access_key_id = MADEUP\naws_secret_access_key = made-up-secret\nregion = eu-west-1\n\n[prod]\n',
  ],
  npmrc: ['//npm.example.com/:_authToken=made-up-token\nregistry=https://npm.example.com/\n; comment\n'],
}

export async function targets(): Promise<readonly Target[]> {
  const readers = await Promise.all(
    formats.map(async (format): Promise<Target> => {
      const own = cheap[format.id] ?? format
      const texts = (samples[format.id] ?? []).map((text) => new TextEncoder().encode(text))
      const written = format.id === 'rekey' ? await rekeyFiles() : await writtenBy(own)
      const seeds = [...goldenOf(format.id), ...texts, ...written]
      return {
        id: format.id,
        seeds: seeds.length > 0 ? seeds : [new Uint8Array()],
        weight: format.id in cheap ? 1 : 3,
        read: async (bytes) => {
          format.detect(bytes.subarray(0, 65_536), 'file')
          if (await isSlow(bytes)) return null
          const companions = Object.fromEntries(format.companions.map((name) => [name, samples['netrc']?.[0] ?? '']))
          return await format.read(bytes, { ...options, companions })
        },
      }
    }),
  )
  return [...readers, kdbxDocument(), await kdbxHeader()]
}

/** Readers that are wrong, for those who want to see that it is noticed. */
export const planted: readonly Target[] = [
  ['planted-crash', () => Promise.reject(new Error('planted'))],
  [
    'planted-hang',
    (): never => {
      for (;;);
    },
  ],
  [
    'planted-rubbish',
    () => Promise.resolve({ ok: true, value: { entries: [{ ...emptyEntry, createdAt: 'soon' }], notes: [] } }),
  ],
  ['planted-talk', () => Promise.resolve(process.emitWarning('planted')).then(() => null)],
].map(([id, read]) => ({ id, weight: 1, seeds: [Uint8Array.of(1, 2, 3)], read }) as Target)

/** The document inside a KDBX file, without its cryptography. */
function kdbxDocument(): Target {
  const noStream = (length: number): Uint8Array => new Uint8Array(length)
  const xml = openXml(noStream, [])
  const text = [xml.start(), ...inFolders(everything.entries).map(xml.entry), xml.end()].join('')
  return {
    id: 'kdbx-document',
    seeds: [new TextEncoder().encode(text)],
    weight: 4,
    read: async (bytes) => {
      const told: VaultEntry[] = []
      const read = await vaultIn(
        { xml: bytes, keystream: noStream, headerHash: null },
        (some) => void told.push(...some),
        1,
      )
      if (read.ok && told.some((entry, at) => read.value.entries[at] !== entry)) throw new Error('it told of others')
      return read
    },
  }
}

/** KDBX 4 with a header that was changed and says of itself that it is right. */
async function kdbxHeader(): Promise<Target> {
  const format = cheap['kdbx'] ?? kdbxAt({ memoryKib: 64, passes: 1, lanes: 1 })
  const [file = new Uint8Array()] = await writtenBy(format)
  const end = 12 + fieldsEnd(file.subarray(12))
  const rest = file.subarray(end + 32)
  return {
    id: 'kdbx-header',
    seeds: [file.subarray(0, end)],
    weight: 1,
    read: async (header) => {
      const hash = createHash('sha256').update(header).digest()
      const bytes = Buffer.concat([header, hash, rest])
      return (await isSlow(bytes)) ? null : await format.read(bytes, options)
    },
  }
}

function fieldsEnd(fields: Uint8Array): number {
  const view = new DataView(fields.buffer, fields.byteOffset, fields.length)
  for (let at = 0; ;) {
    const isLast = view.getUint8(at) === 0
    at += 5 + view.getUint32(at + 1, true)
    if (isLast) return at
  }
}

/** In clear and to a recipient; a passphrase costs a second each. */
async function rekeyFiles(): Promise<readonly Uint8Array[]> {
  const recipients = [await identityToRecipient(identity)]
  const results = await Promise.all([rekey.write?.(everything, {}), rekey.write?.(everything, { recipients })])
  return results.flatMap((result) => (result?.ok ? [result.value.bytes] : []))
}

/** What a reader gives can be kept: Rekey's own document, which is strict, takes it and gives the same back. */
export async function checkKept(vault: Vault): Promise<void> {
  const written = await rekey.write?.(vault, {})
  if (!written?.ok) throw new Error('what was read cannot be written')
  const again = await rekey.read(written.value.bytes, {})
  if (!again.ok) throw new Error(`what was read is no vault: ${JSON.stringify(again.failure)}`)
  const bare = ({ entries }: Vault) =>
    JSON.stringify(entries.map(({ where: _where, left: _left, noKeys: _noKeys, ...kept }) => kept))
  if (bare(again.value).length !== bare(vault).length) throw new Error('what was read does not come back')
}

/** Whether a key derivation that is allowed would take its time, which says nothing about the reader. */
async function isSlow(bytes: Uint8Array): Promise<boolean> {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 2_000))
  const json = (name: string): number => Number(new RegExp(`"${name}"\\s*:\\s*([\\d.eE+]{1,20})`).exec(text)?.[1] ?? 0)
  if (json('kdfIterations') * Math.max(1, json('kdfMemory')) > 20_000) return true
  const { BinaryStream, Kdbx, KdbxContext, KdbxHeader, Int64 } = await kdbxweb()
  try {
    const stream = new BinaryStream(new Uint8Array(bytes).buffer)
    const header = KdbxHeader.read(stream, new KdbxContext({ kdbx: new Kdbx() }))
    if (!(await checkCost(header)).ok) return false
    const numberOf = (name: string): number => {
      const value = header.kdfParameters?.get(name)
      return value instanceof Int64 ? value.value : typeof value === 'number' ? value : 0
    }
    const rounds = (header.keyEncryptionRounds ?? 0) + numberOf('R')
    return rounds > 200_000 || (numberOf('M') / 1024) * numberOf('I') > 16 * 1024
  } catch {
    return false
  }
}
