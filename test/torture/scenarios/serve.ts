import { setTimeout as sleep } from 'node:timers/promises'
import { rotationRows } from '../ledger.ts'
import { drawMoment, untilMoment } from '../moments.ts'
import { openPage } from '../page.ts'
import type { Scenario } from '../scenario.ts'
import { mintsOf } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, reached, type Victim } from '../victims.ts'
import type { World } from '../world.ts'

/** A window recovers by itself, and goes on until nothing is open. */
async function untilRecovered(world: World): Promise<void> {
  const { running } = await openPage(world)
  const deadline = performance.now() + 15_000
  const isOpen = (): boolean => rotationRows(world.home).some((row) => row.settled === 0 && row.outcome !== 'lost')
  while (isOpen() && performance.now() < deadline) await sleep(50)
  if (isOpen()) world.wrong('a window was started and did not recover')
  running.signal('SIGINT')
  await running.ended
}

/** The window's own host, killed while a page rotates; another one is started over what it left, or the command line is. */
export const serve: Scenario = {
  name: 'serve',
  about:
    'kill -9 of rekey serve, its courier or both while a page rotates, with a new window or the command line after it',
  play: async (world) => {
    const { chance } = world
    for (let count = chance.between(1, 4); count > 0; count -= 1) await addDrawn(world)
    const { running, call } = await openPage(world)
    const names = world.held.map(({ name }) => name)
    const began = performance.now()
    let isAnswered = false
    const rotating = call('rotation.run', { selection: { names } }).finally(() => {
      isAnswered = true
    })
    const page = { ...running, startedAt: began, isOver: () => isAnswered || running.isOver() }
    await untilMoment(world, page, drawMoment(world))
    const phases = world.held.map((held) => reached(world, held))
    const victims = chance.pick<readonly Victim[]>([['app'], ['app'], ['app', 'courier'], ['courier']])
    hit(world, victims)
    const answer = await rotating
    world.note(`the page heard ${answer.status} ${answer.body}`)
    running.signal('SIGINT')
    await running.ended
    if (chance.in100(50)) await untilRecovered(world)
    const fates = await checkTruth(world, { mayLose: victims.includes('courier') })
    for (const held of world.held) if (mintsOf(world, held).length > 1) world.wrong(`${held.name} was asked for twice`)
    return { tallies: phases, fates }
  },
}
