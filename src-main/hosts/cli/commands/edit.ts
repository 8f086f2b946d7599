import { Option } from 'commander'
import { askSecrets, checkInputs, secretRecord } from '../ask-secrets.ts'
import { badInput, needsYes } from '../complaint.ts'
import type { Definition } from '../definition.ts'
import { collect } from '../flags.ts'
import { fail } from '../../../../src-contract/failures.ts'
import { readTraits, traitFlags, type TraitOptions } from '../traits.ts'

type Options = TraitOptions & {
  readonly removeTag: readonly string[]
  readonly clearExpiresAt?: boolean
  readonly yes?: boolean
  readonly unproven?: boolean
}

/** Flags that say how, and nothing of what. */
const notChanges = new Set(['json', 'color', 'yes', 'quiet', 'unproven'])

export const edit: Definition = {
  define: (command) =>
    traitFlags(command.argument('<name>', 'the credential'))
      .option('--remove-tag <t>', 'take a tag away; may be repeated', collect, [])
      .addOption(new Option('--clear-expires-at', 'it does not expire any more').conflicts('expiresAt'))
      .option('--unproven', 'do not ask the vendor whether the key works under a new address or inputs')
      .option('--yes', 'do not ask before its key may go to another address')
      .addOption(new Option('--json', 'print the credential as JSON')),
  examples: ['rekey edit prod/scrapebit --tag prod --remove-tag staging', 'rekey edit prod/scrapebit --max-age 90'],
  run: async (context, command) => {
    const [name = ''] = command.args
    const options = command.opts<Options>()
    const { call, out, refuse } = context
    const traits = readTraits(options, out)
    if (!traits.ok) return refuse(traits.failure)
    const isNothing = Object.entries(options).every(
      ([key, value]) => notChanges.has(key) || (Array.isArray(value) && value.length === 0),
    )
    if (isNothing) return refuse(badInput('nothing is to be changed', 'see rekey edit --help'))
    const shown = await call('credential.show', { name })
    if (!shown.ok) return refuse(shown.failure)
    const vendors = await call('vendor.list', {})
    if (!vendors.ok) return refuse(vendors.failure)
    const checked = checkInputs(
      vendors.value.find(({ id }) => id === shown.value.vendor),
      traits.value.inputs,
      options.secretInput,
    )
    if (!checked.ok) return refuse(checked.failure)
    if (options.baseUrl !== undefined && options.baseUrl !== shown.value.baseUrl && options.yes !== true) {
      if (context.terminal === null) return refuse(needsYes('its key will be sent to another address'))
      const sure = await context.terminal.confirm(
        `send the key of ${shown.value.name} to ${options.baseUrl} from now on?`,
      )
      if (!sure.ok) return refuse(sure.failure)
      if (!sure.value) return refuse(fail('cancelled'))
    }
    const secrets = await askSecrets(context, options.secretInput)
    if (!secrets.ok) return refuse(secrets.failure)
    const edited = await call('credential.edit', {
      name,
      ...traits.value,
      secretInputs: secretRecord(options.secretInput, secrets.value),
      removeTags: [...options.removeTag],
      clearExpiresAt: options.clearExpiresAt === true,
      unproven: options.unproven === true,
    })
    if (!edited.ok) return refuse(edited.failure)
    if (edited.value.verifiedAt === null && shown.value.verifiedAt !== null && options.unproven !== true)
      out.note(`${edited.value.vendor} did not say whether the key works there: it is marked unverified`)
    if (out.isJson) out.json(edited.value)
    else out.result(`changed ${edited.value.name}`)
    return 0
  },
}
