/** What a person says of a credential, checked: the vendor, its address, inputs, operator and trust in its server. */
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { Credential } from '../core/credentials/credential.ts'
import { originOf } from '../core/rotation/run.ts'
import { checkBaseUrl } from '../vendors/base-url.ts'
import { validateInputs, validateSecretInput } from '../vendors/inputs.ts'
import { named, type Context } from './context.ts'
import { OTHER, type Found } from './vendor-registry.ts'

export type Traits = {
  readonly found: Found | null
  readonly baseUrl: string | null
  readonly inputs: Readonly<Record<string, string>>
  readonly operator: Credential | null
  readonly subject: string | null
}

export type Asked = {
  readonly name: string
  readonly vendor: string
  readonly baseUrl: string | null
  readonly inputs: Readonly<Record<string, string>>
  readonly secretInputs: Readonly<Record<string, string>>
  readonly operator: string | null
  readonly hasTrust: boolean
}

export function checkTraits(context: Context, asked: Asked): Result<Traits> {
  if (asked.vendor === OTHER) return checkOther(asked)
  const opened = context.registry.open(asked.vendor)
  if (!opened.ok) return opened
  const found = opened.value
  const address = asked.baseUrl ?? found.file.baseUrl
  if (address === null) return err(fail('needs-base-url', { vendor: asked.vendor }))
  const baseUrl = checkBaseUrl(found.file, address)
  if (!baseUrl.ok) return baseUrl
  if (asked.hasTrust && found.file.tls.length === 0) {
    return err(
      fail('bad-input', { what: `${found.file.name} has a public certificate`, fix: 'leave --ca-file and --pin out' }),
    )
  }
  const inputs = validateInputs(found.file, asked.inputs)
  if (!inputs.ok) return inputs
  for (const [name, value] of Object.entries(asked.secretInputs)) {
    const checked = validateSecretInput(found.file, name, value)
    if (!checked.ok) return checked
  }
  const operator = checkOperator(context, asked, found, baseUrl.value)
  if (!operator.ok) return operator
  const subject = found.vendor.subject({
    baseUrl: baseUrl.value,
    inputs: inputs.value,
    operatorInputs: operator.value?.inputs ?? null,
  })
  return ok({ found, baseUrl: baseUrl.value, inputs: inputs.value, operator: operator.value, subject })
}

/** A key without a vendor file: nothing of it is ever sent anywhere. */
function checkOther(asked: Asked): Result<Traits> {
  const no = (flag: string): Result<Traits> =>
    err(fail('bad-input', { what: `${OTHER} takes no ${flag}`, fix: `leave ${flag} out` }))
  if (asked.operator !== null) return no('--operator')
  if (Object.keys(asked.inputs).length + Object.keys(asked.secretInputs).length > 0) return no('--input')
  if (asked.baseUrl !== null) return no('--base-url')
  if (asked.hasTrust) return no('--ca-file')
  return ok({ found: null, baseUrl: null, inputs: {}, operator: null, subject: null })
}

/** SECURITY: 15. An operator's key goes only where the operator's own credential points: same vendor, same origin. */
function checkOperator(context: Context, asked: Asked, found: Found, baseUrl: string): Result<Credential | null> {
  if (asked.operator === null) {
    if (found.vendor.strategy === 'in-place' && !found.vendor.rotatesBy.self) {
      return err(fail('missing-input', { vendor: asked.vendor, input: 'operator' }))
    }
    return ok(null)
  }
  const operator = named(context, asked.operator)
  if (!operator.ok) return operator
  const no = (why: string): Result<Credential | null> =>
    err(fail('bad-operator', { operator: operator.value.name, name: asked.name, why }))
  if (operator.value.name.toLowerCase() === asked.name.toLowerCase()) return no('it is the same credential')
  if (operator.value.vendor !== asked.vendor) return no(`it belongs to ${operator.value.vendor}`)
  if (originOf(operator.value.baseUrl ?? '') !== originOf(baseUrl)) return no('it is for another address')
  if (!found.vendor.rotatesBy.operator) return no(`${found.file.name} lets a key rotate itself only`)
  for (let next: Credential | null = operator.value; next;) {
    if (next.name.toLowerCase() === asked.name.toLowerCase()) return no('they would rotate each other')
    next = next.operatorId === null ? null : context.ports.ledger.credentialById(next.operatorId)
  }
  return ok(operator.value)
}
