import { checkBaseUrl } from './base-url.ts'
import type { VendorFile } from './define-vendor.ts'
import type { FileIssue } from './file-issue.ts'
import { inputProblem } from './inputs.ts'
import { replyIssues } from './reply-rules.ts'
import { requestIssues, type Scope } from './request-rules.ts'

/** What the shape of a vendor file cannot say: how its parts must fit each other. Needs a file of the right shape. */
const ownNames = ['key', 'session', 'operator']

function inputIssues(file: VendorFile): FileIssue[] {
  const issues: FileIssue[] = []
  const names = new Set<string>()
  file.inputs.forEach((input, index) => {
    const at = (field: string, message: string): number => issues.push({ path: ['inputs', index, field], message })
    if (ownNames.includes(input.name)) at('name', `${input.name} has a meaning of its own; choose another name`)
    if (names.has(input.name)) at('name', 'is given twice')
    names.add(input.name)
    if ((input.type === 'enum') !== (input.options !== undefined)) at('options', 'go with type enum, and only with it')
    if (input.type !== 'string' && input.type !== 'secret' && input.characters !== undefined)
      at('characters', `do not go with type ${input.type}`)
    if (input.minLength > input.maxLength) at('minLength', 'is more than maxLength')
    const problem = inputProblem(input, input.example)
    if (problem !== null) at('example', `does not fit: ${problem}`)
  })
  for (const [name, { from, prefixes }] of Object.entries(file.derived)) {
    const at = (field: string, message: string): number => issues.push({ path: ['derived', name, field], message })
    if (names.has(name) || ownNames.includes(name)) at('from', `${name} is taken already`)
    if (!requiredNames(file).includes(from)) at('from', `${from} is not a required input that may be shown`)
    if (prefixes.at(-1)?.from !== '') at('prefixes', "the last one must fit everything: from: ''")
  }
  if (typeof file.subject === 'object' && 'inputs' in file.subject)
    for (const name of file.subject.inputs)
      if (!requiredNames(file).includes(name))
        issues.push({ path: ['subject', 'inputs'], message: `${name} is not a required input that may be shown` })
  return issues
}

const requiredNames = (file: VendorFile): string[] =>
  file.inputs.filter((input) => input.type !== 'secret' && input.required).map((input) => input.name)

function partIssues(file: VendorFile): FileIssue[] {
  const issues: FileIssue[] = []
  const say = (part: string, message: string): number => issues.push({ path: [part], message })
  if (file.strategy === 'in-place') {
    if (!file.rotate?.self && !file.rotate?.operator) say('rotate', 'is missing: in-place needs self, operator or both')
    if (file.guided) say('guided', 'goes with strategy guided')
  } else {
    if (!file.guided) say('guided', 'is missing: strategy guided needs its steps')
    if (file.rotate) say('rotate', 'goes with strategy in-place')
    if (file.reread) say('reread', 'goes with strategy in-place')
  }
  if (file.verify === 'none' && typeof file.subject === 'object' && 'reply' in file.subject)
    say('subject', 'reply needs a verify call')
  if (file.key.minLength > file.key.maxLength) say('key', 'minLength is more than maxLength')
  if (file.key.prefixes.some((prefix) => prefix.length >= file.key.maxLength))
    say('key', 'a prefix is as long as a key')
  const base = file.baseUrl === null ? null : checkBaseUrl(file, file.baseUrl)
  if (base !== null && !base.ok) say('baseUrl', base.failure.fields['why'] ?? 'cannot be used')
  return issues
}

/** Everything wrong with how the parts of a file fit. */
export function fileIssues(file: VendorFile): FileIssue[] {
  const issues = [...inputIssues(file), ...partIssues(file), ...replyIssues(file)]
  const names = requiredNames(file)
  const own = new Set([...names, ...Object.keys(file.derived)])
  const secretInputs = file.inputs.filter((input) => input.type === 'secret').map((input) => input.name)
  const scope = (secret: readonly string[], more: readonly string[] = []): Scope => ({
    plain: new Set([...own, ...more]),
    secret: new Set(secret),
  })
  if (file.verify !== 'none')
    issues.push(...requestIssues(file, file.verify.request, ['verify', 'request'], scope(['key']), ['key']))
  const { self, operator } = file.rotate ?? {}
  if (self) {
    if (self.session)
      issues.push(
        ...requestIssues(file, self.session.request, ['rotate', 'self', 'session', 'request'], scope(['key']), ['key']),
      )
    const secrets = self.session ? ['key', 'session'] : ['key']
    issues.push(...requestIssues(file, self.request, ['rotate', 'self', 'request'], scope(secrets), secrets))
  }
  if (operator) {
    const theirs = names.map((name) => `operator.${name}`)
    if (operator.session)
      issues.push(
        ...requestIssues(
          file,
          operator.session.request,
          ['rotate', 'operator', 'session', 'request'],
          scope(['operator.key'], theirs),
          ['operator.key'],
        ),
      )
    const secrets = operator.session ? ['operator.key', 'session'] : ['operator.key']
    issues.push(
      ...requestIssues(file, operator.request, ['rotate', 'operator', 'request'], scope(secrets, theirs), secrets),
    )
  }
  if (file.reread)
    issues.push(
      ...requestIssues(file, file.reread.request, ['reread', 'request'], scope(secretInputs), [
        ...(secretInputs.length > 0 ? secretInputs : ['password']),
      ]),
    )
  return issues
}
