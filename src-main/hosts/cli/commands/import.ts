import { basename, isAbsolute, join, resolve } from 'node:path'
import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { fail, type Failure } from '../../../../src-contract/failures.ts'
import type { InputOf } from '../../../../src-contract/operations.ts'
import { err, ok, type Result } from '../../../../src-contract/result.ts'
import type { ImportPreview, ImportReceipt } from '../../../../src-contract/vault-views.ts'
import { badInput } from '../complaint.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { collect } from '../flags.ts'
import { askPassphrase } from '../passphrase-source.ts'
import type { Paint } from '../output.ts'
import type { Terminal } from '../terminal.ts'
import { pair, readKeys, type Keys } from '../vault-flags.ts'
import { withProgress } from '../vault-progress.ts'
import { trustBrought } from '../brought-vendors.ts'

type OnConflict = 'skip' | 'replace' | 'rename'
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
    const { call, out, refuse } = context
    const keys = readKeys(options)
    if (!keys.ok) return refuse(keys.failure)
    const look = () => withProgress(context, () => preview(context, file, options, keys.value))
    const first = await look()
    if (!first.ok) return refuse(withFile(first.failure, file))
    const trusted = await trustBrought(context, first.value.id, options)
    if (!trusted.ok) return refuse(trusted.failure)
    const previewed = trusted.value ? await look() : first
    if (!previewed.ok) return refuse(withFile(previewed.failure, file))
    if (options.dryRun === true) return show(context, previewed.value)
    const choices = choicesOf(previewed.value, options.as ?? {}, options.onConflict ?? 'skip')
    if (!choices.ok) return refuse(choices.failure)
    if (context.terminal !== null && options.yes !== true) {
      const sure = await ask(context, context.terminal, previewed.value, options)
      if (!sure.ok) return refuse(sure.failure)
    }
    const done = await withProgress(context, () =>
      call('vault.import', {
        id: previewed.value.id,
        onConflict: options.onConflict ?? 'refuse',
        choices: choices.value,
        confirmOrigins: [...(options.confirmOrigin ?? [])],
        confirmOperators: options.confirmOperators === true,
      }),
    )
    if (!done.ok) return refuse(withFile(done.failure, file))
    if (out.isJson) out.json(done.value)
    else tell(context, previewed.value, done.value)
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

async function preview(
  { call, terminal }: Context,
  file: string,
  { format, map = {} }: Options,
  keys: Keys,
): Promise<Result<ImportPreview>> {
  const input = {
    source: { path: resolve(file) },
    map: { ...map },
    ...keys,
    ...(format === undefined ? {} : { format }),
  }
  const first = await call('vault.preview', input)
  const asks =
    !first.ok &&
    first.failure.code === 'vault-needs' &&
    first.failure.fields['option']?.startsWith('--passphrase-file') === true
  if (!asks || terminal === null) return first
  const passphrase = await askPassphrase(terminal, `passphrase of ${file}`, false)
  return passphrase.ok
    ? call('vault.preview', { ...input, passphrase: passphrase.value.use((text) => text) })
    : passphrase
}

type Choices = NonNullable<InputOf<'vault.import'>['choices']>

function choicesOf(
  { entries }: ImportPreview,
  as: Readonly<Record<string, string>>,
  onConflict: OnConflict,
): Result<Choices> {
  const choices: Choices = []
  for (const [name, vendor] of Object.entries(as)) {
    const entry = entries.find((each) => each.name === name)
    if (!entry) return err(badInput(`no entry is called ${name}`, 'see rekey import … --dry-run'))
    const usual = entry.doings.includes(onConflict) ? onConflict : 'skip'
    choices.push({ index: entry.index, do: entry.kind === 'new' ? 'import' : usual, vendor })
  }
  return ok(choices)
}

/** A person reads some; who wants all of thousands asks for JSON. */
const MOST_LINES = 20
/** The name of a field is whatever a file says. */
const LONGEST_NAME = 100
const fieldNames = (names: readonly string[]): string =>
  names.map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name)).join(', ')
