/**
 * KDBX, the file of KeePass, KeePassXC and their relatives: 4 and 3.1 in, 4 out. A group is a folder, the title is the name,
 * the user name is the account; what only Rekey knows goes along as one hidden field. Other programs' fields come in as fields.
 */
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault, beyond } from './define-failures.ts'
import {
  limits,
  type Format,
  type ReadOptions,
  type Vault,
  type VaultEntry,
  type WriteOptions,
  type Written,
} from './define-format.ts'
import { entryOf } from './kdbx/entries.ts'
import type { KdfCost } from './kdbx/key.ts'
import { openKdbx, versionOf } from './kdbx/open.ts'
import { readXml, type Group } from './kdbx/read-xml.ts'
import { sealKdbx } from './kdbx/seal.ts'
import { writeXml } from './kdbx/write-xml.ts'

/** What KeePassXC starts from for a new file. */
const KEEPASSXC: KdfCost = { memoryKib: 64 * 1024, passes: 10, lanes: 2 }

/** The format with another cost of its key derivation than KeePassXC's, for those who write thousands of files. */
export const kdbxAt = (cost: KdfCost): Format => ({
  id: 'kdbx',
  name: 'KeePass (KDBX)',
  extensions: ['kdbx'],
  protection: 'encrypted',
  carries: ['name', 'folder', 'secret', 'account', 'urls', 'notes', 'tags', 'times', 'expiry', 'fields', 'rekey'],
  companions: [],
  detect: (sample) => (versionOf(sample) === null ? 0 : 1),
  read,
  write: (vault, options) => write(vault, options, cost),
})

export const kdbx: Format = kdbxAt(KEEPASSXC)

async function read(bytes: Uint8Array, options: ReadOptions): Promise<Result<Vault>> {
  const opened = await openKdbx(bytes, options)
  if (!opened.ok) return opened
  const { xml, keystream, headerHash } = opened.value
  const found: { readonly entry: VaultEntry; readonly group: Group }[] = []
  const meta = new Map<string, string>()
  let groupNotes = 0
  const whole = await readXml(xml, keystream, {
    entry(element, group) {
      if (found.length >= limits.entries) return beyond('the number of its entries', String(limits.entries))
      found.push({ entry: entryOf(element, group, `entry ${found.length + 1}`), group })
      return ok(undefined)
    },
    meta: ({ name, text }) => meta.set(name, text),
    group: ({ name, text }) => {
      if (name === 'Notes' && text !== '') groupNotes += 1
    },
  })
  if (!whole.ok) return whole
  const saidHash = meta.get('HeaderHash') ?? ''
  if (headerHash !== null && saidHash !== '' && saidHash !== headerHash) return badVault('the header', 'it is damaged')
  const hasBin = /^true$/i.test(meta.get('RecycleBinEnabled') ?? '') && !/^A*=*$/.test(meta.get('RecycleBinUUID') ?? '')
  const bin = hasBin ? (meta.get('RecycleBinUUID') ?? '') : ''
  const kept = found.filter(({ group }) => !isWithin(group, bin)).map(({ entry }) => entry)
  const thrown = found.length - kept.length
  const notes = [
    ...(thrown > 0 ? [`${thrown === 1 ? 'an entry' : `${thrown} entries`} in the recycle bin: not taken`] : []),
    ...(groupNotes > 0 ? [`notes of ${groupNotes === 1 ? 'a group' : `${groupNotes} groups`}: not taken`] : []),
  ]
  return ok({ entries: kept, notes })
}

function isWithin(group: Group, uuid: string): boolean {
  for (let at: Group | null = group; uuid !== '' && at !== null; at = at.parent) if (at.uuid === uuid) return true
  return false
}

async function write(vault: Vault, options: WriteOptions, cost: KdfCost): Promise<Result<Written>> {
  let said: Omit<Written, 'bytes'> = { dropped: [], warnings: [] }
  const sealed = await sealKdbx(
    (keystream) => {
      const { xml, ...rest } = writeXml(vault, keystream)
      said = rest
      return xml
    },
    options,
    cost,
  )
  return sealed.ok ? ok({ bytes: sealed.value, ...said }) : sealed
}
