/**
 * The one way text from outside reaches a terminal or a log: control characters, bidirectional marks and lone
 * surrogates become visible escapes, so that no name, code or vendor text can move the cursor or fake a line.
 */
export function escapeText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}
