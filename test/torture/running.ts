import { spawn } from 'node:child_process'

/** A process that may be stopped, killed and asked what it said so far; that it was ended by a signal is an ending too. */
export type Ended = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Running = {
  readonly pid: number
  /** Milliseconds of performance.now(). */
  readonly startedAt: number
  readonly ended: Promise<Ended>
  readonly isOver: () => boolean
  readonly stdout: () => string
  readonly signal: (signal: NodeJS.Signals) => void
}

export type StartOptions = {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly stdin?: string
  /** What the command line begins with: a namespace, a limit; it must end in exec. */
  readonly wrap?: readonly string[]
}

export function start(args: readonly string[], { cwd, env, stdin = '', wrap = [] }: StartOptions): Running {
  const startedAt = performance.now()
  const [command = '', ...rest] = [...wrap, process.execPath, ...args]
  const child = spawn(command, rest, { cwd, env, stdio: 'pipe' })
  let [stdout, stderr, isOver] = ['', '', false]
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.on('error', () => undefined).end(stdin)
  child.once('exit', () => {
    isOver = true
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  if (child.pid === undefined) throw new Error('the process did not start')
  return {
    pid: child.pid,
    startedAt,
    ended,
    isOver: () => isOver,
    stdout: () => stdout,
    signal: (signal) => void child.kill(signal),
  }
}

/** False if there was no such process any more. */
export function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
