import { Lexer, CST } from 'yaml'
import { utf8Bytes } from './encode.ts'

/**
 * Looks at a vendor file before anything is built from it: size, control characters, and the YAML features that make a
 * text mean more than it shows (aliases, anchors, tags, directives, merge keys, several documents) or nest without end.
 * Works on tokens, so a bomb is refused before it could expand.
 */
export const maxBytes = 256 * 1024
const maxDepth = 24

export type TextIssue = { readonly line: number; readonly message: string }

const forbiddenTokens: Readonly<Partial<Record<string, string>>> = {
  alias: 'aliases (*name) are not allowed',
  anchor: 'anchors (&name) are not allowed',
  tag: 'tags (!name) are not allowed',
  'directive-line': 'directives (%NAME) are not allowed',
  'doc-end': 'one document only',
}

/** The first reason not to read the text; null if there is none. */
export function guardYaml(text: string): TextIssue | null {
  if (text.length > maxBytes || utf8Bytes(text).length > maxBytes) return { line: 1, message: 'is larger than 256 KiB' }
  const odd =
    /[^\t\n\r\x20-\x7e\u00a0-\u{10ffff}]|[\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u.exec(
      text.replace(/^\ufeff/, ' '),
    )
  if (odd) return { line: lineOf(text, odd.index), message: 'has a control or invisible character' }
  return guardTokens(text)
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length

function guardTokens(text: string): TextIssue | null {
  let line = 1
  let flow = 0
  let indicators = 0
  let documents = 0
  let isContent = false
  for (const token of new Lexer().lex(text)) {
    const type: string = isContent ? 'content' : (CST.tokenType(token) ?? 'content')
    // The lexer announces a plain or block text; what follows is the text itself, whatever it starts with.
    isContent = type === 'scalar'
    const refused = forbiddenTokens[type]
    if (refused !== undefined) return { line, message: refused }
    if (type === 'doc-start' && (documents += 1) > 1) return { line, message: 'one document only' }
    if (type === 'flow-seq-start' || type === 'flow-map-start') flow += 1
    if (type === 'flow-seq-end' || type === 'flow-map-end') flow -= 1
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') indicators += 1
    if (type === 'space' && token.length > 8 * maxDepth) return { line, message: 'is indented too far' }
    if (flow > maxDepth || indicators > maxDepth) return { line, message: 'nests too deeply' }
    const lines = token.split('\n').length - 1
    if (lines > 0) {
      line += lines
      indicators = 0
    }
  }
  return null
}
