/**
 * KDBX, the file of KeePass, KeePassXC and their relatives: 4 and 3.1 in, 4 out. A group is a folder, the title is the name,
 * the user name is the account; what only Rekey knows goes along as one hidden field. Other programs' fields come in as fields.
 */
import { ok, type Result } from '../../src-contract/result.ts'
import { type Format, type ReadOptions, type Vault, type WriteOptions, type Written } from './define-format.ts'
import type { KdfCost } from './kdbx/key.ts'
import { isKdb, openKdbx, versionOf } from './kdbx/open.ts'
import { beginKdbx, sealKdbx, type BegunKdbx } from './kdbx/seal.ts'
import { vaultIn } from './kdbx/vault-in.ts'
import { warningsOf, writeXml, type Dropped } from './kdbx/write-xml.ts'

/** What KeePassXC starts from for a new file. */
const KEEPASSXC: KdfCost = { memoryKib: 64 * 1024, passes: 10, lanes: 2 }

/** The format with another cost of its key derivation than KeePassXC's, for those who write thousands of files. */
export function kdbxAt(cost: KdfCost): Format {
  let prepared: { readonly words: string; readonly file: Promise<Result<BegunKdbx>> } | null = null
  /** What was prepared for these words, once; else begun now. */
  const begin = (options: WriteOptions): Promise<Result<BegunKdbx>> => {
    const file = prepared?.words === wordsOf(options) ? prepared.file : beginKdbx(options, cost)
    prepared = null
    return file
  }
  return {
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
    prepare: (options) => {
      const file = beginKdbx(options, cost)
      file.catch(() => undefined)
      prepared = { words: wordsOf(options), file }
    },
    write: async (vault, options) => {
      const file = await begin(options)
      return file.ok ? ok(await write(vault, file.value)) : file
    },
  }
}

const wordsOf = ({ passphrase, keyFile }: WriteOptions): string =>
  JSON.stringify([passphrase ?? null, keyFile ? Buffer.from(keyFile).toString('base64') : null])

export const kdbx: Format = kdbxAt(KEEPASSXC)

async function read(bytes: Uint8Array, options: ReadOptions): Promise<Result<Vault>> {
  const opened = await openKdbx(bytes, options)
  return opened.ok ? await vaultIn(opened.value) : opened
}

async function write(vault: Vault, file: BegunKdbx): Promise<Written> {
  const dropped: Dropped[] = []
  const bytes = await sealKdbx(file, (keystream) => writeXml(vault, keystream, dropped))
  return { bytes, dropped, warnings: warningsOf(vault) }
}
