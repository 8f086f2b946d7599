import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Running } from '../running.ts'
import type { Played, Scenario } from '../scenario.ts'
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

/** Each of them behind `wrap`; with `isContained`, a death takes its courier along. */
async function fightOnce(world: World, wrap: readonly string[], isContained: boolean): Promise<Played> {
  const { chance } = world
  const size = chance.between(1, 3)
  for (let at = 0; at < size; at += 1) await addDrawn(world, chance.pick(['projectdiscovery', 'hienergy', 'conjur']))
  world.wrap = wrap
  const running: Running[] = []
  for (let count = chance.between(2, 8); count > 0; count -= 1) {
    running.push(world.start(drawCommand(world)))
    await sleep(chance.pick([0, 0, 5, 40, 120]))
  }
  const isKilled = chance.in100(40)
  if (isKilled) {
    await sleep(chance.between(10, 200))
    chance.pick(running).signal('SIGKILL')
    if (isContained) world.courierStruckAt = performance.now()
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
  world.wrap = []
  const fates = await checkTruth(world, { oldOf: () => null, mayLose: isContained && isKilled })
  const rows = rotationRows(world.home).length
  return { tallies: [`${running.length} processes`, `${rows} rotations`, ...(isKilled ? ['one killed'] : [])], fates }
}

export const fight: Scenario = {
  name: 'fight',
  about: 'two to eight processes rotate, recover, verify and edit the same one to three credentials',
  play: (world) => fightOnce(world, [], false),
}

/** The first process of a namespace of its own, with a /proc of its own: what is in it ends with it. */
const contained = ['unshare', '-p', '-f', '--kill-child', '--mount-proc', 'sh', '-c', '"$@"; exit $?', 'sh']

export const containers: Scenario = {
  name: 'containers',
  about: 'the same fight over one data folder from as many pid namespaces; one may be killed with all that is in it',
  stores: ['sealed'],
  play: (world) => {
    const [command = '', ...args] = [...contained, 'true'] as readonly string[]
    if (spawnSync(command, args).status !== 0) return Promise.resolve({ tallies: ['no namespaces here'], fates: [] })
    return fightOnce(world, contained, true)
  },
}

const rotatedIn = (stdout: string) =>
  stdout.startsWith('{"v":') ? resultsIn(stdout).filter(({ outcome }) => outcome === 'rotated') : []
