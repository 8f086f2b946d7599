/**
 * A backup is a file of Rekey's own format under a name of its own: `age` opens it, `rekey import` restores it. It is whole or it
 * is not: a key that cannot be read, or that is being rotated, ends it before anything is written, and nothing older goes before
 * the new one was read again and compared.
 */
import { fail } from '../../../src-contract/failures.ts'
import type { ParsedInputOf } from '../../../src-contract/operations.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { BackupReceipt, VaultFormatView } from '../../../src-contract/vault-views.ts'
import type { Context, Handler } from '../context.ts'
import { tidyLedger } from '../tidy.ts'
import { backupName, outdated } from './backup-names.ts'
import { BACKED_UP, EVERYTHING } from './last-backup.ts'
import { draftOf, writeProven } from './exporting.ts'
import { gatherAll, type Gathered } from './backup-contents.ts'

type Input = ParsedInputOf<'vault.backup'>

const FORMAT = 'rekey'
/** Another data folder may write a backup to the same place in the same second. */
const TRIES = 5

export const backUp: Handler<'vault.backup'> = async (context, input) => {
  const { window, backupFolder, vaultFormats, locks } = context.ports
  if (window !== null) return err(fail('not-here', { what: 'a backup', fix: 'rekey backup, or export every key' }))
  if (input.passphrase === undefined && input.recipients.length === 0) {
    const option = '--passphrase-file or --recipient'
    return err(fail('vault-needs', { file: 'the backup', what: 'something to seal it with', option }))
  }
  const format = (await vaultFormats.list()).find(({ id }) => id === FORMAT)
  if (!format) throw new Error('the format of backups is missing')
  const place = backupFolder.open(input.folder)
  if (!place.ok) return place
  const lock = locks.exclusive('backup')
  if (!lock) return err(fail('backup-running'))
  try {
    const gathered = await gatherAll(context)
    if (!gathered.ok) return gathered
    return await write(context, gathered.value, format, input)
  } finally {
    lock.release()
  }
}

async function write(
  context: Context,
  { vault, open, warnings }: Gathered,
  format: VaultFormatView,
  { folder, keep, passphrase, recipients }: Input,
): Promise<Result<BackupReceipt>> {
  const { backupFolder, clock, ledger } = context.ports
  const options = { recipients, ...(passphrase === undefined ? {} : { passphrase }) }
  for (let tries = TRIES; ; tries -= 1) {
    const place = backupFolder.open(folder)
    if (!place.ok) return place
    const { name, isClockBehind } = backupName(clock.now(), place.value.names)
    const path = `${place.value.path}/${name}`
    const draft = draftOf(context, vault, format, options)
    const written = await writeProven(context, vault, { path, overwrite: false, format, options, draft })
    if (!written.ok && written.failure.code === 'vault-exists' && tries > 1) continue
    if (!written.ok) return written
    const behind = isClockBehind ? ['the clock is behind the newest backup there: this one is named after that'] : []
    const detail = { folder: place.value.path, file: name, keys: vault.entries.length }
    const at = clock.now().toISOString()
    tidyLedger(context)
    ledger.appendHistory({ at, name: EVERYTHING, event: BACKED_UP, rotationId: null, detail })
    const pruned = prune(context, place.value.path, [...place.value.names, name], keep)
    return ok({
      format: format.id,
      in: vault.entries.length,
      stored: vault.entries.length,
      skipped: [],
      dropped: [],
      keptAsText: [],
      path,
      isPlainText: false,
      open: [...open],
      vendors: (vault.vendorFiles ?? []).map(({ id }) => id),
      pruned: pruned.ok ? [...pruned.value] : [],
      warnings: [...warnings, ...behind, ...(pruned.ok ? [] : ['older backups there could not be removed'])],
    })
  }
}

/** SECURITY: 39. Files that this ledger says it wrote there, and no others. */
function prune(context: Context, folder: string, there: readonly string[], keep: number): Result<readonly string[]> {
  const { ledger, backupFolder } = context.ports
  const ours = ledger
    .history({ name: EVERYTHING })
    .flatMap(({ event, detail }) =>
      event === BACKED_UP && detail['folder'] === folder ? [String(detail['file'])] : [],
    )
  const going = outdated(there, new Set(ours), keep)
  const removed = backupFolder.remove(folder, going)
  return removed.ok ? ok(going) : removed
}
