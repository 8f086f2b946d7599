import { escapeText } from '../../../../src-contract/escape.ts'
import { askSecrets, checkInputs, secretRecord } from '../ask-secrets.ts'
import type { Definition } from '../definition.ts'
import { checkName } from '../names.ts'
import { readTraits, traitFlags, type TraitOptions } from '../traits.ts'

type Options = TraitOptions & { readonly adopt?: boolean; readonly unproven?: boolean }

/** The key comes on standard input or at a hidden prompt; it is proven at the vendor before it counts as working. */
export const add: Definition = {
  define: (command) =>
    traitFlags(
      command.argument('<vendor>', 'the id of a vendor, see rekey vendors').argument('<name>', 'like prod/scrapebit'),
    )
      .option('--adopt', 'take over an item of that name that is in the keychain already')
      .option('--unproven', 'keep it even if the vendor says that it does not work')
      .option('--json', 'the credential as JSON'),
  examples: [
    'rekey add scrapebit prod/scrapebit --tag prod --max-age 90',
    'pass show scrapebit | rekey add scrapebit prod/scrapebit',
    'rekey add conjur ci/conjur --base-url https://conjur.example.com/api --input account=main --input login=host/ci --ca-file ca.pem',
    'printf "%s\\n" "$KEY" "$PASSWORD" | rekey add conjur me --base-url https://c.example.com --input account=main --input login=me --secret-input password',
    'rekey add scrapebit prod/scrapebit --adopt </dev/null',
  ],
  run: async (context, command) => {
    const { out, refuse, call, terminal } = context
    const [vendor = '', typedName = ''] = command.args
    const options = command.opts<Options>()
    const name = checkName(typedName)
    if (!name.ok) return refuse(name.failure)
    const traits = readTraits(options, out)
    if (!traits.ok) return refuse(traits.failure)
    const vendors = await call('vendor.list', {})
    if (!vendors.ok) return refuse(vendors.failure)
    const found = vendors.value.find(({ id }) => id === vendor)
    const inputs = checkInputs(found, traits.value.inputs, options.secretInput)
    if (!inputs.ok) return refuse(inputs.failure)

    const key = `key of ${found?.name ?? vendor}`
    const secrets = await askSecrets(context, [key, ...options.secretInput], options.adopt === true ? key : null)
    if (!secrets.ok) return refuse(secrets.failure)
    const [secret = null, ...others] = secrets.value
    const added = await call('credential.add', {
      vendor,
      name: name.value,
      secret: secret === null ? null : secret.use((value) => value),
      secretInputs: secretRecord(options.secretInput, others),
      adopt: options.adopt === true,
      unproven: options.unproven === true,
      ...traits.value,
    })
    if (!added.ok) return refuse(added.failure)
    const { credential, proof, warning } = added.value
    if (warning !== null) out.note(`note: ${escapeText(warning)}`)
    if (proof !== 'works') {
      const why = proof === 'no-answer' ? 'the vendor did not say whether it works' : 'nobody was asked whether it works'
      out.note(`kept, but unverified: ${why}\n  rekey verify ${escapeText(credential.name)} asks again`)
    }
    if (out.isJson) out.json(credential)
    else {
      const tail = credential.tail === null ? '' : `, …${escapeText(credential.tail)}`
      const works = proof === 'works' ? 'works and is kept' : 'is kept'
      out.result(`${escapeText(credential.name)}  ${works} (${escapeText(credential.vendor)}${tail})`)
      if (terminal !== null && !out.isQuiet) out.note(`  rekey rotate ${escapeText(credential.name)} replaces it at the vendor`)
    }
    return 0
  },
}
