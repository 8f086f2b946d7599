/** Where an entry belongs: its vendor with everything that vendor needs, or `other` and why. */
import { explain } from '../../../src-contract/failures.ts'
import type { Unconfirmed } from '../../core/credentials/credential.ts'
import { originOf } from '../../core/rotation/run.ts'
import type { VaultEntry } from '../../formats/define-format.ts'
import { checkBaseUrl } from '../../vendors/base-url.ts'
import { inputProblem, validateInputs, validateSecretInput } from '../../vendors/inputs.ts'
import type { Context } from '../context.ts'
import { checkSecret } from '../secret-input.ts'
import { OTHER, type Found } from '../vendor-registry.ts'
import { guessVendor, type Guess } from './guess-vendor.ts'

/** Longer than any vendor's id, so that what is cut is none; a file may say anything. */
const LONGEST_ID = 128

/** What a person says of an entry where the file does not. */
export type Said = {
  readonly vendor?: string | undefined
  readonly inputs?: Readonly<Record<string, string>>
  readonly baseUrl?: string | undefined
}

export type Place = {
  readonly vendor: string
  readonly found: Found | null
  readonly guess: Guess | null
  readonly inputs: Readonly<Record<string, string>>
  readonly secretInputs: Readonly<Record<string, string>>
  readonly baseUrl: string | null
  readonly subject: string | null
  readonly tls: { readonly caPem: string | null; readonly pinSha256: string | null }
  readonly unconfirmed: readonly Unconfirmed[]
  /** Inputs without which it is kept as `other`. */
  readonly missing: readonly string[]
  readonly reason: string | null
}

const other = (guess: Guess | null, reason: string | null, missing: readonly string[] = []): Place => ({
  vendor: OTHER,
  found: null,
  guess,
  inputs: {},
  secretInputs: {},
  baseUrl: null,
  subject: null,
  tls: { caPem: null, pinSha256: null },
  unconfirmed: [],
  missing,
  reason,
})

/** `known`: origins that keys of a vendor already go to here, as `<vendor> <origin>`. */
export function placeOf(
  context: Context,
  entry: VaultEntry,
  said: Said,
  around: { readonly vendors: readonly Found[]; readonly known: ReadonlySet<string> },
): Place {
  const traits = entry.rekey
  const isOther = traits?.vendor === OTHER
  if (isOther && (said.vendor ?? OTHER) === OTHER) return other(null, null)
  const guess: Guess | null =
    traits === null || traits.vendor === OTHER
      ? guessVendor(entry, around.vendors)
      : { vendor: traits.vendor.slice(0, LONGEST_ID), confidence: 'sure', why: 'the file says so' }
  const wanted = said.vendor ?? (guess !== null && guess.confidence !== 'possible' && !isOther ? guess.vendor : OTHER)
  if (wanted === OTHER) {
    const asks = guess === null || said.vendor === OTHER ? null : `it may be a key of ${guess.vendor}: ${guess.why}`
    return other(guess, asks)
  }
  const opened = context.registry.open(wanted)
  if (!opened.ok) return other(guess, `no vendor file is called ${wanted}: it is kept, not rotated`)
  const secret = checkSecret(entry.secret ?? '')
  if (!secret.ok) return other(guess, `${wanted} has no such keys (${secret.failure.fields['why'] ?? 'empty'})`)
  return withVendor(entry, said, guess, opened.value, around.known)
}

function withVendor(
  entry: VaultEntry,
  said: Said,
  guess: Guess | null,
  found: Found,
  known: ReadonlySet<string>,
): Place {
  const { file, vendor } = found
  const traits = entry.rekey
  const given = { ...traits?.inputs, ...inputsIn(entry, found), ...said.inputs }
  const inputs = validateInputs(file, given)
  if (!inputs.ok) {
    const missing = file.inputs
      .filter(({ name, required, type }) => required && type !== 'secret' && !Object.hasOwn(given, name))
      .map(({ name }) => name)
    return other(guess, `kept as ${OTHER}: ${explain(inputs.failure).message}`, missing)
  }
  const address = said.baseUrl ?? traits?.baseUrl ?? file.baseUrl
  if (address === null) return other(guess, `kept as ${OTHER}: ${file.name} needs its address`, ['base-url'])
  const baseUrl = checkBaseUrl(file, address)
  if (!baseUrl.ok) return other(guess, `kept as ${OTHER}: ${explain(baseUrl.failure).message}`)
  const secretInputs = Object.fromEntries(
    Object.entries(traits?.secretInputs ?? {}).filter(([name, value]) => validateSecretInput(file, name, value).ok),
  )
  const takesTrust = file.tls.length > 0
  const pin = traits?.pinSha256 ?? null
  const tls = takesTrust
    ? { caPem: traits?.caPem ?? null, pinSha256: pin !== null && /^[0-9a-f]{64}$/.test(pin) ? pin : null }
    : { caPem: null, pinSha256: null }
  const isUsual = baseUrl.value === file.baseUrl || known.has(`${file.id} ${originOf(baseUrl.value)}`)
  const hasTrust = tls.caPem !== null || tls.pinSha256 !== null
  return {
    vendor: file.id,
    found,
    guess,
    inputs: inputs.value,
    secretInputs,
    baseUrl: baseUrl.value,
    subject:
      vendor.subject({ baseUrl: baseUrl.value, inputs: inputs.value, operatorInputs: null }) ?? traits?.subject ?? null,
    tls,
    unconfirmed: [
      ...(said.baseUrl === undefined && (!isUsual || hasTrust) ? (['address'] as const) : []),
      ...(traits?.operator ? (['operator'] as const) : []),
    ],
    missing: [],
    reason: null,
  }
}

/** Inputs that stand in the entry under their own name, and the one that its account can only be. */
function inputsIn(entry: VaultEntry, { file }: Found): Readonly<Record<string, string>> {
  if (entry.rekey !== null) return {}
  const wanted = file.inputs.filter(({ type }) => type !== 'secret')
  const byName = wanted.flatMap((input) => {
    const field = entry.fields.find(({ name }) => name.toLowerCase() === input.name)
    return field && inputProblem(input, field.value) === null ? [[input.name, field.value] as const] : []
  })
  const open = wanted.filter(({ name, required }) => required && !byName.some(([known]) => known === name))
  const [only] = open
  if (open.length !== 1 || !only || entry.account === null || inputProblem(only, entry.account) !== null)
    return Object.fromEntries(byName)
  return Object.fromEntries([...byName, [only.name, entry.account]])
}
