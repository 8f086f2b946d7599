/** YAML of tools: every value as the text that stands there, for a key of digits alone is no number. */
import { CST, Lexer, parseDocument } from 'yaml'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'

/** The parser's time grows with the square of an odd file, and a tool's own is a few lines. */
const MAX_CHARACTERS = 65_536

/** Without anchors; a complaint names the line and quotes nothing. */
export function yamlOf(text: string): Result<unknown> {
  if (text.length > MAX_CHARACTERS) return beyond('its size', `${MAX_CHARACTERS / 1024} KiB`)
  try {
    // its warnings quote the file, on stderr
    const document = parseDocument(text, { schema: 'failsafe', logLevel: 'error' })
    const [fault] = document.errors
    if (fault) return badVault(placeOf(text, fault.pos[0]), 'it is not valid YAML')
    return ok(document.toJS({ maxAliasCount: 0 }) as unknown)
  } catch {
    return badVault(repeatIn(text), 'it repeats parts of itself, as no file of this kind does')
  }
}

/** Where the first part stands that is another one again; token by token, which goes as deep as a file may nest. */
function repeatIn(text: string): string {
  let line = 1
  let isContent = false
  for (const token of new Lexer().lex(text)) {
    const type: string | null = isContent ? null : CST.tokenType(token)
    if (type === 'alias') return `line ${line}`
    // the text itself is behind, whatever it begins with
    isContent = type === 'scalar'
    line += token.split('\n').length - 1
  }
  return 'the file'
}

const placeOf = (text: string, offset: number): string => `line ${text.slice(0, offset).trimEnd().split('\n').length}`

/** A value that says something; YAML's words for nothing do not. */
export const said = (value: string | undefined): string | null =>
  value === undefined || ['', '~', 'null'].includes(value) ? null : value
