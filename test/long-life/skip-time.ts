/**
 * Loaded before `rekey` by `node --import`: a clock that can be wound on. Time flows as it does; when the one who watches says
 * so, it is wound on to the next chore that is due (an interval, or a timer that does not keep the process alive), that chore
 * is done, and so on until the time said is over: every chore runs as often as it would have. A timer that does keep the
 * process alive is somebody waiting for an answer: until it is gone, time is not wound on. Node's own timers are left alone.
 */
import type { EventEmitter } from 'node:events'
import { getHeapSpaceStatistics } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/** What it is asked, over the channel to its parent, and what it answers. */
export type Ask =
  | { readonly id: number; readonly op: 'skip'; readonly ms: number }
  | { readonly id: number; readonly op: 'look' }
export type Answer = { readonly id: number; readonly aheadMs: number; readonly inside: Inside | null }
export type Inside = {
  readonly heapUsed: number
  /** Buffers outside of the heap. */
  readonly external: number
  /** What the engine's space for new objects holds resident, though nothing is in it after a collection. */
  readonly young: number
  readonly resources: Readonly<Record<string, number>>
  /** Timers of our own code that stand. */
  readonly timers: number
  /** How often those that ran had been set to: `every 400 ms` → how often it ran. */
  readonly ran: Readonly<Record<string, number>>
}

type Task = {
  readonly run: () => void
  readonly waitMs: number
  readonly isInterval: boolean
  dueMs: number
  real: NodeJS.Timeout
  isRefed: boolean
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  now: performance.now.bind(performance),
  Date: globalThis.Date,
}
let aheadMs = Number(process.env['LONG_LIFE_AHEAD_MS'] ?? 0)
const now = (): number => real.now() + aheadMs
const wholeNow = (): number => Math.floor(real.Date.now() + aheadMs)
const tasks = new Set<Task>()
const ran = new Map<string, number>()

class Handle {
  readonly task: Task
  constructor(task: Task) {
    this.task = task
  }
  ref(): this {
    this.task.isRefed = true
    this.task.real.ref()
    return this
  }
  unref(): this {
    this.task.isRefed = false
    this.task.real.unref()
    return this
  }
  hasRef(): boolean {
    return this.task.isRefed
  }
  refresh(): this {
    this.task.dueMs = now() + this.task.waitMs
    arm(this.task)
    return this
  }
  close(): this {
    drop(this.task)
    return this
  }
}

function arm(task: Task): void {
  real.clearTimeout(task.real)
  task.real = real.setTimeout(() => fire(task), Math.max(1, task.dueMs - now()))
  if (!task.isRefed) task.real.unref()
}
function drop(task: Task): void {
  real.clearTimeout(task.real)
  tasks.delete(task)
}
function fire(task: Task): void {
  const what = `${task.isInterval ? 'every' : 'once after'} ${task.waitMs} ms`
  ran.set(what, (ran.get(what) ?? 0) + 1)
  if (task.isInterval) {
    task.dueMs = Math.max(task.dueMs + task.waitMs, now())
    arm(task)
  } else drop(task)
  task.run()
}
const setter =
  (isInterval: boolean) =>
  (fn: (...args: unknown[]) => void, waitMs = 1, ...args: unknown[]): Handle => {
    const wait = waitMs >= 1 ? waitMs : 1
    const idle = real.setTimeout(() => undefined, 0)
    const task: Task = {
      run: () => fn(...args),
      waitMs: wait,
      isInterval,
      dueMs: now() + wait,
      real: idle,
      isRefed: true,
    }
    tasks.add(task)
    arm(task)
    return new Handle(task)
  }
const clear = (handle: unknown): void =>
  handle instanceof Handle ? drop(handle.task) : real.clearTimeout(handle as NodeJS.Timeout)

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const pause = (ms: number): Promise<void> => new Promise((resolve) => real.setTimeout(resolve, ms))
const isWaiting = (): boolean => [...tasks].some((task) => !task.isInterval && task.isRefed)

async function skip(ms: number): Promise<void> {
  const until = now() + ms
  for (;;) {
    while (isWaiting()) await pause(5)
    let next: Task | null = null
    for (const task of tasks) if (next === null || task.dueMs < next.dueMs) next = task
    if (next === null || next.dueMs > until) break
    aheadMs += Math.max(0, next.dueMs - now())
    fire(next)
    await turn()
  }
  aheadMs += Math.max(0, until - now())
}

async function look(): Promise<Inside> {
  const collect = (globalThis as { readonly gc?: () => void }).gc
  for (let round = 0; round < 4; round += 1) {
    collect?.()
    await pause(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  const young = getHeapSpaceStatistics().find((each) => each.space_name === 'new_space')?.physical_space_size ?? 0
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  return { heapUsed, external, young, resources, timers: tasks.size, ran: Object.fromEntries(ran) }
}

if (isMainThread) {
  // the product tells nobody what a bug said; whoever looks for it must know
  const tell = (error: unknown): void =>
    void process.stderr.write(`thrown: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.on('uncaughtExceptionMonitor', tell)
  process.on('unhandledRejection', tell)
  Object.assign(performance, { now })
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, args: unknown[], made) =>
      Reflect.construct(target, args.length === 0 ? [wholeNow()] : args, made) as Date,
    get: (target, key, self) => (key === 'now' ? () => wholeNow() : (Reflect.get(target, key, self) as unknown)),
  })
  const channel = process.channel as (EventEmitter & { unref(): void }) | undefined
  if (channel) {
    Object.assign(globalThis, {
      setTimeout: setter(false),
      setInterval: setter(true),
      clearTimeout: clear,
      clearInterval: clear,
    })
    process.on('message', (asked: Ask) => {
      const done = asked.op === 'skip' ? skip(asked.ms).then(() => null) : look()
      void done.then((inside) => process.send?.({ id: asked.id, aheadMs, inside } satisfies Answer))
    })
    // whoever watches is gone: so is what it watched
    process.on('disconnect', () => process.exit(1))
    channel.unref()
  }
}
