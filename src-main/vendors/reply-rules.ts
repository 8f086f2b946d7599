import type { VendorFile } from './define-vendor.ts'
import type { FileIssue } from './file-issue.ts'
import type { BodyRule, ReplyRule } from './schema/requests.ts'

/**
 * What a reply may mean at all. Success is a 2xx. A redirect, a 408 or a gateway's answer is nobody's word; a server
 * error says no only if its body says so; and none of these, nor a rate limit, ever proves that a key is dead.
 */
const nobodysWord = (status: number): boolean => status < 400 || [407, 408, 425, 502, 504].includes(status)

/** Statuses that no refusal rule may match, `any` included. */
export const isNeverRefusal = (status: number): boolean => (status < 200 || status >= 300) && nobodysWord(status)

type Path = readonly (string | number)[]
type Status = number | '2xx' | '4xx' | '5xx'

const isTwo = (status: Status): boolean => status === '2xx' || (typeof status === 'number' && status < 300)
const hasTests = (body: BodyRule | undefined): boolean => Array.isArray(body)

function successIssues(rule: ReplyRule, path: Path): FileIssue[] {
  if (rule.status !== 'any' && rule.status.every(isTwo)) return []
  return [{ path: [...path, 'status'], message: 'must be 2xx statuses' }]
}

function inputTestIssues(file: VendorFile, body: BodyRule | undefined, path: Path, allowed: boolean): FileIssue[] {
  if (!Array.isArray(body)) return []
  return body.flatMap((test, index) => {
    if (test.equalsInput === undefined) return []
    const at = [...path, 'body', index, 'equalsInput']
    if (!allowed) return [{ path: at, message: 'may stand in rotate.success only' }]
    const isKnown = file.inputs.some((input) => input.name === test.equalsInput && input.type !== 'secret')
    return isKnown ? [] : [{ path: at, message: `${test.equalsInput} is not an input that may be shown` }]
  })
}

function refusalIssues(file: VendorFile): FileIssue[] {
  return (file.rotate?.refusals ?? []).flatMap((rule, index) => {
    const path = ['rotate', 'refusals', index]
    const issues = inputTestIssues(file, rule.body, path, false)
    const needsTests = (why: string): number => issues.push({ path: [...path, 'body'], message: `needs tests: ${why}` })
    if (rule.status === 'any') {
      if (!hasTests(rule.body)) needsTests('any status says nothing by itself')
      return issues
    }
    for (const status of rule.status) {
      if (isTwo(status) && !hasTests(rule.body)) needsTests('a 2xx is no refusal by itself')
      else if (typeof status === 'number' && isNeverRefusal(status))
        issues.push({ path: [...path, 'status'], message: `${status} never proves a refusal` })
      else if ((status === '5xx' || (typeof status === 'number' && status >= 500)) && !hasTests(rule.body))
        needsTests('a server error is no refusal by itself')
    }
    return issues
  })
}

function verifyIssues(file: VendorFile): FileIssue[] {
  if (file.verify === 'none') return []
  const { works, dead, unknown } = file.verify
  const issues = [
    ...successIssues(works, ['verify', 'works']),
    ...inputTestIssues(file, works.body, ['verify', 'works'], false),
  ]
  dead.forEach((rule, index) => {
    const path = ['verify', 'dead', index]
    issues.push(...inputTestIssues(file, rule.body, path, false))
    for (const status of rule.status) {
      if (
        isTwo(status)
          ? !hasTests(rule.body)
          : status === '5xx' || status === 429 || (typeof status === 'number' && (status >= 500 || nobodysWord(status)))
      )
        issues.push({ path: [...path, 'status'], message: `${status} never proves that a key is dead` })
    }
  })
  unknown.forEach((rule, index) =>
    issues.push(...inputTestIssues(file, rule.body, ['verify', 'unknown', index], false)),
  )
  return issues
}

/** Everything wrong with the reply rules of a file, and with how its recorded replies are given. */
export function replyIssues(file: VendorFile): FileIssue[] {
  const issues = [...refusalIssues(file), ...verifyIssues(file)]
  const good = (rule: ReplyRule | undefined, path: Path, allowed: boolean): void => {
    if (rule) issues.push(...successIssues(rule, path), ...inputTestIssues(file, rule.body, path, allowed))
  }
  good(file.rotate?.success, ['rotate', 'success'], true)
  good(file.rotate?.self?.session?.success, ['rotate', 'self', 'session', 'success'], false)
  good(file.rotate?.operator?.session?.success, ['rotate', 'operator', 'session', 'success'], false)
  good(file.reread?.success, ['reread', 'success'], false)
  for (const kind of ['mint', 'session', 'verify', 'reread'] as const)
    file.replies[kind].forEach((reply, index) => {
      if (reply.json !== undefined && reply.body !== undefined)
        issues.push({ path: ['replies', kind, index], message: 'give json or body, not both' })
    })
  return issues
}
