import { setTimeout as sleep } from 'node:timers/promises'
import { complaintOf } from './complaint.ts'
import type { OpenApp } from './open-app.ts'
import { Output } from './output.ts'
import { internal, runCli } from './run-cli.ts'
import type { Entries } from './session.ts'
import { leaveMemoryOutOfDumps } from '../core-dumps.ts'
import type { OpenWindow } from '../open-window.ts'
import { Stopping, stopSignals } from './stopping.ts'

/**
 * The process around one run. While a request is in the air nothing ends it: not a signal, not a closed terminal, not a
 * broken pipe, not a bug. New files and folders are the user's own.
 */
export async function runProcess(options: {
  readonly argv: readonly string[]
  readonly openApp: OpenApp
  readonly entries?: Entries
  readonly openWindow?: OpenWindow
}): Promise<never> {
  const stopping = new Stopping()
  const umask = process.umask(0o077)
  const dumps = leaveMemoryOutOfDumps()
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  process.removeAllListeners('warning')

  let endCrash: (code: number) => void = () => {}
  const crashed = new Promise<number>((resolve) => (endCrash = resolve))
  const running = runCli({
    ...options,
    stopping,
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    onHandOver: () => {
      process.umask(umask)
      dumps.putBack()
    },
    get stdin() {
      return process.stdin
    },
  })

  const report = new Output({
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    isColourful: false,
    isJson: options.argv.includes('--json'),
    isQuiet: false,
  })
  let isCrashed = false
  const crash = async (error: unknown): Promise<void> => {
    if (isCrashed) return
    isCrashed = true
    const failure = internal(error, process.env, report)
    if (stopping.inFlight() > 0) {
      stopping.stopApp()
      while (stopping.inFlight() > 0) await sleep(50)
      // what was sealed may still be promoted
      await Promise.race([running, sleep(5000)])
    }
    report.complain(complaintOf(failure))
    endCrash(1)
  }
  process.on('uncaughtException', (error) => void crash(error))
  process.on('unhandledRejection', (error) => void crash(error))
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (stopping.receive(signal) !== 'leave') return
      const inFlight = stopping.inFlight()
      const code = stopping.leavingCode()
      if (inFlight > 0) {
        report.note(
          `leaving ${inFlight} in the air: the courier still finishes and seals ${inFlight === 1 ? 'it' : 'them'}; rekey recover settles ${inFlight === 1 ? 'it' : 'them'}`,
        )
      } else report.note('left before it was done: rekey doctor says what is left of it')
      process.exit(code)
    })
  }

  const ended = await Promise.race([running, crashed])
  const code = isCrashed ? await crashed : ended
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(code)
}

/** Waits for what is written but not out; a reader that is gone or sits still is not waited for. */
const flushed = (stream: NodeJS.WriteStream): Promise<unknown> =>
  Promise.race([new Promise((resolve) => stream.write('', resolve)), sleep(1000)])
