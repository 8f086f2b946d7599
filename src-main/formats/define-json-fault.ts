/** Where a text ceases to be JSON: the engine's own word names no place for most of what people break. */

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
