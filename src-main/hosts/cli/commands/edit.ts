import { escapeText } from '../../../../src-contract/escape.ts'
import { askSecrets, checkInputs, secretRecord } from '../ask-secrets.ts'
import { badInput } from '../complaint.ts'
import type { Definition } from '../definition.ts'
import { collect } from '../flags.ts'
import { readTraits, traitFlags, type TraitOptions } from '../traits.ts'

type Options = TraitOptions & { readonly removeTag: readonly string[]; readonly clearExpiresAt?: boolean }

export const edit: Definition = {
  define: (command) =>
    traitFlags(command.argument('<name>'))
      .option('--remove-tag <t>', 'take a tag off; may be repeated', collect, [])
      .option('--clear-expires-at', 'it does not expire after all')
      .option('--json', 'the credential as JSON'),
  examples: [
    'rekey edit prod/scrapebit --tag billing --remove-tag trial',
    'rekey edit ci/conjur --secret-input password',
    'rekey edit prod/userplane --expires-at 2027-01-31',
  ],
  run: async (context, command) => {
    const { out, refuse, call } = context
    const [name = ''] = command.args
    const options = command.opts<Options>()
    const traits = readTraits(options, out)
    if (!traits.ok) return refuse(traits.failure)
    if (options.clearExpiresAt && options.expiresAt !== undefined) {
      return refuse(badInput('--expires-at and --clear-expires-at exclude each other', 'give one of them'))
    }
    const { inputs, tags, usedBy, ...others } = traits.value
    const isNothing =
      Object.keys({ ...inputs, ...others }).length === 0 &&
      [...tags, ...usedBy, ...options.removeTag, ...options.secretInput].length === 0 &&
      options.clearExpiresAt !== true
    if (isNothing) return refuse(badInput('nothing to change is given', 'see rekey edit --help'))

    const shown = await call('credential.show', { name })
    if (!shown.ok) return refuse(shown.failure)
    const vendors = await call('vendor.list', {})
    if (!vendors.ok) return refuse(vendors.failure)
    const vendor = vendors.value.find(({ id }) => id === shown.value.vendor)
    const checked = checkInputs(vendor, inputs, options.secretInput)
    if (!checked.ok) return refuse(checked.failure)
    const secrets = await askSecrets(context, options.secretInput)
    if (!secrets.ok) return refuse(secrets.failure)
    const edited = await call('credential.edit', {
      name,
      secretInputs: secretRecord(options.secretInput, secrets.value),
      removeTags: [...options.removeTag],
      clearExpiresAt: options.clearExpiresAt === true,
      ...traits.value,
    })
    if (!edited.ok) return refuse(edited.failure)
    if (out.isJson) out.json(edited.value)
    else out.result(`${escapeText(edited.value.name)}  changed`)
    return 0
  },
}
