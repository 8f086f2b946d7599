import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from './running.ts'
import { mintsOf } from './told.ts'
import type { World } from './world.ts'

/**
 * A moment of a run, drawn from the seed: some time after its process began, or a little after one of the steps that can be
 * seen from outside was reached by so many credentials. The steps nearest to the reply are drawn most often.
 */
export type Moment = {
  readonly after: 'start' | 'escrow' | 'request' | 'reply'
  readonly count: number
  readonly ms: number
}

export function drawMoment({ chance, held }: World, { lastMs = 25 }: { readonly lastMs?: number } = {}): Moment {
  const after = chance.pick(['start', 'start', 'escrow', 'request', 'request', 'reply', 'reply', 'reply'] as const)
  const tenths = {
    start: chance.between(300, 2200 + held.length * 150),
    escrow: chance.between(0, 200),
    request: chance.between(0, 900),
    reply: chance.between(0, lastMs * 10),
  }
  return { after, count: chance.between(1, held.length), ms: tenths[after] / 10 }
}

export const momentText = ({ after, count, ms }: Moment): string => `${ms} ms after ${after} of ${count}`

/** Waits until then, or until the process ends. */
export async function untilMoment(world: World, running: Running, moment: Moment): Promise<void> {
  const escrow = join(world.home, 'escrow')
  const mints = () => world.held.flatMap((held) => mintsOf(world, held))
  const reached = {
    start: () => Infinity,
    escrow: () => (existsSync(escrow) ? readdirSync(escrow).length : 0),
    request: () => mints().length,
    reply: () => mints().filter(({ isOver }) => isOver).length,
  }[moment.after]
  while (reached() < moment.count && !running.isOver()) await sleep(1)
  const at = moment.after === 'start' ? running.startedAt + moment.ms : performance.now() + moment.ms
  // timers are a millisecond coarse: the rest is waited for by turns of the loop
  while (performance.now() < at && !running.isOver()) await (at - performance.now() > 2 ? sleep(1) : turn())
}

/** How long a command that only looks takes here and now: the measure for moments of commands that show no steps. */
export async function lifeOfLook(world: World): Promise<number> {
  const began = performance.now()
  await world.rekey(['vendors', '--json'])
  return performance.now() - began
}

/** As soon as can be looked again. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
