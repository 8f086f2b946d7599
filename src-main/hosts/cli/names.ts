import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { badInput } from './complaint.ts'

/** The same rule as `credentialName` of the contract, without loading a schema library for it. A test compares them. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._/@:+-]{0,127}$/

export const checkName = (name: string): Result<string> =>
  namePattern.test(name)
    ? ok(name)
    : err(fail('bad-name', { name: name === '' ? 'an empty text' : name.slice(0, 200) }))

/** Names without regard to case, each once, in the order given. */
export const eachOnce = (names: readonly string[]): string[] => {
  const seen = new Set<string>()
  return names.filter((name) => {
    const key = name.toLowerCase()
    return !seen.has(key) && Boolean(seen.add(key))
  })
}

export type SelectionFlags = {
  readonly all?: boolean
  readonly due?: boolean
  readonly tag?: string
  readonly vendor?: string
}
export type Selected =
  | { names: string[] }
  | { all: true; tag?: string; vendor?: string }
  | { due: true; tag?: string; vendor?: string }

/** Names, --all and --due exclude each other; --tag and --vendor filter the last two. */
export function readSelection(names: readonly string[], flags: SelectionFlags, command: string): Result<Selected> {
  const ways = [names.length > 0 && 'names', flags.all && '--all', flags.due && '--due'].filter(
    (way) => typeof way === 'string',
  )
  const wrong = (what: string): Result<Selected> => err(fail('bad-flag', { what, command }))
  if (ways.length > 1) return wrong(`${ways.join(' and ')} exclude each other`)
  const filters = {
    ...(flags.tag !== undefined && { tag: flags.tag }),
    ...(flags.vendor !== undefined && { vendor: flags.vendor }),
  }
  if (flags.all) return ok({ all: true, ...filters })
  if (flags.due) return ok({ due: true, ...filters })
  const filter = flags.tag === undefined ? '--vendor' : '--tag'
  if (Object.keys(filters).length > 0)
    return wrong(`${filter} filters --all${command === 'rotate' ? ' or --due' : ''}, and is given without`)
  if (names.length === 0) return err(badInput('nothing is named', `give names or --all: see rekey ${command} --help`))
  return ok({ names: eachOnce(names) })
}
