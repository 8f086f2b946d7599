/** Encoders of the places a value may go to. Pure: this zone has no Buffer, no TextEncoder and no URL. */

const escapeRest = (text: string): string =>
  text.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** One path segment: everything but unreserved characters is percent-encoded, `/` included. Throws on a lone surrogate. */
export const encodeSegment = (text: string): string => escapeRest(encodeURIComponent(text))

/** A query value. A colon needs no encoding there (RFC 3986 3.4) and vendors write it plainly (`role=user:alice`). */
export const encodeQuery = (text: string): string => encodeSegment(text).replaceAll('%3A', ':')

/** UTF-8 bytes; lone surrogates become U+FFFD. */
export function utf8Bytes(text: string): readonly number[] {
  const bytes: number[] = []
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x1_0000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return bytes
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Standard base64 with padding of the text's UTF-8 bytes. */
export function base64(text: string): string {
  const bytes = utf8Bytes(text)
  let out = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b, c] = [bytes[index], bytes[index + 1], bytes[index + 2]]
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    out += base64Alphabet.charAt(bits >> 18) + base64Alphabet.charAt((bits >> 12) & 63)
    out += b === undefined ? '=' : base64Alphabet.charAt((bits >> 6) & 63)
    out += c === undefined ? '=' : base64Alphabet.charAt(bits & 63)
  }
  return out
}
