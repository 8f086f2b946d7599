import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../running.ts'
import type { Scenario } from '../scenario.ts'
import { rotationRows } from '../ledger.ts'
import { mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn } from '../victims.ts'
import type { World } from '../world.ts'

/** Processes that want the same credentials at the same time; one of them may be killed. */
function drawCommand({ chance, held }: World): readonly string[] {
  const { name } = chance.pick(held)
  return chance.pick<readonly string[]>([
    ['rotate', name, '--yes', '--json'],
    ['rotate', name, '--yes', '--json'],
    ['rotate', '--all', '--yes', '--json'],
    ['recover', '--json'],
    ['recover', name, '--json'],
    ['verify', name, '--json'],
    ['list', '--json'],
    ['edit', name, '--tag', `t${chance.between(1, 9)}`],
    ['rotate', name, '--yes', '--json', '--dry-run'],
  ])
}

export const fight: Scenario = {
  name: 'fight',
  about: 'two to eight processes rotate, recover, verify and edit the same one to three credentials',
  play: async (world) => {
    const { chance } = world
    const size = chance.between(1, 3)
    for (let at = 0; at < size; at += 1) await addDrawn(world, chance.pick(['projectdiscovery', 'hienergy', 'conjur']))
    const running: Running[] = []
    for (let count = chance.between(2, 8); count > 0; count -= 1) {
      running.push(world.start(drawCommand(world)))
      await sleep(chance.pick([0, 0, 5, 40, 120]))
    }
    const isKilled = chance.in100(40)
    if (isKilled) {
      await sleep(chance.between(10, 200))
      chance.pick(running).signal('SIGKILL')
    }
    const ended = await Promise.all(running.map((each) => each.ended))
    for (const each of ended) world.note(`ended ${each.code ?? each.signal}: ${each.stdout}${each.stderr}`)
    if (ended.some(({ code }) => code === 1)) world.wrong('one of them met a bug of its own')
    // each rotation that is told of is one that its vendor was asked for, and each asked for is in the journal
    const rotated = ended.flatMap(({ stdout }) => rotatedIn(stdout))
    for (const { name } of world.held) {
      const acted = mintsOf(
        world,
        world.held.find((held) => held.name === name)!,
      ).filter((mint) => mint.acted)
      const told = new Set(rotated.filter((line) => line.name === name).map(({ rotationId }) => rotationId))
      if (told.size > acted.length) world.wrong(`${name}: ${told.size} rotations are told of, ${acted.length} happened`)
    }
    const fates = await checkTruth(world, { oldOf: () => null })
    const rows = rotationRows(world.home).length
    return { tallies: [`${running.length} processes`, `${rows} rotations`, ...(isKilled ? ['one killed'] : [])], fates }
  },
}

const rotatedIn = (stdout: string) =>
  /"outcome"/.test(stdout) ? resultsIn(stdout).filter(({ outcome }) => outcome === 'rotated') : []
