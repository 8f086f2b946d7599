import { resolve } from 'node:path'
import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { fail, type Failure } from '../../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../../src-contract/result.ts'
import { sealFault } from '../../../../src-contract/vault-seal.ts'
import type { VaultFormatView } from '../../../../src-contract/vault-views.ts'
import { checkPlace } from '../../../adapters/vaults/vault-files.ts'
import { badInput, ofFiles } from '../complaint.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { collect } from '../flags.ts'
import { askPassphrase } from '../passphrase-source.ts'
import type { Terminal } from '../terminal.ts'
import { noStream, readKeys, type Keys } from '../vault-flags.ts'
import { withProgress } from '../vault-progress.ts'

type Options = {
  readonly format: string
  readonly passphraseFile?: string
  readonly keyFile?: string
  readonly recipient?: readonly string[]
  readonly only?: readonly string[]
  readonly tag?: string
  readonly overwrite?: boolean
  readonly plainText?: boolean
  readonly evenIfOpen?: boolean
  readonly yes?: boolean
}

const TYPED = 'plain text'

export const exportKeys: Definition = {
  define: (command) =>
    command
      .argument('<file>', 'where to write')
      .requiredOption('--format <format>', 'see rekey formats')
      .option('--passphrase-file <file>', 'the passphrase to seal it with, instead of asking')
      .option('--key-file <file>', 'a key file beside the passphrase (KeePass)')
      .option('--recipient <age1…>', 'seal it for this age recipient instead', collect)
      .option('--only <name>', 'this credential; again for more', collect)
      .option('--tag <tag>', 'credentials with this tag')
      .option('--overwrite', 'replace the file that is there')
      .option('--plain-text', 'write every key in clear')
      .option('--even-if-open', 'also keys of which a rotation is still open')
      .option('--yes', 'do not ask')
      .addOption(new Option('--json', 'print the receipt as JSON')),
  examples: [
    'rekey export backup.rekey --format rekey',
    'rekey export for-ops.rekey --format rekey --recipient age1… --tag prod',
    'rekey export team.kdbx --format kdbx --passphrase-file ./passphrase',
    'rekey export .env --format dotenv --only prod/scrapebit --plain-text',
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
    const listed = await call('vault.formats', {})
    if (!listed.ok) return refuse(listed.failure)
    const format = listed.value.find(({ id }) => id === options.format)
    if (!format) return refuse(badInput(`no format is called ${options.format}`, 'rekey formats lists them'))
    if (!format.writes) return refuse(fail('cannot-write-format', { format: format.name }))
    const fault = sealFault(format, {
      hasPassphrase: keys.value.passphrase !== undefined,
      hasKeyFile: keys.value.keyFile !== undefined,
      hasRecipients: (options.recipient ?? []).length > 0,
      isPlainText: options.plainText === true,
    })
    if (fault !== null) return refuse(fault)
    const names = terminal === null ? ok([]) : await keysFor(context, file, options)
    if (!names.ok) return refuse(names.failure)
    const sealed = await sealWith(terminal, format, options, keys.value, names.value)
    if (!sealed.ok) return refuse(sealed.failure)
    const { only, tag } = options
    const done = await withProgress(context, () =>
      call('vault.export', {
        to: { path: resolve(file) },
        format: format.id,
        ...sealed.value,
        recipients: [...(options.recipient ?? [])],
        overwrite: options.overwrite === true,
        plainText: options.plainText === true,
        evenIfOpen: options.evenIfOpen === true,
        ...(only === undefined ? {} : { names: [...only] }),
        ...(tag === undefined ? {} : { tag }),
      }),
    )
    if (!done.ok) return refuse(done.failure)
    if (out.isJson) {
      out.json(done.value)
      return 0
    }
    const { stored, dropped, warnings, path } = done.value
    out.result(
      `${done.value.in} in, ${stored} stored, dropped: ${dropped.length}; ${escapeText(path)} was read again and compared`,
    )
    for (const { name, what, why } of dropped)
      out.result(`  dropped ${escapeText(what)} of ${escapeText(name)}: ${escapeText(why)}`)
    for (const warning of warnings) out.note(`note: ${escapeText(warning)}`)
    if (done.value.isPlainText) out.note('note: the file holds every key in clear, for whoever can read it')
    return 0
  },
}

