/**
 * KDBX, the file of KeePass, KeePassXC and their relatives: 4 and 3.1 in, 4 out. A group is a folder, the title is the name,
 * the user name is the account; what only Rekey knows goes along as one hidden field. Other programs' fields come in as fields.
 */
import { ok, type Result } from '../../src-contract/result.ts'
import type { Format, ReadOptions, Vault, VaultWriter, WriteOptions } from './define-format.ts'
import type { KdfCost } from './kdbx/key.ts'
import { isKdb, openKdbx, versionOf } from './kdbx/open.ts'
import { beginKdbx, type BegunKdbx } from './kdbx/seal.ts'
import { vaultIn } from './kdbx/vault-in.ts'
import { inFolders, isFullySayable, openXml, warningsOf, type Dropped } from './kdbx/write-xml.ts'

/** What KeePassXC starts from for a new file. */
const KEEPASSXC: KdfCost = { memoryKib: 64 * 1024, passes: 10, lanes: 2 }

/** The format with another cost of its key derivation than KeePassXC's, for those who write thousands of files. */
export function kdbxAt(cost: KdfCost): Format {
  const begin = (options: WriteOptions): VaultWriter => writerInto(beginKdbx(options, cost))
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
    begin,
    write: ({ entries }, options) => {
      const writer = begin(options)
      writer.add(inFolders(entries))
      return writer.end()
    },
  }
}

export const kdbx: Format = kdbxAt(KEEPASSXC)

async function read(bytes: Uint8Array, options: ReadOptions): Promise<Result<Vault>> {
  const opened = await openKdbx(bytes, options)
  return opened.ok ? await vaultIn(opened.value, options.found) : opened
}

/** `beginning`: the file, once its header is there and its key is being derived. */
function writerInto(beginning: Promise<Result<BegunKdbx>>): VaultWriter {
  const dropped: Dropped[] = []
  let unsayable = 0
  const opening = beginning.then(async (file) => {
    if (!file.ok) return file
    const xml = openXml(file.value.keystream, dropped)
    await file.value.write(xml.start())
    return ok({ file: file.value, xml })
  })
  let turn: Promise<unknown> = opening
  const inTurn = <T>(work: (opened: Awaited<typeof opening>) => Promise<T>): Promise<T> => {
    const done = turn.then(async () => work(await opening))
    turn = done
    // whoever ends it hears of it
    done.catch(() => undefined)
    return done
  }
  return {
    add: (entries) =>
      void inTurn(async (opened) => {
        if (!opened.ok) return
        const { file, xml } = opened.value
        for (const entry of entries) {
          if (!isFullySayable(entry)) unsayable += 1
          const packed = file.write(xml.entry(entry))
          if (packed) await packed
        }
      }),
    end: () =>
      inTurn(async (opened) => {
        if (!opened.ok) return opened
        const { file, xml } = opened.value
        await file.write(xml.end())
        return ok({ bytes: await file.seal(), dropped, warnings: warningsOf(unsayable) })
      }),
  }
}
