import { setTimeout as sleep } from 'node:timers/promises'
import { drawMoment, untilMoment } from '../moments.ts'
import type { Scenario } from '../scenario.ts'
import { mintsOf } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, reached } from '../victims.ts'

/** Recoveries that are killed in their turn, and recovered from, and killed. */
export const killRecover: Scenario = {
  name: 'kill-recover',
  about: 'kill -9 of a rotation, then of one to four recoveries of it, some of them two at once',
  play: async (world) => {
    const { chance } = world
    const size = chance.between(1, 3)
    for (let at = 0; at < size; at += 1) await addDrawn(world)
    const running = world.start(['rotate', '--all', '--yes', '--json'])
    await untilMoment(world, running, drawMoment(world))
    hit(world, ['app'])
    await running.ended
    const phases = world.held.map((held) => reached(world, held))
    for (let round = chance.between(1, 4); round > 0; round -= 1) {
      const recovering = Array.from({ length: chance.pick([1, 1, 2]) }, () => world.start(['recover', '--json']))
      const at = chance.between(40, 260)
      await Promise.race([sleep(at), Promise.all(recovering.map(({ ended }) => ended))])
      world.note(`${at} ms after the recovery began`)
      hit(world, chance.pick([['app'], ['app', 'keychain'], ['keychain']] as const))
      await Promise.all(recovering.map(({ ended }) => ended))
    }
    const fates = await checkTruth(world)
    for (const held of world.held) if (mintsOf(world, held).length > 1) world.wrong(`${held.name} was asked for twice`)
    return { tallies: phases, fates }
  },
}
