import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { Secret } from '../../core/secret.ts'
import type { InStream } from './terminal.ts'

/**
 * Secrets come from standard input or a hidden prompt, never from argv. From a pipe exactly one trailing newline goes;
 * what is then empty, or holds NUL or white space, is refused before anything happens.
 */
const longest = 65_536

export function secretFault(value: string): Failure | null {
  if (value === '') return fail('empty-secret')
  if (value.includes('\0')) return fail('bad-secret', { why: 'it holds a NUL character' })
  if (/\s/u.test(value)) return fail('bad-secret', { why: 'it holds white space' })
  if (/[\p{Cc}\p{Cs}]/u.test(value)) return fail('bad-secret', { why: 'it holds a control character' })
  return value.length > longest ? fail('bad-secret', { why: `it is longer than ${longest} characters` }) : null
}

const checked = (value: string): Result<Secret> => {
  const fault = secretFault(value)
  return fault === null ? ok(Secret.of(value)) : err(fault)
}

export const checkedSecret = (secret: Secret): Result<Secret> => secret.use(checked)

const withoutNewline = (text: string): string => text.replace(/\r?\n$/, '')

/** The lines of a pipe as secrets, one for each of `wanted` in that order; `mayBeEmpty` names one that need not be there. */
export function parseSecrets(
  text: string,
  wanted: readonly string[],
  mayBeEmpty: string | null = null,
): Result<readonly (Secret | null)[]> {
  const body = withoutNewline(text)
  const lines = wanted.length === 1 ? [body] : body.split(/\r?\n/)
  if (wanted.length > 1 && lines.length !== wanted.length) {
    const expected = `${wanted.length} lines (${wanted.join(', ')})`
    if (body === '' && mayBeEmpty === null) return err(fail('empty-secret'))
    return err(fail('bad-secret', { why: `standard input must have ${expected} and has ${lines.length}` }))
  }
  const secrets: (Secret | null)[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '' && wanted[index] === mayBeEmpty) {
      secrets.push(null)
      continue
    }
    const secret = checked(line)
    if (!secret.ok) return secret
    secrets.push(secret.value)
  }
  return ok(secrets)
}

const decode = (chunks: readonly Buffer[]): Result<string> => {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks)))
  } catch {
    return err(fail('bad-secret', { why: 'it is not UTF-8 text' }))
  }
}

export type PipeOptions = {
  readonly signal: AbortSignal
  /** Gives up with an empty text when nothing has come for so long. */
  readonly silenceMs?: number
}

/** All of standard input as text; an input far too long for its secrets is cut off with `bad-secret`. */
export function readPipe(input: InStream, { signal, silenceMs }: PipeOptions): Promise<Result<string>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let timer: NodeJS.Timeout | undefined
    const end = (result: Result<string>): void => {
      clearTimeout(timer)
      input.off('data', read)
      input.off('end', finish)
      input.off('error', finish)
      signal.removeEventListener('abort', stop)
      input.pause()
      resolve(result)
    }
    const finish = (): void => end(decode(chunks))
    const stop = (): void => end(err(fail('cancelled')))
    const waitAgain = (): void => {
      if (silenceMs === undefined) return
      clearTimeout(timer)
      timer = setTimeout(() => end(ok('')), silenceMs)
    }
    const read = (chunk: Buffer | string): void => {
      const buffer = Buffer.from(chunk as string)
      bytes += buffer.length
      if (bytes > 16 * longest) return end(err(fail('bad-secret', { why: 'standard input is far too long' })))
      chunks.push(buffer)
      waitAgain()
    }
    if (signal.aborted) return resolve(err(fail('cancelled')))
    signal.addEventListener('abort', stop)
    input.on('data', read)
    input.on('end', finish)
    input.on('error', finish)
    waitAgain()
    input.resume()
  })
}
