import { randomInt } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { planted, targets } from './fuzz/targets.ts'
import type { Order, Told } from './fuzz/worker.ts'

/**
 * Reads almost-right files with every reader: no crash, no input over two seconds, memory bounded. Prints its seed; an
 * input that fails is written to a file. `--inputs` in all (default 240,000), `--seconds` for all, `--seed`, `--only`.
 */
const HANG_MS = 2_000
const MAX_RSS = 2_000_000_000
const MEMORY_MB = 768

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '240000' },
    seconds: { type: 'string', default: '3600' },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
})
const seed = Number(values.seed ?? randomInt(2 ** 31))
const { only } = values
const isWanted = ({ id }: { readonly id: string }): boolean =>
  only === undefined || id === only || id.startsWith(`${only}-`)
const all = (only?.startsWith('planted') ? planted : await targets()).filter(isWanted)
if (all.length === 0) throw new Error(`no target ${only}`)
const weights = all.reduce((sum, { weight }) => sum + weight, 0)

function fuzz(id: string, weight: number): Promise<Told> {
  const clock = new SharedArrayBuffer(16)
  const order: Order = {
    id,
    seed,
    inputs: Math.ceil((Number(values.inputs) * weight) / weights),
    milliseconds: (Number(values.seconds) * 1000) / all.length,
    clock,
  }
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./fuzz/worker.ts', import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    const view = new Float64Array(clock)
    let isDone = false
    const end = (told: Told): void => {
      if (isDone) return
      isDone = true
      clearInterval(watch)
      void worker.terminate()
      resolve(told)
    }
    const failed = (why: string): void =>
      end({
        inputs: view[1] ?? 0,
        read: 0,
        notTried: 0,
        slowestMs: 0,
        failure: { why: `${why} at input ${view[1]} (seed ${seed})`, input: new Uint8Array() },
      })
    const watch = setInterval(() => {
      const began = view[0] ?? 0
      if (began > 0 && performance.timeOrigin + performance.now() - began > HANG_MS) failed(`over ${HANG_MS} ms`)
      if (process.memoryUsage().rss > MAX_RSS) failed(`over ${MAX_RSS / 1e9} GB`)
    }, 100)
    worker.on('message', (told: Told) => end(told))
    worker.on('error', (error) => failed(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    worker.on('exit', (code) => failed(`the thread ended with ${code}`))
  })
}

process.stdout.write(`seed ${seed}\n`)
let inputs = 0
let failures = 0
for (const { id, weight } of all) {
  const began = performance.now()
  const told = await fuzz(id, weight)
  inputs += told.inputs
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stdout.write(
    `${id}: ${told.inputs} inputs in ${seconds} s, ${told.read} read, ${told.notTried} not tried, slowest ${Math.ceil(told.slowestMs)} ms\n`,
  )
  if (told.failure === null) continue
  failures += 1
  const file = join(mkdtempSync(join(tmpdir(), 'rekey-fuzz-')), id)
  writeFileSync(file, told.failure.input)
  process.stdout.write(`FAILED ${id}: ${told.failure.why}\n  input: ${file}\n`)
}
process.stdout.write(`${inputs} inputs, ${failures} targets failed, seed ${seed}\n`)
process.exitCode = failures > 0 ? 1 : 0
