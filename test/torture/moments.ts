import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mintsOf } from './told.ts'
import type { Running } from './running.ts'
import type { Held, World } from './world.ts'

/**
 * A moment of a rotation, drawn from the seed: some time after its process began, or a little after one of the steps that can
 * be seen from outside. The steps nearest to the reply are drawn most often.
 */
export type Moment = { readonly after: 'start' | 'escrow' | 'request' | 'reply'; readonly ms: number }

export function drawMoment({ chance }: World, longestMs = 220): Moment {
  const after = chance.pick(['start', 'start', 'escrow', 'request', 'request', 'reply', 'reply', 'reply'] as const)
  const tenths = {
    start: chance.between(300, longestMs * 10),
    escrow: chance.between(0, 200),
    request: chance.between(0, 900),
    reply: chance.between(0, 250),
  }
  return { after, ms: tenths[after] / 10 }
}

export const momentText = ({ after, ms }: Moment): string => `${ms} ms after ${after}`

/** Waits until then, or until the process ends. */
export async function untilMoment(world: World, running: Running, held: Held, moment: Moment): Promise<void> {
  const has = {
    start: () => true,
    escrow: () => existsSync(join(world.home, 'escrow')) && readdirSync(join(world.home, 'escrow')).length > 0,
    request: () => mintsOf(world, held).length > 0,
    reply: () => mintsOf(world, held).some(({ isOver }) => isOver),
  }[moment.after]
  while (!has() && !running.isOver()) await sleep(1)
  const at = moment.after === 'start' ? running.startedAt + moment.ms : performance.now() + moment.ms
  // timers are a millisecond coarse: the rest is waited for by turns of the loop
  while (performance.now() < at && !running.isOver()) await (at - performance.now() > 2 ? sleep(1) : turn())
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
