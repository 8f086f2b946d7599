/** `rekey serve` as it is built, with a clock that can be wound on, and what there is to see of it from outside. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { childrenOf } from '../fixtures/children.ts'
import type { World } from '../torture/world.ts'
import type { Answer, Ask, Inside } from './skip-time.ts'

const preload = pathToFileURL(join(import.meta.dirname, 'skip-time.ts')).href

export type Sample = {
  readonly hour: number
  readonly inside: Inside
  readonly rss: number
  readonly threads: number
  /** Open files by kind. */
  readonly files: Readonly<Record<string, number>>
  readonly children: number
  /** The largest of them. */
  readonly childRss: number
  readonly childFiles: number
  /** Bytes on the disk, and how many files lie in a folder of the data folder. */
  readonly disk: Readonly<Record<string, number>>
}

export type Served = {
  readonly url: string
  readonly origin: string
  readonly pid: number
  /** How far its clock is ahead. */
  readonly aheadMs: () => number
  /** What a command beside it must have in its environment to live at the same time. */
  readonly sameTime: () => NodeJS.ProcessEnv
  readonly skip: (ms: number) => Promise<void>
  readonly sample: (hour: number) => Promise<Sample>
  /** What it wrote to standard error. */
  readonly said: () => string
  readonly stop: () => Promise<number | null>
}

export async function startServed(world: World, cli: string): Promise<Served> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', preload, cli, 'serve', '--no-open'], {
    cwd: world.home,
    env: world.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let [stdout, stderr, aheadMs, last] = ['', '', 0, 0]
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const answers = new Map<number, (answer: Answer) => void>()
  child.on('message', (answer: Answer) => {
    aheadMs = answer.aheadMs
    answers.get(answer.id)?.(answer)
    answers.delete(answer.id)
  })
  type Asked = { readonly op: 'skip'; readonly ms: number } | { readonly op: 'look' }
  const ask = (asked: Asked): Promise<Answer> =>
    Promise.race([
      new Promise<Answer>((resolve) => {
        answers.set(++last, resolve)
        child.send({ ...asked, id: last } satisfies Ask)
      }),
      ended.then((code) => Promise.reject(new Error(`serve ended with ${code}: ${stderr}`))),
    ])
  const deadline = performance.now() + 20_000
  let url: string | undefined
  while (url === undefined) {
    url = /"url":"([^"]+)"/.exec(stdout)?.[1]
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`serve did not start: ${stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const pid = child.pid ?? 0
  return {
    url,
    origin: new URL(url).origin,
    pid,
    aheadMs: () => aheadMs,
    sameTime: () => ({ NODE_OPTIONS: `--import ${preload}`, LONG_LIFE_AHEAD_MS: String(Math.round(aheadMs)) }),
    skip: async (ms) => void (await ask({ op: 'skip', ms })),
    sample: async (hour) => {
      const { inside } = await ask({ op: 'look' })
      if (inside === null) throw new Error('it did not look')
      return { hour, inside, ...seenFromOutside(pid), disk: diskOf(world.home, world.temp) }
    },
    said: () => stderr,
    stop: async () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

const statusOf = (pid: number, what: string): number =>
  Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)

function filesOf(pid: number): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    let to: string
    try {
      to = readlinkSync(`/proc/${pid}/fd/${fd}`)
    } catch {
      continue // the one that listed them
    }
    const kind = to.startsWith('/')
      ? (/[\w.-]+$/.exec(to.replace(/[0-9A-Z]{26}$/, 'ULID'))?.[0] ?? to)
      : to.replace(/\[\d+\]$/, '')
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return kinds
}

function seenFromOutside(pid: number): Omit<Sample, 'hour' | 'inside' | 'disk'> {
  const children = childrenOf(pid)
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)
  return {
    rss: statusOf(pid, 'VmRSS') * 1024,
    threads: statusOf(pid, 'Threads'),
    files: filesOf(pid),
    children: children.length,
    childRss: Math.max(0, ...children.map((each) => statusOf(each, 'VmRSS') * 1024)),
    childFiles: Math.max(0, ...children.map((each) => sum(filesOf(each)))),
  }
}

function diskOf(home: string, temp: string): Record<string, number> {
  const size = (name: string): number => statSync(join(home, name), { throwIfNoEntry: false })?.size ?? 0
  const count = (folder: string): number => (existsSync(folder) ? readdirSync(folder).length : 0)
  return {
    ledger: size('ledger.sqlite'),
    wal: size('ledger.sqlite-wal'),
    escrow: count(join(home, 'escrow')),
    locks: count(join(home, 'locks')),
    temp: count(temp),
  }
}
