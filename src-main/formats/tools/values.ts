/** What stands behind a `=`, as the tool itself would take it. */

/**
 * As npm's own parser of `.npmrc` does: quotes are taken off, and outside of them a `;` or `#` begins a comment unless a backslash
 * stands before it (https://github.com/npm/ini, seen 2026-11-21).
 */
export function npmValue(text: string): string {
  const first = text[0]
  if (text.length > 1 && (first === '"' || first === "'") && text.endsWith(first)) {
    const inner = first === "'" ? text.slice(1, -1) : text
    try {
      const parsed: unknown = JSON.parse(inner)
      return typeof parsed === 'string' ? parsed : inner
    } catch {
      return inner
    }
  }
  let end = 0
  while (end < text.length && !';#'.includes(text[end] ?? '')) end += text[end] === '\\' ? 2 : 1
  return text
    .slice(0, end)
    .replace(/\\([\\;#])/g, '$1')
    .trim()
}

/** Of AWS's file: a key has no white space in it, so that a word behind some begins a comment. */
export const awsValue = (text: string): string => text.replace(/(?:^|\s)[#;].*$/, '').trim()
