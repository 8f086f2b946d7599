import { basename, isAbsolute, join, resolve } from 'node:path'
import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { fail, type Failure } from '../../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../../src-contract/result.ts'
import type { ImportPreview } from '../../../../src-contract/vault-views.ts'
import { trustBrought } from '../brought-vendors.ts'
import { ofFiles } from '../complaint.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { collect } from '../flags.ts'
import { choicesOf, confirmedIn, seenWith, type Decided, type OnConflict } from '../import-choices.ts'
import { decide } from '../import-questions.ts'
import { tellPreview, tellReceipt } from '../import-words.ts'
import { askPassphrase } from '../passphrase-source.ts'
import { noStream, pair, readKeys, type Keys } from '../vault-flags.ts'
import { withProgress } from '../vault-progress.ts'

type Options = {
  readonly format?: string
  readonly passphraseFile?: string
  readonly identity?: string
  readonly keyFile?: string
  readonly map?: Readonly<Record<string, string>>
  readonly onConflict?: OnConflict
  readonly as?: Readonly<Record<string, string>>
  readonly confirmOrigin?: readonly string[]
  readonly confirmOperators?: boolean
  readonly trustVendor?: readonly string[]
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export const importKeys: Definition = {
  define: (command) =>
    command
      .argument('<file>', 'a vault, a table, a .env file, or a folder of them')
      .option('--format <format>', 'what it is, where its content does not say: see rekey formats')
      .option('--passphrase-file <file>', 'the passphrase of the vault, instead of asking')
      .option('--identity <file>', 'age identities to open it with')
      .option('--key-file <file>', 'the key file of a KeePass vault')
      .option(
        '--map <column=field>',
        'what a column of a table is, such as Token=secret, or by its number, #2=secret; in a .env file, what is a key',
        pair('column=field'),
      )
      .addOption(
        new Option('--on-conflict <how>', 'what to do where something stands in the way').choices([
          'skip',
          'replace',
          'rename',
        ]),
      )
      .option('--as <name=vendor>', 'whose key an entry is, where the file does not say', pair('name=vendor'))
      .option('--confirm-origin <url>', 'an address that keys of this file may be sent to', collect)
      .option('--confirm-operators', 'the operators that the file names may rotate')
      .option('--trust-vendor <id>', 'take this vendor file of a backup into use', collect)
      .option('--dry-run', 'show what would happen and write nothing')
      .option('--yes', 'do not ask')
      .addOption(new Option('--json', 'print the receipt as JSON')),
  examples: [
    'rekey import team.kdbx --dry-run',
    'rekey import bitwarden.json --on-conflict rename',
    'rekey import keys.csv --map "API key"=secret --map Service=name',
    'rekey import ~/.pdcp/credentials.yaml',
  ],
  run: async (context, command) => {
    const [file = ''] = command.args
    const options = command.opts<Options>()
    const { call, out, terminal } = context
    const refuse = (failure: Failure): number => context.refuse(ofFiles(failure))
    const isFile = noStream(file)
    if (!isFile.ok) return refuse(isFile.failure)
    const keys = readKeys(options)
    if (!keys.ok) return refuse(keys.failure)
    const opened = await open(context, file, options, keys.value)
    if (!opened.ok) return refuse(withFile(opened.failure, file))
    const trusted = await trustBrought(context, opened.value.preview.id, options)
    if (!trusted.ok) return refuse(trusted.failure)
    const again = trusted.value ? await open(context, file, options, opened.value.keys) : opened
    if (!again.ok) return refuse(withFile(again.failure, file))
    const as = options.as ?? {}
    const seen = await seenWith(context, again.value.preview, as, options.onConflict)
    if (!seen.ok) return refuse(seen.failure)
    const preview = seen.value
    const confirmed = confirmedIn(preview, options.confirmOrigin ?? [])
    if (!confirmed.ok) return refuse(confirmed.failure)
    if (options.dryRun === true) {
      if (out.isJson) out.json(preview)
      else tellPreview(out, preview, options.onConflict)
      return 0
    }
    const asked: Result<Decided> =
      terminal !== null && options.yes !== true
        ? await decide(out, terminal, preview, options.onConflict)
        : ok({ onConflict: options.onConflict, each: new Map() })
    if (!asked.ok) return refuse(asked.failure)
    const choices = choicesOf(preview, as, asked.value)
    if (!choices.ok) return refuse(choices.failure)
    if (context.stopping.isStopped) return refuse(fail('cancelled'))
    const done = await withProgress(context, () =>
      call('vault.import', {
        id: preview.id,
        onConflict: asked.value.onConflict ?? 'refuse',
        choices: choices.value,
        confirmOrigins: [...confirmed.value],
        confirmOperators: options.confirmOperators === true,
      }),
    )
    if (!done.ok) return refuse(withFile(done.failure, file))
    if (out.isJson) out.json(done.value)
    else tellReceipt(out, preview, done.value, as)
    return 0
  },
}

/** The person's own words for the file; of a folder, with the file in it that is meant. */
function withFile(failure: Failure, path: string): Failure {
  const { file } = failure.fields
  if (file === undefined) return failure
  const isItself = isAbsolute(file) || file === basename(resolve(path))
  return fail(failure.code, { ...failure.fields, file: escapeText(isItself ? path : join(path, file)) })
}

/** What it was opened with is kept for a second look. */
type Opened = { readonly preview: ImportPreview; readonly keys: Keys }
const TRIES = 3

/** A person is asked for what is missing, and again where it was mistyped. */
async function open(
  context: Context,
  file: string,
  { format, map = {}, passphraseFile }: Options,
  given: Keys,
): Promise<Result<Opened>> {
  const { terminal, out } = context
  const look = (keys: Keys): Promise<Result<ImportPreview>> => {
    const input = { source: { path: resolve(file) }, map: { ...map }, ...keys }
    return withProgress(context, () =>
      context.call('vault.preview', { ...input, ...(format === undefined ? {} : { format }) }),
    )
  }
  let keys = given
  let seen = await look(keys)
  for (let tried = 0; !seen.ok && terminal !== null && passphraseFile === undefined; tried += 1) {
    if (!isAsking(seen.failure, keys) || tried === TRIES) break
    if (tried > 0) out.note('it does not open with that')
    const beside = keys.keyFile === undefined ? '' : ', beside the key file'
    const passphrase = await askPassphrase(terminal, `passphrase of ${escapeText(file)}${beside}`, false)
    if (!passphrase.ok) return passphrase
    keys = { ...keys, passphrase: passphrase.value.use((text) => text) }
    seen = await look(keys)
  }
  // who stopped while it was read is not asked, and nothing of it is taken
  if (context.stopping.isStopped) return err(fail('cancelled'))
  return seen.ok ? ok({ preview: seen.value, keys }) : seen
}

/** A key file may be all there is, or half of it: that shows only once it is tried alone. */
function isAsking({ code, fields }: Failure, keys: Keys): boolean {
  if (code === 'vault-passphrase') return keys.passphrase !== undefined || keys.keyFile !== undefined
  return code === 'vault-needs' && fields['option']?.startsWith('--passphrase-file') === true
}
