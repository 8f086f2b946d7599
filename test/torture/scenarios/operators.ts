import { drawMoment, untilMoment } from '../moments.ts'
import { reached, hit } from '../victims.ts'
import type { Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'

/** An operator and those it rotates, all in one run: users first, the operator last, and somebody dies in between. */
export const operators: Scenario = {
  name: 'operators',
  about: 'an operator and its users in one --all, the app or its courier killed in the middle',
  play: async (world) => {
    const { chance, sandbox } = world
    const vendor = chance.pick(['conjur', 'hienergy'] as const)
    const operator = await world.add(vendor, [], { isAdmin: true })
    for (let count = chance.between(1, 4); count > 0; count -= 1) {
      const user = await world.add(vendor, ['--operator', operator.name])
      sandbox.inject({ vendor, kind: 'delay', ms: chance.pick([0, 20, 60]), principal: user.principal })
    }
    const running = world.start(['rotate', '--all', '--yes', '--json'])
    await untilMoment(world, running, drawMoment(world))
    const phases = world.held.map((held) => reached(world, held))
    const victims = chance.pick([['app'], ['app', 'courier'], ['courier'], []] as const)
    if (victims.length > 0) hit(world, victims)
    const ended = await running.ended
    world.note(`it ended ${ended.code ?? ended.signal} and had said ${ended.stdout}`)
    for (const result of resultsIn(ended.stdout)) {
      await checkTold(world, result, world.held.find(({ name }) => name === result.name)?.first ?? null)
    }
    const fates = await checkTruth(world, { mayLose: victims.some((victim) => victim === 'courier') })
    for (const held of world.held) if (mintsOf(world, held).length > 1) world.wrong(`${held.name} was asked for twice`)
    return { tallies: phases, fates }
  },
}
