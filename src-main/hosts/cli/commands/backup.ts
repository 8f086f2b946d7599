import { resolve } from 'node:path'
import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { fail, type Failure } from '../../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../../src-contract/result.ts'
import type { BackupReceipt } from '../../../../src-contract/vault-views.ts'
import { openBackupFolder } from '../../../adapters/home/backup-folder.ts'
import { ofFiles } from '../complaint.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { collect, wholeNumber } from '../flags.ts'
import { askPassphrase } from '../passphrase-source.ts'
import { readKeys } from '../vault-flags.ts'
import { withProgress } from '../vault-progress.ts'

type Options = {
  readonly keep?: number
  readonly passphraseFile?: string
  readonly recipient?: readonly string[]
}

export const backup: Definition = {
  define: (command) =>
    command
      .argument('[folder]', 'where to (the folder backups in the data folder)')
      .option('--keep <n>', 'so many of the backups made here stay there (10)', wholeNumber(1, 10_000))
      .option('--passphrase-file <file>', 'the passphrase to seal it with, instead of asking')
      .option('--recipient <age1…>', 'seal it for this age recipient instead', collect)
      .addOption(new Option('--json', 'print the receipt as JSON')),
  examples: [
    'rekey backup',
    'rekey backup /media/stick --keep 30 --passphrase-file ./passphrase',
    'rekey backup --recipient age1… --json',
    'rekey import rekey-20261121T100000Z.age',
  ],
  run: async (context, command) => {
    const [folder] = command.args
    const options = command.opts<Options>()
    const { call, out, terminal } = context
    const refuse = (failure: Failure): number => context.refuse(ofFiles(failure))
    // said before somebody types a passphrase twice; the app looks again
    const there = terminal === null || folder === undefined ? ok(null) : openBackupFolder(folder).open(resolve(folder))
    if (!there.ok) return refuse(there.failure)
    const sealed = await sealWith(context, options)
    if (!sealed.ok) return refuse(sealed.failure)
    const done = await withProgress(context, () =>
      call('vault.backup', {
        folder: folder === undefined ? null : resolve(folder),
        recipients: [...(options.recipient ?? [])],
        ...sealed.value,
        ...(options.keep === undefined ? {} : { keep: options.keep }),
      }),
    )
    if (!done.ok) return refuse(done.failure)
    if (out.isJson) out.json(done.value)
    else tell(context, done.value, (options.recipient ?? []).length > 0)
    return 0
  },
}

async function sealWith({ terminal }: Context, options: Options): Promise<Result<{ readonly passphrase?: string }>> {
  const keys = readKeys(options)
  if (!keys.ok) return keys
  const { passphrase } = keys.value
  const isForOthers = (options.recipient ?? []).length > 0
  if (passphrase !== undefined && isForOthers) {
    const what = 'a file is sealed with a passphrase or for recipients'
    return err(fail('bad-input', { what, fix: 'leave one of them out' }))
  }
  if (passphrase !== undefined) return ok({ passphrase })
  if (isForOthers || terminal === null) return ok({})
  const asked = await askPassphrase(terminal, 'passphrase for the backup', true)
  return asked.ok ? ok({ passphrase: asked.value.use((text) => text) }) : asked
}

function tell({ out }: Context, receipt: BackupReceipt, isForOthers: boolean): void {
  const { stored, path, open, vendors, pruned, warnings } = receipt
  const proof = isForOthers
    ? 'was read again byte by byte; only its recipients can open it'
    : 'was read again and compared'
  const keys = `${stored} ${stored === 1 ? 'key' : 'keys'}`
  out.result(`${keys}, ${escapeText(path)} ${proof}`)
  if (vendors.length > 0) out.result(`  with the vendor files ${escapeText(vendors.join(', '))}`)
  for (const { name, outcome } of open)
    out.result(`  ${escapeText(name)} (${escapeText(outcome)}): what its rotation holds is in it, beside the key`)
  for (const name of pruned) out.result(`  removed ${escapeText(name)}`)
  for (const warning of warnings) out.note(`note: ${escapeText(warning)}`)
}
