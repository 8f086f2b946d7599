/**
 * A streaming reader of KeePass's XML: gives each entry as it ends and keeps none. Nothing is expanded (a document type is
 * refused), nesting is bounded, and hidden values are shown in the order in which they stand, also those not taken.
 */
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits } from '../define-format.ts'
import type { Keystream } from './open.ts'

export type Element = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
  readonly children: Element[]
}

export type Group = {
  uuid: string
  name: string
  readonly depth: number
  readonly parent: Group | null
}

export type Seen = {
  /** An entry that is whole; `group` may still get its name. */
  entry(element: Element, group: Group): Result<void>
  /** What stands in `Meta`. */
  meta(element: Element): void
  /** What stands in a group beside entries and groups. */
  group(element: Element, group: Group): void
}

/** What KeePass itself nests around and within an entry. */
const AROUND = 16
const CHUNK = 256 * 1024

export const child = (element: Element, name: string): Element | undefined =>
  element.children.find((each) => each.name === name)
export const textAt = (element: Element, name: string): string => child(element, name)?.text ?? ''
export const isProtected = ({ attributes }: Element): boolean => /^true$/i.test(attributes['Protected'] ?? '')

/** Reads it all, or fails at the first thing that is not as it should be. */
export async function readXml(xml: Uint8Array, keystream: Keystream, seen: Seen): Promise<Result<void>> {
  const { SaxesParser } = await import('saxes')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(xml)
  } catch {
    return badVault('its document', 'it is not text in UTF-8')
  }
  let failed: Result<never> | null = null
  const parser = new SaxesParser({ xmlns: false as const, position: true })
  const fails = (failure: Result<never>): void => {
    failed ??= failure
  }
  const faulty = (what: string): void => fails(badVault(`its document, line ${parser.line}`, what))
  const open: Element[] = []
  let group: Group | null = null

  parser.on('error', () => faulty('it is not well-formed XML'))
  parser.on('doctype', () => faulty('it declares a document type, which no vault needs'))
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= limits.depth + AROUND) return fails(beyond('nesting in its document', `${limits.depth} levels`))
    if (open.length === 0 && name !== 'KeePassFile') return faulty('it is not a document of KeePass')
    if (name === 'Group') {
      const depth: number = group === null ? 0 : group.depth + 1
      if (depth > limits.depth) return fails(beyond('nesting of its groups', `${limits.depth} levels`))
      group = { uuid: '', name: '', depth, parent: group }
    }
    open.push({ name, attributes, text: '', children: [] })
  })
  const add = (piece: string): void => {
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += piece
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', () => {
    const element = open.pop()
    if (element === undefined || failed !== null) return
    if (isProtected(element)) {
      const shown = shownOf(element.text, keystream)
      if (shown === null) return faulty('a hidden value is damaged')
      element.text = shown
    }
    if (element.text.length > limits.value && open.at(-1)?.name === 'String')
      return fails(beyond(`a value at line ${parser.line}`, `${limits.value} characters`))
    const parent = open.at(-1)
    if (element.name === 'Group' && group !== null) group = group.parent
    else if (element.name === 'Entry' && parent?.name === 'Group' && group !== null) {
      const taken = seen.entry(element, group)
      if (!taken.ok) fails(taken)
    } else if (parent?.name === 'Group' && group !== null) {
      if (element.name === 'Name') group.name = element.text
      if (element.name === 'UUID') group.uuid = element.text
      seen.group(element, group)
    } else if (parent?.name === 'Meta') seen.meta(element)
    else parent?.children.push(element)
  })

  const stopped = (): Result<never> | null => failed
  for (let at = 0; at < text.length && stopped() === null; at += CHUNK) parser.write(text.slice(at, at + CHUNK))
  if (stopped() === null) parser.close()
  return stopped() ?? ok(undefined)
}

function shownOf(base64: string, keystream: Keystream): string | null {
  const bytes = Buffer.from(base64, 'base64')
  const digits = base64.replace(/[\s=]+/g, '').length
  if (bytes.length !== Math.floor((digits * 3) / 4)) return null
  // A view of its own memory, not of the pool: it is overwritten here.
  const shown = Uint8Array.from(bytes)
  const mask = keystream(shown.length)
  for (let at = 0; at < shown.length; at += 1) shown[at] = (shown[at] ?? 0) ^ (mask[at] ?? 0)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(shown)
  } catch {
    return null
  }
}
