/**
 * XML as KeePass and its relatives write it: elements, attributes in double quotes, text, the common entities. Read here, it takes a
 * quarter of what a parser of all XML takes. Whatever is more than that or is not right (a comment, CDATA, a document type, another
 * reference, a tag that closes no other) is not judged here: from there on it is left to such a parser.
 */
export type XmlEvents = {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text(text: string): void
  close(): void
  /** Asked before each element: nothing more is wanted. */
  isOver(): boolean
}

type Tag = { readonly name: string; readonly attributes: Readonly<Record<string, string>>; readonly isEmpty: boolean }

const START = /^<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")? ?\?>[ \t\n]*/
const TAG = /^([A-Za-z][A-Za-z0-9]*)((?: [A-Za-z][A-Za-z0-9]*="[^"<>&\t\n]*")*) ?(\/?)$/
const ATTRIBUTE = / ([A-Za-z][A-Za-z0-9]*)="([^"]*)"/g
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#xD|#xA|#x9|#13|#10|#9);/g
const characters: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#xD;': '\r',
  '&#xA;': '\n',
  '&#x9;': '\t',
  '&#13;': '\r',
  '&#10;': '\n',
  '&#9;': '\t',
}
/** What XML takes nowhere, and the return, which it would change. */
// eslint-disable-next-line no-control-regex
const ODD = /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/
const MOST_TAGS = 1000
const SLASH = 0x2f

/** What is left to another parser: the text from `at` on, within the elements that `before` opens. */
export type XmlRest = { readonly at: number; readonly before: string }

/** `mostDepth`: of elements within each other, beyond which it is not plain either. */
export function openPlainXml(text: string, mostDepth: number) {
  /** The few there are, each read once. */
  const tags = new Map<string, Tag | null>()
  let at = 0

  const tagOf = (written: string): Tag | null => {
    const known = tags.get(written)
    if (known !== undefined) return known
    const tag = readTag(written)
    if (tags.size < MOST_TAGS) tags.set(written, tag)
    return tag
  }
  const hasReferences = text.includes('&')

  /** Up to the first thing that is not plain; null: all of it, or as much as was wanted. */
  const read = (on: XmlEvents): XmlRest | null => {
    const open: string[] = []
    const rest = (): XmlRest => {
      // what stands before the first element belongs together
      if (open.length === 0) at = 0
      return { at, before: open.map((name) => `<${name}>`).join('') }
    }
    if (ODD.test(text) || text.includes(']]>')) return rest()
    at = START.exec(text)?.[0].length ?? 0
    for (;;) {
      const begin = text.indexOf('<', at)
      const end = text.indexOf('>', begin)
      if (begin === -1 || end === -1 || (open.length === 0 && begin !== at)) return rest()
      if (begin !== at) {
        const written = text.slice(at, begin)
        const shown = hasReferences ? shownText(written) : written
        if (shown === null) return rest()
        on.text(shown)
        at = begin
      }
      if (on.isOver()) return null
      const inner = open.at(-1)
      if (text.charCodeAt(begin + 1) === SLASH) {
        if (text.slice(begin + 2, end) !== inner) return rest()
        at = end + 1
        open.pop()
        on.close()
      } else {
        const tag = open.length === mostDepth ? null : tagOf(text.slice(begin + 1, end))
        if (tag === null) return rest()
        at = end + 1
        on.open(tag.name, tag.attributes)
        if (tag.isEmpty) on.close()
        else open.push(tag.name)
      }
      if (open.length > 0) continue
      return /^[ \t\n]*$/.test(text.slice(at)) ? null : { at, before: '<KeePassFile/>' }
    }
  }
  return {
    read,
    /** The line on which `read` is. */
    line: (): number => {
      let lines = 1
      for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', next + 1)) lines += 1
      return lines
    },
  }
}

function readTag(written: string): Tag | null {
  const [, name, said = '', slash] = TAG.exec(written) ?? []
  if (name === undefined) return null
  const all = [...said.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, value] as const)
  if (new Set(all.map(([key]) => key)).size < all.length) return null
  return { name, attributes: Object.fromEntries(all), isEmpty: slash === '/' }
}

/** Null: a reference in it is none of the common ones. */
function shownText(text: string): string | null {
  if (!text.includes('&')) return text
  return text.replace(REFERENCE, '').includes('&') ? null : text.replace(REFERENCE, (found) => characters[found] ?? '')
}
