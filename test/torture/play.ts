import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { startKeyring, type Keyring } from '../fixtures/keyring.ts'
import { chanceOf } from './chance.ts'
import type { Played, Scenario } from './scenario.ts'
import { openWorld, type World } from './world.ts'

/** Plays seeds of a scenario, one after the other in each of `jobs` lanes, and counts what came of them. */
export type Plan = {
  readonly scenario: Scenario
  readonly store: 'sealed' | 'os'
  readonly firstSeed: number
  readonly runs: number
  /** No new seed begins after so many seconds. */
  readonly seconds: number
  readonly jobs: number
  readonly cli: string
  readonly onWrong: (world: World, scenario: Scenario) => void
}

export type Score = {
  readonly scenario: string
  readonly store: string
  readonly runs: number
  readonly seeds: readonly [number, number]
  readonly tallies: ReadonlyMap<string, number>
  readonly ends: ReadonlyMap<string, number>
  readonly wrongSeeds: readonly number[]
  readonly seconds: number
}

/** gnome-keyring rewrites its whole file at each change: a young one is a quick one. */
const worldsPerKeyring = 60

export async function play(plan: Plan): Promise<Score> {
  const { scenario, store, firstSeed, runs } = plan
  const began = performance.now()
  const isTimeUp = (): boolean => performance.now() - began > plan.seconds * 1000
  const [tallies, ends] = [new Map<string, number>(), new Map<string, number>()]
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1)
  const wrongSeeds: number[] = []
  let [next, played] = [firstSeed, 0]

  const lane = async (): Promise<void> => {
    const sandbox = await startSandbox({ quiet: true })
    for (const vendor of ['scrapebit', 'hienergy'] as const) {
      sandbox.configure(vendor, { callLimits: [], mintEverySeconds: 0 })
    }
    let ring: Keyring | null = null
    let left = 0
    while (next < firstSeed + runs && !isTimeUp()) {
      const seed = next++
      if (store === 'os' && left-- <= 0) {
        await ring?.close()
        ring = await startKeyring()
        if (!ring) throw new Error('no Secret Service can be started here')
        left = scenario.ownKeyring ? 0 : worldsPerKeyring
      }
      const world = await openWorld({ seed, chance: chanceOf(seed), sandbox, cli: plan.cli, ring })
      const done = await attempt(world, scenario)
      for (const tally of done.tallies) count(tallies, tally)
      for (const { end } of done.fates) count(ends, end)
      played += 1
      if (played % 100 === 0) process.stderr.write(`${scenario.name} (${store}): ${played} of ${runs}\n`)
      if (world.violations.length > 0) {
        wrongSeeds.push(seed)
        plan.onWrong(world, scenario)
      }
      world.close(world.violations.length > 0)
      sandbox.clearFaults()
      sandbox.clearLog()
    }
    await ring?.close()
    await sandbox.close()
  }
  await Promise.all(Array.from({ length: plan.jobs }, lane))
  return {
    ...{ scenario: scenario.name, store, tallies, ends, wrongSeeds: wrongSeeds.toSorted((one, two) => one - two) },
    runs: played,
    seeds: [firstSeed, next - 1],
    seconds: Math.round((performance.now() - began) / 1000),
  }
}

/** A harness that stumbles has shown nothing: that is wrong, too. */
async function attempt(world: World, scenario: Scenario): Promise<Played> {
  try {
    return await scenario.play(world)
  } catch (error) {
    world.wrong(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return { tallies: ['broke off'], fates: [] }
  } finally {
    for (const { pid } of world.look()) {
      world.note(`left behind: ${pid}`)
      process.kill(pid, 'SIGKILL')
    }
  }
}
