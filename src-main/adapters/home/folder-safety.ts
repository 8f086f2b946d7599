import { lstatSync, readlinkSync } from 'node:fs'
import { dirname, join, parse, resolve, sep } from 'node:path'

/**
 * A home folder is ours alone: not behind another user's link, a real folder, owned by us, closed to group and others.
 * Windows has no such modes: there the folder inherits the access list of the user's profile, and only its kind is
 * checked.
 */
export type Danger = { readonly why: string; readonly fix: string }

const hasModes = process.platform !== 'win32'
const me = (): number => process.getuid?.() ?? 0
// Root can do anything to us anyway.
const isTrusted = (uid: number): boolean => !hasModes || uid === me() || uid === 0

export type Walk = {
  readonly danger: Danger | null
  /** The real path as far as it exists: the folder itself, or its nearest ancestor. */
  readonly real: string
  readonly exists: boolean
  readonly warnings: readonly string[]
}

/** Walks every component, links followed. Nothing is created. */
export function walkTo(folder: string): Walk {
  const warnings: string[] = []
  let links = 0
  let here = parse(resolve(folder)).root
  const ahead = partsOf(resolve(folder))
  for (;;) {
    const part = ahead.shift()
    if (part === undefined) return { danger: null, real: here, exists: true, warnings }
    const next = join(here, part)
    const found = lstatSync(next, { throwIfNoEntry: false })
    if (!found) return { danger: null, real: here, exists: false, warnings }
    if (found.isSymbolicLink()) {
      const why = links++ > 40 ? 'its links go in a circle' : `${next} is a link that belongs to another user`
      if (links > 41 || !isTrusted(found.uid))
        return { danger: { why, fix: 'set REKEY_HOME to a folder of your own' }, real: next, exists: true, warnings }
      const target = resolve(dirname(next), readlinkSync(next))
      ahead.unshift(...partsOf(target))
      here = parse(target).root
      continue
    }
    if (!found.isDirectory())
      return {
        danger: { why: `${next} is not a folder`, fix: 'move that file away, or set REKEY_HOME to another folder' },
        real: next,
        exists: true,
        warnings,
      }
    const isSwappable = hasModes && (found.mode & 0o1002) === 0o002
    if (isSwappable && ahead.length > 0) warnings.push(`anybody can replace folders inside ${next}`)
    here = next
  }
}

const partsOf = (path: string): string[] =>
  path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((part) => part !== '')

/** What is wrong with the folder itself, which exists. */
export function dangerOf(folder: string): Danger | null {
  const found = lstatSync(folder)
  const other = 'set REKEY_HOME to a folder of your own'
  if (found.isSymbolicLink()) return { why: 'it is a link', fix: other }
  if (!found.isDirectory()) return { why: 'it is not a folder', fix: 'move that file away' }
  if (!hasModes) return null
  if (found.uid !== me()) return { why: 'it belongs to another user', fix: other }
  if ((found.mode & 0o077) === 0) return null
  const mode = (found.mode & 0o777).toString(8).padStart(3, '0')
  return { why: `other users can open it (mode ${mode})`, fix: `chmod 700 ${quoted(folder)}` }
}

const quoted = (path: string): string => (/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)
