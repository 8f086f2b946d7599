/**
 * KDBX, the file of KeePass, KeePassXC and their relatives: 4 and 3.1 in, 4 out. A group is a folder, the title is the name,
 * the user name is the account; what only Rekey knows goes along as one hidden field. Other programs' fields come in as fields.
 */
import { ok, type Result } from '../../src-contract/result.ts'
import { type Format, type ReadOptions, type Vault, type WriteOptions, type Written } from './define-format.ts'
import type { KdfCost } from './kdbx/key.ts'
import { isKdb, openKdbx, versionOf } from './kdbx/open.ts'
import { sealKdbx } from './kdbx/seal.ts'
import { vaultIn } from './kdbx/vault-in.ts'
import { warningsOf, writeXml, type Dropped } from './kdbx/write-xml.ts'

/** What KeePassXC starts from for a new file. */
const KEEPASSXC: KdfCost = { memoryKib: 64 * 1024, passes: 10, lanes: 2 }

/** The format with another cost of its key derivation than KeePassXC's, for those who write thousands of files. */
export const kdbxAt = (cost: KdfCost): Format => ({
  id: 'kdbx',
  name: 'KeePass (KDBX)',
  extensions: ['kdbx'],
  protection: 'encrypted',
  takesKeyFile: true,
  carries: ['name', 'folder', 'secret', 'account', 'urls', 'notes', 'tags', 'times', 'expiry', 'fields', 'rekey'],
  companions: [],
  // also a file of KeePass 1, to say what it is
  detect: (sample) => (versionOf(sample) !== null || isKdb(sample) ? 1 : 0),
  read,
  write: (vault, options) => write(vault, options, cost),
})

export const kdbx: Format = kdbxAt(KEEPASSXC)

async function read(bytes: Uint8Array, options: ReadOptions): Promise<Result<Vault>> {
  const opened = await openKdbx(bytes, options)
  return opened.ok ? await vaultIn(opened.value) : opened
}

async function write(vault: Vault, options: WriteOptions, cost: KdfCost): Promise<Result<Written>> {
  const dropped: Dropped[] = []
  const sealed = await sealKdbx((keystream) => writeXml(vault, keystream, dropped), options, cost)
  return sealed.ok ? ok({ bytes: sealed.value, dropped, warnings: warningsOf(vault) }) : sealed
}
