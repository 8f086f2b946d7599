import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { escapeText } from '../../../src-contract/escape.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { badInput } from './complaint.ts'
import { collect, readDate, readPin, wholeNumber } from './flags.ts'
import type { Output } from './output.ts'

/** What `add` and `edit` take in common: everything that is known of a credential beside its key. */
export type TraitOptions = {
  readonly label?: string
  readonly input: readonly string[]
  readonly secretInput: readonly string[]
  readonly baseUrl?: string
  readonly caFile?: string
  readonly pin?: string
  readonly operator?: string
  readonly tag: readonly string[]
  readonly usedBy: readonly string[]
  readonly expiresAt?: string
  readonly maxAge?: number
}

export const traitFlags = (command: Command): Command =>
  command
    .option('--label <text>', 'a free text beside the name')
    .option('--input <k=v>', 'something the vendor needs to know, such as an account', collect, [])
    .option('--secret-input <k>', 'a secret the vendor needs: asked for, or the next line of a pipe', collect, [])
    .option('--base-url <url>', "instead of the vendor's own address, path included")
    .addOption(new Option('--ca-file <file>', 'certificate authorities to trust for it, PEM').conflicts('pin'))
    .addOption(
      new Option('--pin <sha256:hex>', 'trust only this server certificate (SHA-256 of the DER)').argParser(readPin),
    )
    .option('--operator <name>', 'the credential whose key rotates this one')
    .option('--tag <t>', 'a tag; may be repeated', collect, [])
    .option('--used-by <text>', 'where the key is in use; may be repeated', collect, [])
    .option('--expires-at <date>', 'when it expires, like 2027-01-31', readDate)
    .option('--max-age <days>', 'due for rotation after so many days', wholeNumber(1, 36_500))

const inputName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** `k=v` pairs. What stands after a name is never shown again: it may be a secret typed in the wrong place. */
function readInputs(pairs: readonly string[]): Result<Record<string, string>> {
  const inputs: Record<string, string> = {}
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(at, 0))
    if (!inputName.test(name))
      return err(badInput('--input needs a name, an equals sign and a value', 'like --input account=main'))
    if (Object.hasOwn(inputs, name)) return err(badInput(`--input ${name} is given twice`, 'give it once'))
    inputs[name] = pair.slice(at + 1)
  }
  return ok(inputs)
}

type Authorities = { readonly pem: string; readonly shown: readonly string[] }

function readAuthorities(path: string): Result<Authorities> {
  const wrong = (why: string): Result<Authorities> =>
    err(badInput(`--ca-file ${path}: ${why}`, 'give a PEM file with the certificate of the authority'))
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return wrong((error as NodeJS.ErrnoException).code ?? 'it cannot be read')
  }
  if (text.length > 262_144) return wrong('it is larger than 256 KiB')
  if (text.includes('PRIVATE KEY')) return wrong('it holds a private key')
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) return wrong('there is no certificate in it')
  const shown: string[] = []
  for (const block of blocks) {
    try {
      const certificate = new X509Certificate(block)
      shown.push(`${certificate.fingerprint256}  ${certificate.subject.replaceAll('\n', ', ')}`)
    } catch {
      return wrong('a certificate in it cannot be read')
    }
  }
  return ok({ pem: `${blocks.join('\n')}\n`, shown })
}

export type Traits = {
  readonly label?: string
  readonly inputs: Record<string, string>
  readonly baseUrl?: string
  readonly caPem?: string
  readonly pinSha256?: string
  readonly operator?: string
  readonly tags: string[]
  readonly usedBy: string[]
  readonly expiresAt?: string
  readonly maxAgeDays?: number
}

/** The traits without secrets, checked as far as that needs no vendor file. Shows the SHA-256 of each authority. */
export function readTraits(options: TraitOptions, out: Output): Result<Traits> {
  const inputs = readInputs(options.input)
  if (!inputs.ok) return inputs
  const twice = options.secretInput.find((name, index) => options.secretInput.indexOf(name) !== index)
  if (twice !== undefined) return err(badInput(`--secret-input ${twice} is given twice`, 'give it once'))
  const bad = options.secretInput.find((name) => !inputName.test(name))
  if (bad !== undefined)
    return err(badInput('--secret-input takes the name of an input, not its value', 'like --secret-input password'))
  const both = options.secretInput.find((name) => Object.hasOwn(inputs.value, name))
  if (both !== undefined)
    return err(badInput(`${both} is given as --input and as --secret-input`, `leave --input ${both} out`))
  const tag = options.tag.find((text) => text.trim() === '' || text.length > 64)
  if (tag !== undefined) return err(badInput('a tag is empty or longer than 64 characters', 'give another one'))
  const authorities = options.caFile === undefined ? null : readAuthorities(options.caFile)
  if (authorities?.ok === false) return authorities
  for (const line of authorities?.value.shown ?? []) out.note(`trusted for it: SHA-256 ${escapeText(line)}`)
  return ok({
    inputs: inputs.value,
    tags: [...options.tag],
    usedBy: [...options.usedBy],
    ...(options.label !== undefined && { label: options.label }),
    ...(options.baseUrl !== undefined && { baseUrl: options.baseUrl }),
    ...(authorities !== null && { caPem: authorities.value.pem }),
    ...(options.pin !== undefined && { pinSha256: options.pin }),
    ...(options.operator !== undefined && { operator: options.operator }),
    ...(options.expiresAt !== undefined && { expiresAt: options.expiresAt }),
    ...(options.maxAge !== undefined && { maxAgeDays: options.maxAge }),
  })
}
