/**
 * Files of `name = value` lines, as tools keep them: sections in brackets, comments from `#` or `;` at the start of a line. What else
 * there is to a value is its tool's own affair.
 */
export type Setting = {
  readonly line: number
  readonly section: string | null
  readonly name: string
  readonly value: string
}

/** `faults`: lines that are neither a setting, a section, a comment nor empty. */
export function settingsOf(text: string): {
  readonly settings: readonly Setting[]
  readonly faults: readonly number[]
} {
  const settings: Setting[] = []
  const faults: number[] = []
  let section: string | null = null
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const head = /^\[([^\]]*)\](?:\s*[#;].*)?$/.exec(line)
    const at = line.indexOf('=')
    if (head) section = (head[1] ?? '').trim()
    else if (at > 0 && !line.startsWith('['))
      settings.push({ line: index + 1, section, name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() })
    else faults.push(index + 1)
  }
  return { settings, faults }
}
