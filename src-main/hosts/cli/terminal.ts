import { closeSync, openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { escapeText } from '../../../src-contract/escape.ts'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { Secret } from '../../core/secret.ts'
import { LineKeys } from './line-keys.ts'

/**
 * Asking a person. The terminal is in raw mode while a question is open, so that nothing secret is echoed, and is put back
 * on every way out. Whoever presses Enter without a word gets the safe answer.
 */
export type InStream = NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown }
export type Asking = {
  readonly input: InStream
  readonly write: (text: string) => void
  readonly signal: AbortSignal
  /** Ctrl-C in raw mode reaches us as a character. */
  readonly onInterrupt: () => void
  /** A question is about to be put, or was answered. */
  readonly onQuestion?: (isOpen: boolean) => void
}

export type Terminal = {
  /** Fails with `cancelled` when the person stops it. */
  hidden(label: string): Promise<Result<Secret>>
  /** Enter says no. Fails with `cancelled` on Ctrl-C. */
  confirm(question: string): Promise<Result<boolean>>
  /** Whether the person wrote the very words. */
  types(question: string, words: string): Promise<Result<boolean>>
  /** A number of the list; Enter takes the first. */
  choose(question: string, choices: readonly string[]): Promise<Result<number>>
  close(): void
}

/** One line from the terminal; null if the person or the terminal ended it. */
function readLine(
  { input, write, signal, onInterrupt, onQuestion = () => {} }: Asking,
  prompt: string,
  isEchoed: boolean,
): Promise<string | null> {
  return new Promise((resolve) => {
    const keys = new LineKeys()
    const restore = (): void => {
      input.setRawMode?.(false)
    }
    const end = (line: string | null): void => {
      input.off('data', read)
      input.off('end', stop)
      input.off('error', stop)
      signal.removeEventListener('abort', stop)
      process.off('exit', restore)
      restore()
      input.pause()
      write('\n')
      onQuestion(false)
      resolve(line)
    }
    const stop = (): void => end(null)
    const read = (chunk: string | Buffer): void => {
      for (const event of keys.feed(chunk.toString())) {
        if (event.kind === 'line') return end(event.text)
        if (event.kind === 'end') return end(null)
        if (event.kind === 'interrupt') {
          end(null)
          return onInterrupt()
        }
        if (isEchoed) write(event.kind === 'erase' ? '\b \b' : escapeText(event.text))
      }
    }
    if (signal.aborted) return resolve(null)
    onQuestion(true)
    write(prompt)
    input.setEncoding('utf8')
    input.setRawMode?.(true)
    process.on('exit', restore)
    signal.addEventListener('abort', stop)
    input.on('data', read)
    input.on('end', stop)
    input.on('error', stop)
    input.resume()
  })
}

export function terminalOn(asking: Asking, close: () => void = () => {}): Terminal {
  const line = async (prompt: string, isEchoed: boolean): Promise<Result<string>> => {
    const answer = await readLine(asking, prompt, isEchoed)
    return answer === null ? err(fail('cancelled')) : ok(answer)
  }
  return {
    hidden: async (label) => {
      const answer = await line(`${label} (hidden): `, false)
      return answer.ok ? ok(Secret.of(answer.value)) : answer
    },
    confirm: async (question) => {
      const answer = await line(`${question} [y/N] `, true)
      return answer.ok ? ok(/^\s*y(es)?\s*$/i.test(answer.value)) : answer
    },
    types: async (question, words) => {
      const answer = await line(`${question} `, true)
      return answer.ok ? ok(answer.value.trim() === words) : answer
    },
    choose: async (question, choices) => {
      for (const [index, choice] of choices.entries()) asking.write(`  ${index + 1}  ${escapeText(choice)}\n`)
      for (;;) {
        const answer = await line(`${question} [1] `, true)
        if (!answer.ok) return answer
        const number = answer.value.trim() === '' ? 1 : Number(answer.value)
        if (Number.isInteger(number) && number >= 1 && number <= choices.length) return ok(number - 1)
        asking.write(`a number from 1 to ${choices.length}, please\n`)
      }
    },
    close,
  }
}

/** The terminal behind redirected streams, where there is one and it can be opened. */
export function controllingTerminal(asking: Omit<Asking, 'input'>): Terminal | null {
  let descriptor: number
  try {
    descriptor = openSync('/dev/tty', 'r+')
  } catch {
    return null
  }
  try {
    const input = new ReadStream(descriptor)
    return terminalOn({ ...asking, input }, () => input.destroy())
  } catch {
    closeSync(descriptor)
    return null
  }
}
