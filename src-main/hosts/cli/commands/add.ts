import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { explain, fail, type Failure } from '../../../../src-contract/failures.ts'
import type { VendorView } from '../../../../src-contract/views.ts'
import { askSecrets, checkInputs, secretRecord } from '../ask-secrets.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { checkName } from '../names.ts'
import { readTraits, traitFlags, type TraitOptions, type Traits } from '../traits.ts'

type Options = TraitOptions & { readonly adopt?: boolean; readonly unproven?: boolean; readonly json?: boolean }

export const add: Definition = {
  define: (command) =>
    traitFlags(
      command
        .argument('<vendor>', 'whose key it is: see rekey vendors')
        .argument('<name>', 'what you call it, such as prod/scrapebit'),
    )
      .option('--adopt', 'take over a keychain item of that name')
      .option('--unproven', 'do not ask the vendor whether the key works')
      .addOption(new Option('--json', 'print the credential as JSON')),
  examples: [
    'pass show scrapebit | rekey add scrapebit prod/scrapebit --tag prod --max-age 90',
    'rekey add conjur ci/build --base-url https://conjur.example.com --input account=main --input login=host/ci/build',
    'rekey add other stripe/live --expires-at 2027-01-31',
  ],
  run: async (context, command) => {
    const [vendor = '', name = ''] = command.args
    const options = command.opts<Options>()
    const { call, out, refuse } = context
    const named = checkName(name)
    if (!named.ok) return refuse(named.failure)
    const traits = readTraits(options, out)
    if (!traits.ok) return refuse(traits.failure)
    const vendors = await call('vendor.list', {})
    if (!vendors.ok) return refuse(vendors.failure)
    const known = vendors.value.find(({ id }) => id === vendor)
    const checked = checkInputs(known, traits.value.inputs, options.secretInput)
    if (!checked.ok) return refuse(checked.failure)
    const missing = await missingBefore(context, { vendor, name, known, traits: traits.value })
    if (missing) return refuse(missing)

    const keyLabel = `key of ${name}`
    const secrets = await askSecrets(
      context,
      [keyLabel, ...options.secretInput],
      options.adopt === true ? keyLabel : null,
    )
    if (!secrets.ok) return refuse(secrets.failure)
    const [key = null, ...others] = secrets.value
    if (key === null && options.adopt !== true) return refuse(fail('empty-secret'))
    const keep = (trust: { readonly pinSha256?: string }) =>
      call('credential.add', {
        vendor,
        name,
        secret: key === null ? null : key.use((value) => value),
        secretInputs: secretRecord(options.secretInput, others),
        adopt: options.adopt === true,
        unproven: options.unproven === true,
        ...traits.value,
        ...trust,
      })
    let added = await keep({})
    const sha256 = !added.ok && added.failure.code === 'tls-unknown' ? added.failure.fields['sha256'] : undefined
    if (!added.ok && sha256 !== undefined && context.terminal) {
      out.note(
        `${escapeText(explain(added.failure).message)}:\n  ${(sha256.match(/../g) ?? []).join(':').toUpperCase()}`,
      )
      const sure = await context.terminal.confirm(
        'is that what whoever runs it says, and shall only this one be trusted?',
      )
      if (!sure.ok) return refuse(sure.failure)
      if (sure.value) added = await keep({ pinSha256: sha256 })
    }
    if (!added.ok) return refuse(added.failure)
    const { credential, proof, warning } = added.value
    if (warning !== null) out.note(`note: ${escapeText(warning)}`)
    if (proof === 'no-answer') out.note(`${vendor} did not say whether the key works: it is kept, marked unverified`)
    if (out.isJson) out.json(credential)
    else {
      const tail = credential.tail === null ? '' : `, ending ${escapeText(credential.tail)}`
      const said = { works: 'it works', 'no-answer': 'not verified yet', 'not-asked': 'not tried' }[proof]
      out.result(`added ${credential.name}${tail}: ${said}`)
    }
    return 0
  },
}

/** What can be known to be missing is said before a person is asked for a key. */
async function missingBefore(
  { call }: Context,
  asked: {
    readonly vendor: string
    readonly name: string
    readonly known: VendorView | undefined
    readonly traits: Traits
  },
): Promise<Failure | null> {
  const { vendor, name, known, traits } = asked
  const taken = await call('credential.show', { name })
  if (taken.ok) return fail('name-taken', { name: taken.value.name })
  if (vendor === 'other') return null
  if (known === undefined) {
    const unusable = await call('vendor.unusable', {})
    if (!unusable.ok) return unusable.failure
    return unusable.value.find((file) => file.vendor === vendor)?.why ?? fail('unknown-vendor', { vendor })
  }
  const input = known.inputs.find((each) => each.required && !each.secret && traits.inputs[each.name] === undefined)
  if (input) return fail('missing-input', { vendor, input: input.name })
  return known.baseUrl === null && traits.baseUrl === undefined ? fail('needs-base-url', { vendor }) : null
}
