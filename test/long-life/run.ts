import { parseArgs } from 'node:util'
import { startBrowser } from '../e2e/browser.ts'
import { copyBuild } from '../torture/build-copy.ts'
import { live, type Lived } from './live.ts'
import { trends } from './trend.ts'

/**
 * `npm run long-life`: a day of the built `rekey serve`, compressed. `--store sealed|os|both`, `--hours N` (24 unless told),
 * `--keys N` of each vendor. Prints what was measured as a table, and ends with 1 if something grew or went wrong.
 */
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'both' },
    hours: { type: 'string', default: '24' },
    keys: { type: 'string', default: '2' },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const whole = (name: 'hours' | 'keys'): number => {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1`)
  return value
}
const inOrder = (counts: Iterable<readonly [string, number]>): string =>
  [...counts]
    .toSorted(([, one], [, two]) => two - one)
    .map(([key, count]) => `${key} ${count}`)
    .join(', ')

function report({ hours, did, heard, wrong, story }: Lived): boolean {
  const rows = trends(hours)
  say('\n| measured | first hour | middle | last hour | climbs in an hour | bound | |')
  say('|---|---|---|---|---|---|---|')
  for (const { what, first, middle, last, perHour, bound, isFlat } of rows)
    say(`| ${what} | ${first} | ${middle} | ${last} | ${perHour} | ${bound} | ${isFlat ? 'flat' : 'GROWS'} |`)
  const end = hours.at(-1)?.served
  say(`\non the disk: ${JSON.stringify(end?.disk)}`)
  say(`files: ${JSON.stringify(end?.files)}; resources: ${JSON.stringify(end?.inside.resources)}`)
  say(`the largest child: ${JSON.stringify({ rss: end?.childRss, files: end?.childFiles })}`)
  say(`timers that ran: ${inOrder(Object.entries(end?.inside.ran ?? {}).filter(([name]) => !name.includes('.')))}`)
  say(`events heard: ${heard}; done: ${inOrder(did)}`)
  for (const each of wrong) say(`WRONG: ${each}`)
  if (wrong.length > 0) for (const line of story) say(`  ${line}`)
  return wrong.length === 0 && rows.every(({ isFlat }) => isFlat)
}

const build = copyBuild()
const browser = await startBrowser()
let isFine = true
try {
  for (const store of ['sealed', 'os'] as const) {
    if (values.store !== 'both' && values.store !== store) continue
    say(`\n${store}: ${values.hours} hours`)
    const lived = await live({
      ...{ store, hours: whole('hours'), keys: whole('keys'), cli: build.cli, browser },
      onHour: ({ served: { hour, inside, rss }, page }, tookMs) => {
        const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`
        const beside = page ? `; page ${kib(page.heap)}, ${page.nodes} nodes, ${page.listeners} listeners` : ''
        say(`hour ${hour}: ${kib(inside.heapUsed)}, resident ${kib(rss)}${beside} (${Math.round(tookMs / 1000)} s)`)
      },
    })
    isFine = report(lived) && isFine
  }
} finally {
  await browser?.close()
  build.close()
}
process.exit(isFine ? 0 : 1)
