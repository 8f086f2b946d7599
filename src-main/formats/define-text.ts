/** Bytes to text and text to JSON, with a place for every complaint. */
import { isUtf8 } from 'node:buffer'
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault, beyond } from './define-failures.ts'
import { limits } from './define-format.ts'
import { jsonFault } from './define-json-fault.ts'

const encodingOf = (bytes: Uint8Array): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'

/** UTF-8, with or without a mark; UTF-16 with one. Anything else is refused rather than mangled. */
export function textOf(bytes: Uint8Array): Result<string> {
  if (bytes.length > limits.bytes) return beyond('its size', `${limits.bytes / 1024 / 1024} MiB`)
  const encoding = encodingOf(bytes)
  try {
    return ok(new TextDecoder(encoding, { fatal: true }).decode(bytes))
  } catch {
    if (encoding === 'utf-8') return badVault(`line ${lineBeyondUtf8(bytes)}`, 'it is not text in UTF-8')
    const mended = new TextDecoder(encoding).decode(bytes)
    return badVault(placeOf(mended, mended.indexOf('\uFFFD')), 'it is not text in UTF-16')
  }
}

const LINE_END = 0x0a

/** The first line with a byte that is no UTF-8: looked for in large pieces, and in ever smaller ones of the one that has it. */
function lineBeyondUtf8(bytes: Uint8Array): number {
  let line = 1
  let atLeast = 65_536
  for (let at = 0; at < bytes.length;) {
    // no letter of UTF-8 has the byte of a line's end in it
    const cut = bytes.indexOf(LINE_END, at + atLeast)
    const piece = bytes.subarray(at, cut === -1 ? bytes.length : cut + 1)
    if (isUtf8(piece)) {
      for (let one = 0; one < piece.length; one += 1) if (piece[one] === LINE_END) line += 1
      at += piece.length
    } else if (atLeast > 0) atLeast >>= 4
    else return line
  }
  return line
}

/** The start of a file as text, whatever it is: for looking, not for reading. */
export const glance = (sample: Uint8Array): string =>
  new TextDecoder(encodingOf(sample)).decode(sample.subarray(0, 65_536))

/** `line 3, column 14` of an offset. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

/** Parsed JSON; a complaint names the line and quotes nothing. */
export function jsonOf(text: string): Result<unknown> {
  if (text.trim() === '') return badVault('the file', 'it is empty')
  const tooMuch = firstBeyond(text)
  if (tooMuch !== null) return tooMuch
  try {
    return ok(JSON.parse(text) as unknown)
  } catch {
    const at = jsonFault(text)
    return badVault(placeOf(text, at), at < text.length ? 'it is not valid JSON' : 'it is cut short')
  }
}

/** Some forty for each of as many entries as there may be; each takes more memory parsed than it does as text. */
const MAX_VALUES = 8_000_000

function firstBeyond(text: string): Result<never> | null {
  let depth = 0
  let values = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (inString) {
      if (code === 0x5c) at += 1
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x2c) values += 1
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      values += 1
      if (depth > limits.depth) return beyond(`nesting at ${placeOf(text, at)}`, `${limits.depth} levels`)
      if (values > MAX_VALUES) return beyond('the number of its values', String(MAX_VALUES))
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  return values > MAX_VALUES ? beyond('the number of its values', String(MAX_VALUES)) : null
}

/** A time in any common form as UTC, RFC 3339; null for none or for something else. */
export function timeOf(value: unknown): string | null {
  if (!(value instanceof Date) && typeof value !== 'number' && typeof value !== 'string') return null
  if (value === '') return null
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(value)
  const said = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  // Only years that RFC 3339 knows; and 30 February is no day, though it is one of March to `Date`.
  if (!/^\d{4}-/.test(said)) return null
  const isAsWanted =
    typeof value === 'string' &&
    /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}(\.\d+)?Z$/.test(value) &&
    value.slice(0, 19) === said.slice(0, 19)
  return isAsWanted ? value : said
}
