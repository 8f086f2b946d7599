import { randomBytes } from 'node:crypto'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { commandTable } from './command-table.ts'
import { complaintOf } from './complaint.ts'
import type { Context } from './context.ts'
import type { Definition } from './definition.ts'
import { needsAttention } from './open-rotations.ts'
import type { OpenApp } from './open-app.ts'
import { Output, type OutStream } from './output.ts'
import { buildProgram, commandWord, type Chosen } from './program.ts'
import type { OpenWindow } from '../open-window.ts'
import { openSession, type Entries, type Session } from './session.ts'
import { Stopping } from './stopping.ts'
import type { InStream } from './terminal.ts'
import { version } from './version.ts'

/**
 * One run of the command line, with nothing of the process in it. Order: flags, then names and selection, then whether
 * somebody can be asked, and only then is the app opened. Never rejects: a bug becomes `internal` with an id.
 */
export type CliOptions = {
  readonly argv: readonly string[]
  readonly stdin: InStream
  readonly stdout: OutStream
  readonly stderr: OutStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly openApp: OpenApp
  readonly entries?: Entries
  readonly openWindow?: OpenWindow
  readonly stopping?: Stopping
  readonly now?: () => Date
  /** A child takes our place: put back what it should not inherit. */
  readonly onHandOver?: () => void
}

/** A command that changes nothing at a vendor is not waited for longer than this after a signal. */
const graceMs = 2000

export async function runCli(options: CliOptions): Promise<number> {
  const { argv, stdout, stderr, env, stopping = new Stopping() } = options
  const flags = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  const out = new Output({
    stdout,
    stderr,
    env,
    isColourful: !flags.includes('--no-color'),
    isJson: flags.includes('--json'),
    isQuiet: flags.includes('--quiet'),
  })
  const refuse = (failure: Failure): number => {
    const complaint = complaintOf(failure)
    out.complain(complaint)
    return complaint.exit
  }
  let session: Session | null = null
  let isDone = false
  stopping.onStop = (inFlight) => {
    if (inFlight > 0)
      out.note(
        `stopping: nothing new is started, ${inFlight} in the air ${inFlight === 1 ? 'is' : 'are'} finished first`,
      )
  }
  try {
    const word = commandWord(argv)
    const entry = commandTable.find(({ name }) => name === word)
    const program = buildProgram(
      commandTable,
      entry === undefined ? {} : { [entry.name]: await entry.load() },
      version(),
    )
    const parsed = program.parse(argv)
    if (!parsed.ok) {
      const code = refuse(parsed.failure)
      return word === 'run' ? 125 : code
    }
    if (parsed.value.kind === 'text') {
      out.result(parsed.value.text.trimEnd())
      return 0
    }
    const { chosen } = parsed.value
    session = openSession({ ...options, stopping, out, refuse })
    const code = await runChosen(chosen, session.context, session)
    isDone = true
    return chosen.definition.failsWith === undefined ? stopping.exitCode(code) : code
  } catch (error) {
    return refuse(internal(error, env, out))
  } finally {
    // a command that was left behind after a signal may still hold the app
    if (isDone || session === null || stopping.inFlight() > 0) await session?.close()
  }
}

/** Resolves when the command is done, or was stopped by a signal and had its time. */
async function runChosen({ command, definition }: Chosen, context: Context, session: Session): Promise<number> {
  const done = runAndTell(definition, () => definition.run(context, command), context, session)
  if (definition.isRotation === true) return done
  let timer: NodeJS.Timeout | undefined
  const left = new Promise<number>((resolve) => {
    const leave = (): void => {
      timer = setTimeout(() => resolve(3), graceMs)
    }
    if (context.stopping.isStopped) leave()
    else context.stopping.signal.addEventListener('abort', leave, { once: true })
  })
  const code = await Promise.race([done, left])
  clearTimeout(timer)
  return code
}

async function runAndTell(
  definition: Definition,
  run: () => Promise<number>,
  context: Context,
  session: Session,
): Promise<number> {
  const code = await run()
  if (definition.isRotation !== true && definition.hidesOpenRotations !== true && session.isOpen()) {
    await needsAttention(context)
  }
  return code
}

/** A bug: an id and no words of the error, which may hold anything. REKEY_LOG=debug shows where it happened. */
export function internal(error: unknown, env: Readonly<Record<string, string | undefined>>, out: Output): Failure {
  const id = randomBytes(4).toString('hex')
  if (env['REKEY_LOG'] === 'debug' && error instanceof Error) {
    const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
    out.note([`${id} ${error.name}`, ...frames].join('\n'))
  }
  return fail('internal', { id })
}
