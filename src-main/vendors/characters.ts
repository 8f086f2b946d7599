/**
 * The character classes a vendor file may name, in place of regular expressions (a file's regex can stop the process:
 * see docs/security-model.md). A class is an alphabet to draw from and a test; `text` alone goes beyond ASCII.
 */
const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
const alphanumeric = digits + upper + lower
const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('')

const alphabets = {
  digits,
  'lower-hex': `${digits}abcdef`,
  hex: `${digits}abcdefABCDEF`,
  'hex-dash': `${digits}abcdef-`,
  /** Crockford's base 32, lower case: no i, l, o, u. */
  crockford: `${digits}abcdefghjkmnpqrstvwxyz`,
  alphanumeric,
  name: `${alphanumeric}._-`,
  token: `${alphanumeric}._~+/=-`,
  printable,
  text: printable,
} as const satisfies Record<string, string>

export type CharacterClass = keyof typeof alphabets
export const characterClasses = Object.keys(alphabets) as [CharacterClass, ...CharacterClass[]]

export const alphabetOf = (name: CharacterClass): string => alphabets[name]

/** Control, format, separator and lone surrogate characters: what may never stand in a name, an input or a text. */
export const hasControl = (text: string): boolean => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)

/** Whether every character of the text is of the class. */
export function isOf(name: CharacterClass, text: string): boolean {
  if (name === 'text') return !hasControl(text)
  const alphabet = alphabets[name]
  for (const character of text) if (!alphabet.includes(character)) return false
  return true
}

/** Printable ASCII without white space. */
export const isPrintable = (text: string): boolean => /^[!-~]+$/.test(text)
