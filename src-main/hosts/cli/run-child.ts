import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { escapeText } from '../../../src-contract/escape.ts'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/** What a terminal sends to the whole foreground group: the child has it already, and a second one may mean more. */
const isFromTerminal = (signal: NodeJS.Signals): boolean =>
  (signal === 'SIGINT' || signal === 'SIGQUIT') && process.stdin.isTTY

/**
 * Runs a program in our place: same standard streams, signals passed on. Resolves to what a shell would show as its exit
 * code: its own, 128 + n if signal n ended it, 127 if there is no such program, 126 if it cannot be run.
 */
export function runChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'inherit', env: { ...env } })
    const passOn = (signal: NodeJS.Signals): void => {
      if (!isFromTerminal(signal)) child.kill(signal)
    }
    for (const signal of forwarded) process.on(signal, passOn)
    const end = (code: number): void => {
      for (const signal of forwarded) process.off(signal, passOn)
      resolve(code)
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT'
      process.stderr.write(
        `rekey: ${escapeText(file)} ${isMissing ? 'is not a program that can be found' : 'cannot be run'}\n`,
      )
      end(isMissing ? 127 : 126)
    })
    child.once('exit', (code, signal) => end(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}
