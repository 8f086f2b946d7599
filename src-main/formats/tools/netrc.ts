/**
 * The words of a .netrc, as curl and Python read them: in pairs, over as many lines as one likes. A comment begins where a word of
 * the file's own would stand, so that a password may begin with `#`; a macro ends at an empty line.
 */
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault } from '../define-failures.ts'

export type Machine = {
  readonly line: number
  readonly name: string
  readonly login: string
  readonly password: string
  /** A second password, which few servers ask for. */
  readonly account: string
}

type Word = { readonly text: string; readonly line: number }
type Part = 'login' | 'password' | 'account'

const parts: ReadonlyMap<string, Part> = new Map([
  ['login', 'login'],
  ['user', 'login'],
  ['password', 'password'],
  ['account', 'account'],
])

/** `within`: the file's name, where another one is the file that was asked for. */
export function machinesOf(text: string, within = ''): Result<readonly Machine[]> {
  const bad = (line: number, what: string): Result<never> => badVault(`${within}line ${line}`, what)
  const words = wordsOf(text)
  const machines: { line: number; name: string; login: string; password: string; account: string }[] = []
  const begin = (line: number, name: string): void =>
    void machines.push({ line, name, login: '', password: '', account: '' })
  let said = new Set<Part>()
  for (;;) {
    const next = words.word()
    if (next === null) return ok(machines)
    const part = parts.get(next.text)
    if (next.text === 'macdef') words.skipMacro()
    else if (next.text === 'default') {
      begin(next.line, 'default')
      said = new Set()
    } else if (next.text === 'machine' || (part !== undefined && machines.length > 0)) {
      const value = words.value()
      if (value === 'open') return bad(words.line(), 'a quote is opened and never closed')
      if (value === null) return bad(next.line, `${next.text} has no value`)
      if (part === undefined) {
        begin(next.line, value.text)
        said = new Set()
        continue
      }
      // a second key of one machine is an entry of its own
      if (said.has(part)) {
        begin(next.line, machines.at(-1)?.name ?? '')
        said = new Set()
      }
      said.add(part)
      const current = machines.at(-1)
      if (current) current[part] = value.text
    } else return bad(next.line, 'it is not machine, login or password')
  }
}

/** Not every space of Unicode's: a password may have one in it. */
const isBlank = (character: string | undefined): boolean => character !== undefined && ' \t\r\n\f\v'.includes(character)
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

function wordsOf(text: string) {
  let at = 0
  let line = 1
  const toLineEnd = (): void => {
    const end = text.indexOf('\n', at)
    at = end === -1 ? text.length : end
  }
  const skipBlank = (): void => {
    for (; isBlank(text[at]); at += 1) if (text[at] === '\n') line += 1
  }
  const plain = (): Word => {
    const start = at
    while (at < text.length && !isBlank(text[at])) at += 1
    return { text: text.slice(start, at), line }
  }
  /** `open`: it does not end on its line. */
  const quoted = (): Word | 'open' => {
    let value = ''
    for (at += 1; at < text.length && text[at] !== '\n'; at += 1) {
      const character = text[at] ?? ''
      if (character === '"') {
        at += 1
        return { text: value, line }
      }
      if (character === '\\') at += 1
      value += character === '\\' ? (escapes[text[at] ?? ''] ?? text[at] ?? '') : character
    }
    return 'open'
  }
  return {
    line: () => line,
    /** One of the file's own words; null: there is none left. */
    word: (): Word | null => {
      for (skipBlank(); text[at] === '#'; skipBlank()) toLineEnd()
      return at < text.length ? plain() : null
    },
    /** What such a word is followed by. */
    value: (): Word | 'open' | null => {
      skipBlank()
      if (at >= text.length) return null
      return text[at] === '"' ? quoted() : plain()
    },
    skipMacro: (): void => {
      for (toLineEnd(); at < text.length; toLineEnd()) {
        at += 1
        line += 1
        if (text[at] === '\n' || text.startsWith('\r\n', at)) return
      }
    },
  }
}