/** A person sees what is about to happen, and says so. */
async function ask(
  { out }: Context,
  terminal: Terminal,
  preview: ImportPreview,
  options: Options,
): Promise<Result<null>> {
  const lines = linesOf(preview, out.paint('stderr'))
  const [head = '', counts = ''] = [lines[0], lines.at(-1)]
  const rows = lines.slice(1, -1)
  const rest = rows.length > MOST_LINES ? [`… and ${rows.length - MOST_LINES} more: --dry-run shows each`] : []
  for (const line of [head, ...rows.slice(0, MOST_LINES), ...rest, counts]) out.note(line)
  for (const note of preview.notes.slice(0, MOST_LINES)) out.note(`note: ${escapeText(note)}`)
  const takes = (kind: string): boolean => kind === 'new' || (options.onConflict ?? 'skip') !== 'skip'
  const count = preview.entries.filter(({ kind, doings }) => doings.length > 1 && takes(kind)).length
  const sure = await terminal.confirm(`take ${count} of these ${preview.entries.length} entries in?`)
  if (!sure.ok) return sure
  return sure.value ? ok(null) : err(fail('cancelled'))
}

const kinds = ['new', 'same', 'changed', 'conflicting', 'skipped'] as const

function show({ out }: Context, preview: ImportPreview): number {
  if (out.isJson) {
    out.json(preview)
    return 0
  }
  for (const line of linesOf(preview, out.paint('stdout'))) out.result(line)
  for (const note of preview.notes) out.note(`note: ${escapeText(note)}`)
  return 0
}

function linesOf({ file, formatName, entries }: ImportPreview, paint: Paint): readonly string[] {
  const colour = { new: 'green', same: 'dim', changed: 'yellow', conflicting: 'red', skipped: 'dim' } as const
  const rows = entries.map(({ kind, name, where, vendor, reason, kept, left, unconfirmed, baseUrl }) => {
    const more = [
      ...(reason === null ? [] : [reason]),
      ...(kept.length > 0 ? [`kept as text: ${fieldNames(kept)}`] : []),
      ...(unconfirmed.includes('address') ? [`inactive until ${baseUrl} is confirmed`] : []),
      ...left.map(({ what, why }) => `left out: ${what} (${why})`),
    ]
    const said = more.length > 0 ? `: ${more.join('; ')}` : ''
    return `${paint(colour[kind], kind.padEnd(11))} ${escapeText(`${name} (${vendor}, ${where})${said}`)}`
  })
  const counts = kinds.map((kind) => `${entries.filter((each) => each.kind === kind).length} ${kind}`)
  return [
    `${escapeText(file)}: ${formatName}, ${entries.length} entries; nothing is written yet`,
    ...rows,
    counts.join(', '),
  ]
}

function tell({ out }: Context, preview: ImportPreview, receipt: ImportReceipt): void {
  out.result(
    `${receipt.in} in, ${receipt.stored} stored, ${receipt.skipped.length} skipped, fields kept as text: ${receipt.keptAsText.length}, dropped: ${receipt.dropped.length}`,
  )
  const say = (lines: readonly string[]): void => {
    for (const line of lines.slice(0, MOST_LINES)) out.result(`  ${escapeText(line)}`)
    if (lines.length > MOST_LINES) out.result(`  … and ${lines.length - MOST_LINES} more; --json names each`)
  }
  say(receipt.skipped.map(({ name, reason }) => `skipped ${name}: ${reason}`))
  say(receipt.renamed.map(({ from, to }) => `renamed ${from} to ${to}`))
  say(receipt.replaced.map((name) => `replaced ${name}`))
  if (receipt.keptAsText.length > 0) out.result(`  kept as text: ${escapeText(fieldNames(receipt.keptAsText))}`)
  say(receipt.dropped.map(({ name, what, why }) => `dropped ${what} of ${name}: ${why}`))
  say(receipt.notTaken.map(({ name, what, why }) => `left in the file: ${what} of ${name}: ${why}`))
  for (const name of receipt.unconfirmed)
    out.note(
      `${escapeText(name)} is inactive until its address or operator is confirmed: rekey edit ${escapeText(name)}`,
    )
  const asked = preview.entries.filter(({ guess, vendor }) => guess !== null && vendor === 'other')
  for (const { name, guess } of asked.slice(0, 20))
    out.note(`${escapeText(name)} may be a key of ${escapeText(`${guess?.vendor}: ${guess?.why}`)}`)
  for (const note of receipt.notes) out.note(`note: ${escapeText(note)}`)
  if (preview.isPlainText) out.note('note: the file still holds every key in clear; remove it when you are done')
}
