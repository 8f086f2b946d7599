import { setTimeout as sleep } from 'node:timers/promises'
import { drawMoment, momentText, untilMoment } from '../moments.ts'
import type { Played, Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, reached, type Victim } from '../victims.ts'
import type { World } from '../world.ts'

/** Many rotations at once, and somebody is killed, stopped or told to end in the middle of them. */
async function manyOnce(world: World, strike: (world: World) => Promise<readonly Victim[]>): Promise<Played> {
  const { chance } = world
  const size = chance.between(3, 9)
  for (let at = 0; at < size; at += 1) await addDrawn(world)
  const moment = drawMoment(world)
  const args = ['rotate', '--all', '--yes', '--json', '--concurrency', String(chance.pick([1, 2, 4, 16]))]
  const running = world.start(args)
  await untilMoment(world, running, moment)
  const isLate = running.isOver()
  world.note(momentText(moment))
  const phases = world.held.map((held) => reached(world, held))
  const victims = await strike(world)
  const ended = await running.ended
  world.note(`it ended ${ended.code ?? ended.signal} and had said ${ended.stdout}`)
  for (const result of resultsIn(ended.stdout)) {
    await checkTold(world, result, world.held.find(({ name }) => name === result.name)?.first ?? null)
  }
  const told = resultsIn(ended.stdout)
  if (ended.signal === null && told.length !== size) world.wrong(`${told.length} lines for ${size} credentials`)
  const fates = await checkTruth(world, { mayLose: victims.includes('courier') })
  for (const held of world.held) if (mintsOf(world, held).length > 1) world.wrong(`${held.name} was asked for twice`)
  return { tallies: isLate ? ['too late'] : phases, fates }
}

const killing = async (world: World): Promise<readonly Victim[]> => {
  const victims = world.chance.pick<readonly Victim[]>([
    ['app'],
    ['app'],
    ['courier'],
    ['app', 'courier'],
    ['keychain'],
  ])
  hit(world, victims)
  return victims
}

/** Not dead, but for so long as good as dead: longer than a reply is waited for, now and then. */
const stopping = async (world: World): Promise<readonly Victim[]> => {
  const { chance } = world
  const victims = chance.pick<readonly Victim[]>([['app'], ['courier'], ['app', 'courier'], ['keychain']])
  hit(world, victims, 'SIGSTOP')
  await sleep(chance.pick([20, 200, 900, 3600]))
  hit(world, victims, 'SIGCONT')
  return victims.filter((victim) => victim !== 'courier')
}

/** A terminal that goes away, Ctrl-C once or twice, a polite end: what is in the air is finished first. */
const ending = async (world: World): Promise<readonly Victim[]> => {
  const { chance } = world
  for (let times = chance.between(1, 2); times > 0; times -= 1) {
    hit(world, ['app'], chance.pick(['SIGINT', 'SIGTERM', 'SIGHUP'] as const))
    await sleep(chance.between(0, 60))
  }
  return []
}

export const killBulk: Scenario = {
  name: 'kill-bulk',
  about: 'kill -9 of the app, the courier, both or the keychain process while many keys rotate',
  play: (world) => manyOnce(world, killing),
}

export const stopBulk: Scenario = {
  name: 'stop-bulk',
  about: 'SIGSTOP, and SIGCONT up to 3.6 s later, of any of them while many keys rotate',
  play: (world) => manyOnce(world, stopping),
}

export const endBulk: Scenario = {
  name: 'end-bulk',
  about: 'Ctrl-C, hang-up and polite ends while many keys rotate',
  play: (world) => manyOnce(world, ending),
}
