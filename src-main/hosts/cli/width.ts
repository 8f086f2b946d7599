/**
 * How many columns a terminal gives a text: 2 for East Asian wide characters and emoji, 0 for marks that sit on the one
 * before, 1 otherwise. Texts are escaped first, so no control character is counted here.
 */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const none = /\p{M}/u

const characterWidth = (character: string): number => (none.test(character) ? 0 : wide.test(character) ? 2 : 1)

export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

const takeWidth = (characters: readonly string[], limit: number): string => {
  let width = 0
  let taken = ''
  for (const character of characters) {
    width += characterWidth(character)
    if (width > limit) break
    taken += character
  }
  return taken
}

const lastWidth = (characters: readonly string[], limit: number): string => {
  let from = characters.length
  let width = 0
  for (let index = characters.length - 1; index >= 0; index--) {
    width += characterWidth(characters[index] ?? '')
    if (width > limit) break
    if (!none.test(characters[index] ?? '')) from = index
  }
  return characters.slice(from).join('')
}

/** Fits a text into so many columns; what is too long loses its middle, since both ends of a name tell. */
export function shorten(text: string, limit: number): string {
  if (widthOf(text) <= limit) return text
  if (limit <= 1) return limit === 1 ? '…' : ''
  const characters = [...text]
  const tail = Math.floor((limit - 1) / 2)
  return `${takeWidth(characters, limit - 1 - tail)}…${lastWidth(characters, tail)}`
}

export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
