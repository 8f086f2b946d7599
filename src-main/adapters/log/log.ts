import { writeSync } from 'node:fs'
import { escapeText } from '../../../src-contract/escape.ts'
import type { Log } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { redactor } from './redact.ts'

export type LogLevel = 'off' | 'warn' | 'info'

export type LogOptions = {
  /** Takes one whole line, without its end. Standard error unless told otherwise. */
  readonly sink?: (line: string) => void
  /** `off`, unless REKEY_LOG=debug asks for everything. */
  readonly level?: LogLevel
}

/** A log with its one redactor: secrets named to `redact` never reach the sink. */
export type RedactingLog = Log & { redact(secret: Secret): void }

function toStandardError(line: string): void {
  try {
    writeSync(2, `${line}\n`)
  } catch {
    // A closed or full pipe must not end a rotation.
  }
}

const show = (value: string | number | boolean | null): string =>
  typeof value === 'string' && !/^[\w./:@+-]+$/.test(value) ? JSON.stringify(value) : String(value)

export function openLog(options: LogOptions = {}): RedactingLog {
  const { sink = toStandardError, level = process.env['REKEY_LOG'] === 'debug' ? 'info' : 'off' } = options
  const redact = redactor()
  const write =
    (kind: 'info' | 'warn'): Log['info'] =>
    (message, fields = {}) => {
      if (level === 'off' || (level === 'warn' && kind === 'info')) return
      // Each value by itself, before quoting could change how a secret in it is spelt.
      const clean = (text: string): string => escapeText(redact.apply(text))
      const parts = Object.entries(fields).map(([name, value]) => {
        return `${clean(name)}=${show(typeof value === 'string' ? clean(value) : value)}`
      })
      sink([new Date().toISOString(), kind, clean(message), ...parts].join(' '))
    }
  return { info: write('info'), warn: write('warn'), redact: (secret) => redact.add(secret) }
}
