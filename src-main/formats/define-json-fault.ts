/** Places in a JSON text, of which the engine says nothing: where it ceases to be JSON, and where a value of it stands. */

const blank = /[ \t\r\n]*/y
const simple = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
// eslint-disable-next-line no-control-regex
const plainRun = /[^"\\\u0000-\u001F]*/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** The offset of the first character that no JSON has there; the text's length if it only ends too soon. */
export function jsonFault(text: string): number {
  const open: ('{' | '[')[] = []
  let at = 0
  const takes = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const isThere = pattern.test(text)
    if (isThere) at = pattern.lastIndex
    return isThere
  }
  const next = (): string => {
    takes(blank)
    return text[at] ?? ''
  }
  const takesString = (): boolean => {
    at += 1
    do takes(plainRun)
    while (takes(escape))
    if (text[at] !== '"') return false
    at += 1
    return true
  }
  /** A name and its colon; false: something else is there. */
  const takesName = (): boolean => {
    if (next() !== '"' || !takesString() || next() !== ':') return false
    at += 1
    return true
  }
  for (;;) {
    const first = next()
    if (first === '{' || first === '[') {
      at += 1
      open.push(first)
      const isEmpty = next() === (first === '{' ? '}' : ']')
      if (!isEmpty && first === '{' && !takesName()) return at
      if (!isEmpty) continue
    } else if (!(first === '"' ? takesString() : takes(simple))) return at
    // behind a value: ends, or a comma and the next
    for (;;) {
      const behind = next()
      const within = open.at(-1)
      if (within === undefined) return at
      if (behind === (within === '{' ? '}' : ']')) open.pop()
      else if (behind !== ',') return at
      at += 1
      if (behind === ',') break
    }
    if (open.at(-1) === '{' && !takesName()) return at
  }
}

/** Where the value at `path` begins, a member at its name; of one that is not there, where what should hold it does. Only of JSON. */
export function jsonOffset(text: string, path: readonly PropertyKey[]): number {
  const open: { readonly isList: boolean; step: PropertyKey }[] = []
  let isName = false
  let found = 0
  let deepest = 0
  for (let at = 0; at < text.length && deepest < path.length; at += 1) {
    const begin = at
    const first = text[at] ?? ''
    const within = open.at(-1)
    if (first === '"') at = stringEnd(text, at)
    if (isBlank(first)) continue
    if (first === ',') {
      if (within?.isList === true) within.step = Number(within.step) + 1
      isName = within?.isList === false
      continue
    }
    if (within && isName && first === '"') within.step = JSON.parse(text.slice(begin, at + 1)) as string
    isName = first === '{'
    if (first === '}' || first === ']') open.pop()
    else if (open.length > deepest && open.every(({ step }, depth) => step === path[depth]))
      [found, deepest] = [begin, open.length]
    if (first === '{' || first === '[') open.push({ isList: first === '[', step: first === '[' ? 0 : '' })
  }
  return found
}

const isBlank = (character: string): boolean => ' \t\r\n:'.includes(character)

function stringEnd(text: string, begin: number): number {
  let at = begin + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
