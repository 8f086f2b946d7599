/**
 * A streaming reader of KeePass's XML: gives each entry as it ends and keeps none. Nothing is expanded (a document type is
 * refused), nesting is bounded, and hidden values are shown in the order in which they stand, also those not taken.
 */
import { isUtf8 } from 'node:buffer'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits } from '../define-format.ts'
import type { Keystream } from './keystream.ts'
import { openPlainXml } from './plain-xml.ts'

/** It and what it holds are good until the call that it is given to ends: then they become other elements. */
export type Element = {
  name: string
  isProtected: boolean
  text: string
  /** Those within it, each with the `next`. */
  first: Element | null
  last: Element | null
  next: Element | null
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
/** An entry of KeePass has some forty elements, and as many again for each older version of it. */
const MAX_ELEMENTS = 20_000_000
const MAX_ENTRY_ELEMENTS = 200_000
const CHUNK = 256 * 1024
/** For a hidden value at a time. Few are longer. */
const ROOM = 16 * 1024

export function child(element: Element, name: string): Element | undefined {
  for (let at = element.first; at !== null; at = at.next) if (at.name === name) return at
  return undefined
}
export function children(element: Element, name: string): readonly Element[] {
  const all: Element[] = []
  for (let at = element.first; at !== null; at = at.next) if (at.name === name) all.push(at)
  return all
}
export const textAt = (element: Element, name: string): string => child(element, name)?.text ?? ''

/** Reads it all, or fails at the first thing that is not as it should be. */
export async function readXml(xml: Uint8Array, keystream: Keystream, seen: Seen): Promise<Result<void>> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(xml)
  } catch {
    return badVault('its document', 'it is not text in UTF-8')
  }
  let failed: Result<never> | null = null
  const plain = openPlainXml(text, limits.depth + AROUND)
  let line = plain.line
  const fails = (failure: Result<never>): void => {
    failed ??= failure
  }
  const faulty = (what: string): void => fails(badVault(`its document, line ${line()}`, what))
  const { taken, freed } = elementsUsedAgain()
  const shown = showing(keystream)
  const open: Element[] = []
  let group: Group | null = null
  let elements = 0
  /** Where the entry that is being read stands among the open elements, and how much it holds so far. */
  let entryAt: number | null = null
  let entryElements = 0

  const opened = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (open.length >= limits.depth + AROUND) return fails(beyond('nesting in its document', `${limits.depth} levels`))
    if (open.length === 0 && name !== 'KeePassFile') return faulty('it is not a document of KeePass')
    if (name === 'Group') {
      const depth: number = group === null ? 0 : group.depth + 1
      if (depth > limits.depth) return fails(beyond('nesting of its groups', `${limits.depth} levels`))
      group = { uuid: '', name: '', depth, parent: group }
    }
    if (name === 'Entry' && entryAt === null) [entryAt, entryElements] = [open.length, 0]
    elements += 1
    entryElements += 1
    if (elements > MAX_ELEMENTS) return fails(beyond('the size of its document', `${MAX_ELEMENTS} elements`))
    if (entryAt !== null && entryElements > MAX_ENTRY_ELEMENTS)
      return fails(beyond(`the entry at line ${line()}`, `${MAX_ENTRY_ELEMENTS} elements`))
    const hides = attributes['Protected']
    open.push(taken(name, hides !== undefined && /^true$/i.test(hides)))
  }
  const add = (piece: string): void => {
    const inner = open.at(-1)
    if (inner !== undefined) inner.text += piece
  }
  const closed = (): void => {
    const element = open.pop()
    if (element === undefined || failed !== null) return
    if (element.isProtected) {
      const text = shown(element.text)
      if (text === null) return faulty('a hidden value is damaged')
      element.text = text
    }
    const parent = open.at(-1)
    if (element.text.length > limits.value && parent?.name === 'String')
      return fails(beyond(`a value at line ${line()}`, `${limits.value} characters`))
    if (entryAt === open.length) entryAt = null
    // Outside of entries, only what is looked at here; it is not kept.
    if (element.name === 'Group' && group !== null) group = group.parent
    else if (element.name === 'Entry' && parent?.name === 'Group' && group !== null) {
      const heard = seen.entry(element, group)
      if (!heard.ok) fails(heard)
    } else if (parent?.name === 'Group' && group !== null) {
      if (element.name === 'Name') group.name = element.text
      if (element.name === 'UUID') group.uuid = element.text
      seen.group(element, group)
    } else if (parent?.name === 'Meta') seen.meta(element)
    else if (entryAt !== null && parent !== undefined) {
      if (parent.last === null) parent.first = element
      else parent.last.next = element
      parent.last = element
    }
    // Outside of entries nothing is held but what is open.
    if (entryAt === null) freed(open.length)
  }

  const stopped = (): Result<never> | null => failed
  const rest = plain.read({ open: opened, text: add, close: closed, isOver: () => failed !== null })
  if (rest === null) return stopped() ?? ok(undefined)
  const { SaxesParser } = await import('saxes')
  const parser = new SaxesParser({ xmlns: false as const, position: true })
  const before = plain.line()
  line = () => before + parser.line - 1
  if (rest.before !== '') parser.write(rest.before)
  parser.on('error', () => faulty('it is not well-formed XML'))
  parser.on('doctype', () => faulty('it declares a document type, which no vault needs'))
  parser.on('opentag', ({ name, attributes }) => opened(name, attributes))
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', closed)
  for (let { at } = rest; at < text.length && stopped() === null; at += CHUNK) parser.write(text.slice(at, at + CHUNK))
  if (stopped() === null) parser.close()
  return stopped() ?? ok(undefined)
}

/** New ones for every entry would be three million for as many as a large file has; so they are used again. */
function elementsUsedAgain() {
  const all: Element[] = []
  let used = 0
  return {
    taken: (name: string, isProtected: boolean): Element => {
      const element = (all[used] ??= { name, isProtected, text: '', first: null, last: null, next: null })
      used += 1
      element.name = name
      element.isProtected = isProtected
      element.text = ''
      element.first = element.last = element.next = null
      return element
    },
    /** All but so many. */
    freed: (kept: number): void => {
      used = kept
    },
  }
}

/** Shows hidden values in the order in which they stand; null: it is damaged. */
function showing(keystream: Keystream): (base64: string) => string | null {
  let room = Buffer.alloc(ROOM)
  return (base64) => {
    const most = Buffer.byteLength(base64, 'base64')
    if (most > room.length) room = Buffer.alloc(most)
    const length = room.write(base64, 0, most, 'base64')
    if (length !== most && length !== lengthOf(base64)) return null
    const mask = keystream(length)
    for (let at = 0; at < length; at += 1) room[at] = (room[at] ?? 0) ^ (mask[at] ?? 0)
    const text = room.toString('utf8', 0, length)
    // what stands in it for what is no UTF-8 may also have been there
    return text.includes('\uFFFD') && !isUtf8(room.subarray(0, length)) ? null : text
  }
}

/** How many bytes the digits of a text in Base64 are, whatever space is between them. */
const lengthOf = (base64: string): number => Math.floor((base64.replace(/[\s=]+/g, '').length * 3) / 4)
