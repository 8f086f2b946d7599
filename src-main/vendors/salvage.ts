import { pointerTokens } from './pointer.ts'

/**
 * Reads the strings out of a JSON text that may break off anywhere, or be no JSON at all. A string whose closing quote
 * was not seen is told apart: it may be half a key. Never throws; its work is linear and its memory bounded.
 */
export type FoundString = { readonly path: readonly string[]; readonly value: string; readonly isClosed: boolean }

const maxDepth = 64
const maxStrings = 2000

type Level = { readonly kind: 'object' | 'array'; key: string | null; index: number }

/** String values in order, each with its path as far as the text shows it. */
export function stringsIn(text: string): readonly FoundString[] {
  const found: FoundString[] = []
  const stack: Level[] = []
  let at = 0
  while (at < text.length && found.length < maxStrings) {
    const character = text.charAt(at)
    const top = stack.at(-1)
    if (character === '"') {
      const end = closingQuote(text, at)
      const isClosed = end !== -1
      const value = unquote(isClosed ? text.slice(at, end + 1) : `${text.slice(at)}"`)
      at = isClosed ? end + 1 : text.length
      if (value === null) continue
      if (top?.kind === 'object' && top.key === null) top.key = value
      else found.push({ path: stack.map((level) => level.key ?? String(level.index)), value, isClosed })
      continue
    }
    if (character === '{' || character === '[') {
      if (stack.length === maxDepth) break
      stack.push({ kind: character === '{' ? 'object' : 'array', key: null, index: 0 })
    } else if (character === '}' || character === ']') stack.pop()
    else if (character === ',' && top) {
      top.key = null
      top.index += 1
    }
    at += 1
  }
  return found
}

/** The closed string at that JSON Pointer, if the text got so far. */
export function stringAt(found: readonly FoundString[], pointer: string): string | null {
  const tokens = pointerTokens(pointer)
  const isThere = ({ path }: FoundString): boolean =>
    path.length === tokens.length && path.every((key, index) => key === tokens[index])
  const hit = found.find((each) => each.isClosed && isThere(each))
  return hit?.value ?? null
}

function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '"') return at
  }
  return -1
}

function unquote(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}

/** Runs of printable characters that could stand for a value in a page or a text. */
export const wordsIn = (text: string): readonly string[] =>
  text
    .slice(0, 131_072)
    .split(/[^!-~]|[<>"'`,;&]/)
    .filter((word) => word !== '')
    .slice(0, maxStrings)
