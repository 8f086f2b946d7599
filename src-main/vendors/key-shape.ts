import { alphabetOf, isOf, isPrintable } from './characters.ts'
import type { VendorFile } from './define-vendor.ts'

/**
 * How keys look. The shape warns people and ranks candidates; it never refuses a key (a documented length was wrong for
 * two keys in three: see the Conjur file). What a key can never be, by any vendor, is `isPlausible`.
 */
type Shape = VendorFile['key']

/** Printable ASCII without white space, no markup, not masked. */
export const isPlausible = (text: string): boolean =>
  isPrintable(text) && text.length <= 4096 && !text.includes('<') && !isMasked(text)

const isMasked = (text: string): boolean => /\*{3,}|\.{3,}/.test(text) || /^(.)\1{7,}$/.test(text)

/** What looks odd about a key, in words that hold nothing of it; null if nothing. */
export function shapeWarning(shape: Shape, key: string): string | null {
  const prefix = shape.prefixes.find((each) => key.startsWith(each))
  if (shape.prefixes.length > 0 && prefix === undefined) return `it does not start with ${shape.prefixes.join(' or ')}`
  if (!isOf(shape.characters, key.slice(prefix?.length ?? 0))) return 'it has characters that such keys do not have'
  if (key.length >= shape.minLength && key.length <= shape.maxLength) return null
  const usual =
    shape.minLength === shape.maxLength
      ? `${shape.minLength}`
      : shape.maxLength === 4096
        ? `${shape.minLength} or more`
        : `${shape.minLength} to ${shape.maxLength}`
  return `it has ${key.length} characters; such keys have ${usual}`
}

export const hasShape = (shape: Shape, key: string): boolean => isPlausible(key) && shapeWarning(shape, key) === null

/** A string of the key's shape that is nobody's key: at least 32 drawn characters where the shape allows them. */
export function madeUpKey(shape: Shape, randomText: (alphabet: string, length: number) => string): string {
  const prefix = shape.prefixes[0] ?? ''
  const length = Math.min(Math.max(shape.minLength, prefix.length + 32), shape.maxLength)
  return prefix + randomText(alphabetOf(shape.characters), Math.max(1, length - prefix.length))
}
