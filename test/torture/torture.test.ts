import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyBuild, type Build } from './build-copy.ts'
import { play } from './play.ts'
import { scenarios } from './scenarios/list.ts'
import { missingForKeyring } from '../fixtures/keyring.ts'
import type { World } from './world.ts'

/**
 * A few seconds of every scenario of `npm run torture`, with the same seeds each time. What a seed decides is drawn the same
 * again; what the machine does in between is its own, so a long run (docs/reliability.md) finds more than this one.
 */
const SECONDS = Number(process.env['TORTURE_SECONDS'] ?? 1)
let build: Build
beforeAll(() => {
  build = copyBuild()
})
afterAll(() => build.close())

/** A key for every byte is nothing for a few seconds; test/hosts/cli has a byte of each kind. */
const isShort = ({ name }: { readonly name: string }): boolean => name !== 'torn-bytes'
/** With CI=true a missing keyring is a failure, as everywhere. */
const hasKeyring = process.env['CI'] === 'true' || missingForKeyring() === null
const cells = scenarios
  .filter((scenario) => isShort(scenario) && (hasKeyring || scenario.stores?.includes('sealed') !== false))
  .flatMap((scenario) =>
    (scenario.stores ?? (['sealed'] as const)).map((store) => ({ scenario, store, name: scenario.name })),
  )

/** Processes are found in /proc. */
describe.skipIf(process.platform !== 'linux')('torture, in short', () => {
  it.each(cells)(
    '$name ($store)',
    async ({ scenario, store }) => {
      const told: string[] = []
      const score = await play({
        scenario,
        store,
        firstSeed: 1,
        runs: 1000,
        seconds: SECONDS,
        jobs: 1,
        cli: build.cli,
        onWrong: (world: World) => told.push(...world.story),
      })
      expect(score.wrongSeeds, told.join('\n')).toEqual([])
      expect(score.runs).toBeGreaterThan(0)
    },
    SECONDS * 1000 + 60_000,
  )
})
