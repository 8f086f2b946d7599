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

type Tag = {
  readonly written: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly isEmpty: boolean
  /** What stood after it the last time: most often it does again. */
  next: Tag | null
}

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
const END = 0x3e

/** What is left to another parser: the text from `at` on, within the elements that `before` opens. */
export type XmlRest = { readonly at: number; readonly before: string }

/** `mostDepth`: of elements within each other, beyond which it is not plain either. */
export function openPlainXml(text: string, mostDepth: number) {
  /** The few there are, each read once. */
  const tags = new Map<string, Tag>()
  let at = 0

  /** Whether this and no more stands there, up to where the tag ends. */
  const isTag = (written: string, begin: number): boolean =>
    text.startsWith(written, begin) && text.charCodeAt(begin + written.length) === END
  const tagAt = (begin: number, last: Tag | null): Tag | null => {
    if (last !== null && last.next !== null && isTag(last.next.written, begin)) return last.next
    const end = text.indexOf('>', begin)
    if (end === -1) return null
    const written = text.slice(begin, end)
    const known = tags.get(written)
    if (known !== undefined) {
      if (last !== null) last.next = known
      return known
    }
    const tag = readTag(written)
    if (tag !== null && tags.size < MOST_TAGS) tags.set(written, tag)
    return tag
  }
  const hasReferences = text.includes('&')

  /** Up to the first thing that is not plain; null: all of it, or as much as was wanted. */
  const read = (on: XmlEvents): XmlRest | null => {
    const open: string[] = []
    let last: Tag | null = null
    const rest = (): XmlRest => {
      // what stands before the first element belongs together
      if (open.length === 0) at = 0
      return { at, before: open.map((name) => `<${name}>`).join('') }
    }
    if (ODD.test(text) || text.includes(']]>')) return rest()
    at = START.exec(text)?.[0].length ?? 0
    for (;;) {
      const begin = text.indexOf('<', at)
      if (begin === -1 || (open.length === 0 && begin !== at)) return rest()
      if (begin !== at) {
        const written = text.slice(at, begin)
        const shown = hasReferences ? shownText(written) : written
        if (shown === null) return rest()
        on.text(shown)
        at = begin
      }
      if (on.isOver()) return null
      if (text.charCodeAt(begin + 1) === SLASH) {
        const inner = open.at(-1)
        if (inner === undefined || !isTag(inner, begin + 2)) return rest()
        at = begin + inner.length + 3
        open.pop()
        on.close()
      } else {
        const tag: Tag | null = open.length === mostDepth ? null : tagAt(begin + 1, last)
        if (tag === null) return rest()
        at = begin + tag.written.length + 2
        last = tag
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
  return { written, name: oneText(name), attributes: Object.fromEntries(all), isEmpty: slash === '/', next: null }
}

/** As the key of an object, which is the same text wherever it stands: names are compared millions of times. */
const oneText = (name: string): string => Object.keys({ [name]: null })[0] ?? name

/** Null: a reference in it is none of the common ones. */
function shownText(text: string): string | null {
  if (!text.includes('&')) return text
  return text.replace(REFERENCE, '').includes('&') ? null : text.replace(REFERENCE, (found) => characters[found] ?? '')
}
