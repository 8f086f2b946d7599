import type { z } from 'zod'
import type { FileIssue } from './file-issue.ts'

/** Turns what zod says into one plain line a field. Of a union it shows the form the writer most likely meant. */
export const schemaIssues = (issues: readonly z.core.$ZodIssue[]): FileIssue[] =>
  issues.flatMap((issue) => one(issue, []))

type Path = readonly (string | number)[]

function one(issue: z.core.$ZodIssue, prefix: Path): FileIssue[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a field here' }))
    case 'invalid_union': {
      const meant = bestBranch(issue.errors)
      if (meant) return meant.flatMap((inner) => one(inner, path))
      return [
        { path, message: issue.message === 'Invalid input' ? 'has a value that is not known here' : issue.message },
      ]
    }
    case 'invalid_type':
      return [{ path, message: issue.message.startsWith('Invalid input: ') ? typeMessage(issue) : issue.message }]
    case 'invalid_key':
      return [{ path, message: `is not a name that may stand here${keyReason(issue.issues)}` }]
    case 'invalid_value':
      return [
        {
          path,
          message: issue.message.startsWith('Invalid ')
            ? `must be ${issue.values.map(String).join(', ')}`
            : issue.message,
        },
      ]
    default:
      return [{ path, message: issue.message }]
  }
}

const typeMessage = (issue: z.core.$ZodIssueInvalidType): string =>
  issue.message.endsWith('received undefined') ? 'is missing' : `must be ${article(issue.expected)}`

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a set of fields',
  record: 'a set of fields',
}
const article = (expected: string): string => names[expected] ?? expected

const keyReason = (issues: readonly z.core.$ZodIssue[]): string => (issues[0] ? `: ${issues[0].message}` : '')

/** The branch whose form fits but whose content does not: no complaint about the value's own type, fewest complaints. */
function bestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const isAboutForm = (issue: z.core.$ZodIssue): boolean =>
    (issue.path.length === 0 && issue.code !== 'unrecognized_keys') ||
    (issue.code === 'invalid_type' && issue.path.length === 1 && issue.message.endsWith('received undefined'))
  const fitting = branches.filter((branch) => branch.length > 0 && !branch.some(isAboutForm))
  return fitting.toSorted((a, b) => a.length - b.length)[0] ?? null
}
