import { parseArgs } from 'node:util'
import { copyBuild } from './build-copy.ts'
import { play, type Score } from './play.ts'
import { scenarios } from './scenarios/list.ts'

/**
 * `npm run torture`: seeded faults on the built command line. `--only NAME,…` some scenarios; `--seed N` the first seed, and
 * with `--runs 1` the only one; `--runs N` for each scenario; `--for SECONDS` no new seed after that; `--store sealed|os|both`;
 * `--jobs N` lanes at once; `--dist FOLDER` another build than this one's. Ends with 1 if an invariant was broken; each such seed is printed with its story.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    runs: { type: 'string', default: '20' },
    for: { type: 'string', default: '86400' },
    store: { type: 'string', default: 'sealed' },
    jobs: { type: 'string', default: '2' },
    dist: { type: 'string' },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const whole = (name: 'seed' | 'runs' | 'for' | 'jobs'): number => {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1`)
  return value
}
const only = values.only?.split(',')
const unknown = only?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? []
if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}`)
const stores = (['sealed', 'os'] as const).filter((store) => values.store === 'both' || values.store === store)
if (stores.length === 0) throw new Error('--store takes sealed, os or both')

const inOrder = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted(([, one], [, two]) => two - one)
    .map(([key, count]) => `${key} ${count}`)
    .join(', ')
const row = ({ scenario, store, runs, seeds, tallies, ends, wrongSeeds, seconds }: Score): string =>
  `| ${scenario} | ${store} | ${seeds[0]}–${seeds[1]} | ${runs} | ${inOrder(tallies)} | ${inOrder(ends)} | ${wrongSeeds.length === 0 ? 'none' : wrongSeeds.join(', ')} | ${seconds} s |`

const build = copyBuild(values.dist)
const scores: Score[] = []
try {
  for (const scenario of scenarios) {
    if (only && !only.includes(scenario.name)) continue
    for (const store of stores) {
      if (scenario.stores && !scenario.stores.includes(store)) continue
      say(`${scenario.name} (${store}): ${scenario.about}`)
      const plan = { scenario, store, firstSeed: whole('seed'), runs: whole('runs'), seconds: whole('for') }
      const score = await play({
        ...plan,
        jobs: whole('jobs'),
        cli: build.cli,
        onWrong: (world) => {
          say(`\nseed ${world.seed} of ${scenario.name} (${store}), kept in ${world.home}`)
          say(`again: npm run torture -- --only ${scenario.name} --store ${store} --seed ${world.seed} --runs 1`)
          for (const line of world.story) say(`  ${line}`)
        },
      })
      scores.push(score)
      say(row(score))
    }
  }
} finally {
  build.close()
}
say(
  '\n| scenario | keychain | seeds | runs | how far it had come | what became of the keys | broken invariants | time |',
)
say('|---|---|---|---|---|---|---|---|')
for (const score of scores) say(row(score))
process.exit(scores.some(({ wrongSeeds }) => wrongSeeds.length > 0) ? 1 : 0)
