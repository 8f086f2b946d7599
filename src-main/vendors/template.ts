/**
 * `{name}` is the only expansion there is. Names are inputs, derived values, `key`, `session`, `operator.key` and
 * `operator.<input>`. A brace that is no placeholder makes the template wrong; nothing nests and nothing is optional.
 */
export type TemplatePart = { readonly literal: string } | { readonly name: string }

/** The parts of a template; null if a brace stands alone or a placeholder is not a name. */
export function parseTemplate(text: string): readonly TemplatePart[] | null {
  const parts: TemplatePart[] = []
  for (const piece of text.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue
    if (!/[{}]/.test(piece)) parts.push({ literal: piece })
    else if (/^\{[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)?\}$/.test(piece)) parts.push({ name: piece.slice(1, -1) })
    else return null
  }
  return parts
}

/** Names a template mentions; empty for a malformed one. */
export const namesIn = (text: string): readonly string[] =>
  (parseTemplate(text) ?? []).flatMap((part) => ('name' in part ? [part.name] : []))

export type Values = Readonly<Record<string, string | undefined>>

/** Expands with every value encoded. Throws on what the rules of a parsed file exclude: it is a bug of the caller then. */
export function expand(text: string, values: Values, encode: (value: string) => string): string {
  const parts = parseTemplate(text)
  if (parts === null) throw new Error('a malformed template reached a request')
  return parts
    .map((part) => {
      if ('literal' in part) return part.literal
      const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined
      if (value === undefined) throw new Error(`a request needs {${part.name}}, which is not given`)
      return encode(value)
    })
    .join('')
}
