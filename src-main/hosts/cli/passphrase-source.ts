import { readFileSync, statSync } from 'node:fs'
import { escapeText } from '../../../src-contract/escape.ts'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { Secret } from '../../core/secret.ts'
import { badInput } from './complaint.ts'
import type { Output } from './output.ts'
import type { Stopping } from './stopping.ts'
import { controllingTerminal, type Terminal } from './terminal.ts'

/** The passphrase of the sealed store: a file, or the person, on the terminal behind a pipe if there is one. Asked once. */
export type PassphraseSource = {
  /** `create`: for a store that is made now, it is asked twice. */
  ask(purpose?: 'unlock' | 'create'): Promise<Result<Secret>>
  close(): void
}

/** One passphrase, spaces allowed, one trailing newline taken off. */
export function readPassphraseFile(path: string, what: string): Result<Secret> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'it cannot be read'
    return err(badInput(`${what} ${path} cannot be read: ${why}`, 'give the path of a file with one line'))
  }
  const passphrase = text.replace(/\r?\n$/, '')
  const fault = passphraseFault(passphrase)
  return fault === null ? ok(Secret.of(passphrase)) : err(badInput(`${what} ${path} ${fault}`, 'one line, not empty'))
}

/** Said, not refused: a container's secret files are often open to all inside it. */
export function noteOpenFile(out: Output, path: string, what: string): void {
  const mode = process.platform === 'win32' ? 0 : (statSync(path, { throwIfNoEntry: false })?.mode ?? 0)
  if ((mode & 0o044) !== 0) out.note(`note: other users can read ${what} ${escapeText(path)}: chmod 600 closes it`)
}

export const passphraseFault = (passphrase: string): string | null =>
  passphrase === '' ? 'is empty' : /[\p{Cc}\p{Cs}]/u.test(passphrase) ? 'holds more than one line of text' : null

export async function askPassphrase(terminal: Terminal, label: string, isRepeated: boolean): Promise<Result<Secret>> {
  const first = await terminal.hidden(label)
  if (!first.ok) return first
  const fault = first.value.use(passphraseFault)
  if (fault !== null) return err(badInput(`the passphrase ${fault}`, 'one line, not empty'))
  if (!isRepeated) return first
  const second = await terminal.hidden(`${label}, again`)
  if (!second.ok) return second
  return second.value.equals(first.value)
    ? first
    : err(badInput('the two passphrases differ', 'nothing was changed; try again'))
}

export function passphraseFrom(options: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: Output
  readonly terminal: Terminal | null
  readonly stopping: Stopping
  /** Somebody sees what is written to stderr. */
  readonly isWatched: boolean
}): PassphraseSource {
  const { env, out, stopping } = options
  let behind: Terminal | null = null
  let known: Promise<Result<Secret>> | null = null
  const terminal = (): Terminal | null => {
    if (options.terminal !== null || !options.isWatched) return options.terminal
    behind ??= controllingTerminal({
      write: (text) => out.raw(text),
      onQuestion: (isOpen) => out.asks(isOpen),
      signal: stopping.signal,
      onInterrupt: () => void stopping.receive('SIGINT'),
    })
    return behind
  }
  const find = async (purpose: 'unlock' | 'create'): Promise<Result<Secret>> => {
    const file = env['REKEY_PASSPHRASE_FILE']
    if (file) {
      noteOpenFile(out, file, 'REKEY_PASSPHRASE_FILE')
      return readPassphraseFile(file, 'REKEY_PASSPHRASE_FILE')
    }
    const person = terminal()
    if (person === null) return err(fail('needs-passphrase'))
    return purpose === 'create'
      ? askPassphrase(person, 'new passphrase of the sealed store', true)
      : askPassphrase(person, 'passphrase of the sealed store', false)
  }
  return {
    ask: (purpose = 'unlock') => (known ??= find(purpose)),
    close: () => behind?.close(),
  }
}
