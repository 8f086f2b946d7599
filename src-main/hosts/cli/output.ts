import type { Writable } from 'node:stream'
import { escapeText } from '../../../src-contract/escape.ts'
import type { Complaint } from './complaint.ts'

/**
 * The two streams and the rules for them: stdout carries results only, stderr everything else. All text for a person goes
 * through the one escaper and JSON has every invisible character as \u, so nothing from outside reaches a terminal raw. A
 * pipe that broke ends nothing: the results are in the ledger.
 */
export type OutStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }
export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold'
export type Paint = (colour: Colour, text: string) => string

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
}
const painted: Paint = (colour, text) => `\u001b[${codes[colour][0]}m${text}\u001b[${codes[colour][1]}m`
const plain: Paint = (_, text) => text

/** One line of JSON in which every character that a terminal might obey is escaped. */
export const compactJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )

export type OutputOptions = {
  readonly stdout: OutStream
  readonly stderr: OutStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isColourful: boolean
  readonly isJson: boolean
  readonly isQuiet: boolean
}

export class Output {
  readonly isJson: boolean
  readonly isQuiet: boolean
  readonly #options: OutputOptions
  /** Takes a live display off the screen before anything else is written. */
  #beforeWrite: () => void = () => {}
  #isAsking = false

  constructor(options: OutputOptions) {
    this.#options = options
    this.isJson = options.isJson
    this.isQuiet = options.isQuiet
    for (const stream of [options.stdout, options.stderr]) {
      if (stream.listenerCount('error') === 0) stream.on('error', () => {})
    }
  }

  clearsWith(clear: () => void): void {
    this.#beforeWrite = clear
  }

  /** Whether a person is being asked: a live display would be drawn over the question, and waits. */
  get isAsking(): boolean {
    return this.#isAsking
  }

  /** What is live leaves the screen before a question is put there. */
  asks(isOpen: boolean): void {
    if (isOpen) this.#beforeWrite()
    this.#isAsking = isOpen
  }

  /** A line of results; the caller has escaped what came from outside, or painted it. */
  result(line: string): void {
    this.#beforeWrite()
    write(this.#options.stdout, `${line}\n`)
  }

  json(value: unknown): void {
    this.result(compactJson(value))
  }

  /** A message for the person, not a result. */
  note(line: string): void {
    this.#beforeWrite()
    write(this.#options.stderr, `${line}\n`)
  }

  complain({ code, message, hint }: Complaint): void {
    if (this.isJson) this.note(compactJson({ error: { code, message, hint } }))
    else this.note(`rekey: ${escapeText(message)}${hint === '' ? '' : `\n  ${escapeText(hint)}`}`)
  }

  paint(stream: 'stdout' | 'stderr'): Paint {
    const { env, isColourful } = this.#options
    const wanted = isColourful && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
    return wanted && this.#options[stream].isTTY === true ? painted : plain
  }

  isTerminal(stream: 'stdout' | 'stderr'): boolean {
    return this.#options[stream].isTTY === true
  }

  /** Columns of the terminal that results go to; null: not a terminal, nothing is shortened. */
  width(stream: 'stdout' | 'stderr' = 'stdout'): number | null {
    const target = this.#options[stream]
    return target.isTTY === true ? Math.max(20, target.columns || 80) : null
  }

  /** For live displays, which write without a line's end. */
  raw(text: string): void {
    write(this.#options.stderr, text)
  }
}

function write(stream: OutStream, text: string): void {
  if (stream.destroyed || stream.writableEnded) return
  try {
    stream.write(text)
  } catch {
    // a closed terminal: whoever listened is gone
  }
}
