import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import { hasControl, isOf } from './characters.ts'
import type { VendorFile, VendorInput } from './define-vendor.ts'
import { namesIn } from './template.ts'

/** What is wrong with one value of an input, in our own words; null if nothing. Never quotes the value. */
export function inputProblem(input: VendorInput, value: string): string | null {
  if (value === '') return 'it is empty'
  if (hasControl(value)) return 'it has control characters'
  if (value.length < input.minLength) return `it is shorter than ${input.minLength} characters`
  if (value.length > input.maxLength) return `it is longer than ${input.maxLength} characters`
  switch (input.type) {
    case 'integer':
      return /^(0|[1-9]\d{0,18})$/.test(value) ? null : 'it must be a whole number such as 42'
    case 'enum':
      return input.options?.includes(value) ? null : `it must be one of ${(input.options ?? []).join(', ')}`
    case 'secret':
      return isOf(input.characters ?? 'text', value) ? null : `it may hold ${input.characters} characters only`
    case 'string':
      if (!isOf(input.characters ?? 'printable', value))
        return `it may hold ${input.characters ?? 'printable'} characters only`
      return value.split(/[/\\]/).some((part) => part === '.' || part === '..') ? 'it may not have . or .. parts' : null
  }
}

/** Inputs that stand before the colon of Basic authentication, where a colon would end them. */
const beforeColon = (file: VendorFile): ReadonlySet<string> => {
  const forms = [file.auth, ...[file.reread?.request, file.rotate?.self?.request].map((request) => request?.auth)]
  return new Set(forms.flatMap((auth) => (typeof auth === 'object' && 'basic' in auth ? namesIn(auth.basic.user) : [])))
}

/**
 * The inputs of a credential, checked against the file: no unknown, no missing, each of its type. Secret inputs are not
 * among them. Fails with missing-input or bad-input-value.
 */
export function validateInputs(
  file: VendorFile,
  inputs: Readonly<Record<string, string>>,
): Result<Readonly<Record<string, string>>> {
  const bad = (input: string, why: string): Result<never> =>
    err(fail('bad-input-value', { input, why, vendor: file.id }))
  const known = new Map(file.inputs.map((input) => [input.name, input]))
  const colonless = beforeColon(file)
  for (const [name, value] of Object.entries(inputs)) {
    const input = known.get(name)
    if (!input) {
      const names = file.inputs.map((each) => each.name).join(', ')
      return bad(name, names === '' ? `${file.name} takes no inputs` : `${file.name} takes ${names}`)
    }
    if (input.type === 'secret') return bad(name, `it is a secret: give it with --secret-input ${name}`)
    const problem = inputProblem(input, value)
    if (problem !== null) return bad(name, problem)
    if (colonless.has(name) && value.includes(':')) return bad(name, 'it may not hold a colon')
  }
  const missing = file.inputs.find(
    (input) => input.required && input.type !== 'secret' && !Object.hasOwn(inputs, input.name),
  )
  if (missing) return err(fail('missing-input', { vendor: file.id, input: missing.name }))
  return ok(inputs)
}

/** One secret input's value. Fails with bad-input-value, which never quotes it. */
export function validateSecretInput(file: VendorFile, name: string, value: string): Result<void> {
  const bad = (why: string): Result<void> => err(fail('bad-input-value', { input: name, why, vendor: file.id }))
  const input = file.inputs.find((each) => each.name === name)
  if (!input) return bad(`${file.name} has no such input`)
  if (input.type !== 'secret') return bad(`it is not a secret: give it with --input ${name}=…`)
  const problem = inputProblem(input, value)
  return problem === null ? ok(undefined) : bad(problem)
}
