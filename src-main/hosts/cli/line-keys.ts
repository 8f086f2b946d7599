/**
 * Turns what a terminal in raw mode sends into the editing of one line. Cursor keys and the marks around a paste are taken
 * out; other control characters stay in the text, so that a pasted key that holds one is refused and not mended.
 */
export type KeyEvent =
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'erase' }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'interrupt' }

const longest = 65_536

export class LineKeys {
  #text: string[] = []
  #sequence: 'none' | 'escape' | 'control' | 'single' = 'none'

  feed(chunk: string): readonly KeyEvent[] {
    const events: KeyEvent[] = []
    for (const character of chunk) {
      if (this.#isInSequence(character)) continue
      const event = this.#key(character, events)
      if (event !== null) events.push(event)
      if (event !== null && event.kind !== 'typed' && event.kind !== 'erase') break
    }
    return events
  }

  /** ESC [ … final byte, or ESC O and one character. */
  #isInSequence(character: string): boolean {
    switch (this.#sequence) {
      case 'none':
        if (character !== '\u001b') return false
        this.#sequence = 'escape'
        return true
      case 'escape':
        this.#sequence = character === '[' ? 'control' : character === 'O' ? 'single' : 'none'
        return this.#sequence !== 'none'
      case 'control':
        if (character >= '@' && character <= '~') this.#sequence = 'none'
        return true
      case 'single':
        this.#sequence = 'none'
        return true
    }
  }

  #key(character: string, events: KeyEvent[]): KeyEvent | null {
    switch (character) {
      case '\r':
      case '\n':
        return { kind: 'line', text: this.#text.join('') }
      case '\u0003':
        return { kind: 'interrupt' }
      case '\u0004':
        return this.#text.length === 0 ? { kind: 'end' } : null
      case '\u007f':
      case '\b':
        return this.#text.pop() === undefined ? null : { kind: 'erase' }
      case '\u0015':
        for (; this.#text.length > 0; this.#text.pop()) events.push({ kind: 'erase' })
        return null
      default:
        if (this.#text.length >= longest) return null
        this.#text.push(character)
        return { kind: 'typed', text: character }
    }
  }
}
