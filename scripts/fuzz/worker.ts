import { parentPort, workerData } from 'node:worker_threads'
import fc from 'fast-check'
import { inputsLike } from './mutations.ts'
import { checkKept, planted, targets } from './targets.ts'

/** One target in a thread of its own, so that whoever waits can see that an input hangs, and end it. */
export type Order = {
  readonly id: string
  readonly seed: number
  readonly inputs: number
  readonly milliseconds: number
  /** Two numbers: when the input being read was begun, and its index. */
  readonly clock: SharedArrayBuffer
}
export type Told = {
  readonly inputs: number
  readonly read: number
  readonly notTried: number
  readonly slowestMs: number
  readonly failure: { readonly why: string; readonly input: Uint8Array } | null
}

const order = workerData as Order
const clock = new Float64Array(order.clock)
const isOrdered = ({ id }: { readonly id: string }): boolean => id === order.id
const target = planted.find(isOrdered) ?? (await targets()).find(isOrdered)
if (target === undefined) throw new Error(`no target ${order.id}`)

// A library that has something to say says it on stderr, with parts of the file.
let warning: Error | null = null
process.on('warning', (told) => {
  warning ??= told
})

let inputs = 0
let read = 0
let notTried = 0
let slowestMs = 0
const result = await fc.check(
  fc.asyncProperty(inputsLike(target.seeds), async (bytes) => {
    inputs += 1
    const began = performance.now()
    clock[1] = inputs
    clock[0] = performance.timeOrigin + began
    const answer = await target.read(bytes)
    await new Promise(setImmediate)
    if (warning !== null) throw new Error('a warning was printed', { cause: warning })
    clock[0] = 0
    slowestMs = Math.max(slowestMs, performance.now() - began)
    if (answer === null) notTried += 1
    else if (answer.ok) {
      read += 1
      await checkKept(answer.value)
    }
  }),
  { seed: order.seed, numRuns: order.inputs, interruptAfterTimeLimit: order.milliseconds },
)
const failure = result.failed && !result.interrupted ? result : null
const told: Told = {
  inputs,
  read,
  notTried,
  slowestMs,
  failure:
    failure === null
      ? null
      : {
          why: `${failure.errorInstance instanceof Error ? (failure.errorInstance.stack ?? failure.errorInstance.message) : String(failure.errorInstance)}\n(seed ${failure.seed}, path ${failure.counterexamplePath})`,
          input: failure.counterexample?.[0] ?? new Uint8Array(),
        },
}
parentPort?.postMessage(told)