/** What the file is sealed with; a file in clear is confirmed by hand where somebody is there. */
async function sealWith(
  terminal: Terminal | null,
  format: VaultFormatView,
  options: Options,
  keys: Keys,
  names: readonly string[],
): Promise<Result<Keys>> {
  const isGiven = keys.passphrase !== undefined || keys.keyFile !== undefined || (options.recipient ?? []).length > 0
  if (isGiven && terminal !== null && isKeyFileAlone(options)) return besideKeyFile(terminal, keys)
  if (isGiven) return ok(keys)
  if (options.plainText !== true && format.protection !== 'plain') {
    if (terminal === null) {
      const option = format.recipients ? '--passphrase-file or --recipient' : '--passphrase-file'
      return err(fail('vault-needs', { file: 'the export', what: 'something to seal it with', option }))
    }
    const asked = await askPassphrase(terminal, 'passphrase for the file', true)
    return asked.ok ? ok({ passphrase: asked.value.use((text) => text) }) : asked
  }
  if (options.plainText !== true) return err(fail('needs-plain-text', { format: format.name }))
  if (terminal === null || options.yes === true) return ok(keys)
  const typed = await terminal.types(
    `the file will hold ${contentsOf(names)} in clear, for whoever can read it; type ${TYPED} to go on:`,
    TYPED,
  )
  if (!typed.ok) return typed
  return typed.value ? ok(keys) : err(fail('cancelled'))
}

const isKeyFileAlone = ({ keyFile, passphraseFile, recipient, yes }: Options): boolean =>
  keyFile !== undefined && passphraseFile === undefined && recipient === undefined && yes !== true

/** Whoever finds a key file opens what it alone locks: that is a person's word, not an oversight. */
async function besideKeyFile(terminal: Terminal, keys: Keys): Promise<Result<Keys>> {
  const way = await terminal.choose('what opens the file?', ['a passphrase and the key file', 'the key file alone'])
  if (!way.ok) return way
  if (way.value === 1) return ok(keys)
  const asked = await askPassphrase(terminal, 'passphrase for the file', true)
  return asked.ok ? ok({ ...keys, passphrase: asked.value.use((text) => text) }) : asked
}

const MOST_NAMED = 3

/** What a person agrees to, by name while that is short. */
function contentsOf(names: readonly string[]): string {
  if (names.length > MOST_NAMED) return `${names.length} keys`
  return `the ${names.length === 1 ? 'key' : 'keys'} of ${names.join(', ')}`
}

/** Whose keys it would be. What stops an export anyway is said before somebody types a passphrase twice; the app looks again. */
async function keysFor(
  { call }: Context,
  file: string,
  { only, tag, overwrite, evenIfOpen }: Options,
): Promise<Result<readonly string[]>> {
  for (const name of only ?? []) {
    const known = await call('credential.show', { name })
    if (!known.ok) return known
  }
  const listed = await call('credential.list', tag === undefined ? {} : { tag })
  if (!listed.ok) return listed
  const wanted = only?.map((each) => each.toLowerCase())
  const going = listed.value.filter(({ name }) => wanted === undefined || wanted.includes(name.toLowerCase()))
  const names = going.map(({ name }) => name)
  if (names.length === 0) return err(badInput('there is nothing to export', 'rekey list shows what there is'))
  const place = checkPlace(resolve(file), { overwrite: overwrite === true })
  if (!place.ok) return place
  const open = evenIfOpen === true ? undefined : going.find(({ openRotation }) => openRotation !== null)
  if (open?.openRotation) {
    const outcome = open.openRotation.outcome ?? (open.state === 'guided-waiting' ? 'waiting' : 'rotating')
    return err(fail('has-open-rotation', { name: open.name, outcome }))
  }
  return ok(names)
}
