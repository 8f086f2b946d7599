import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser } from '../e2e/browser.ts'
import { copyBuild, type Build } from '../torture/build-copy.ts'
import { live, type Lived } from './live.ts'
import { slope, trends, type Hour } from './trend.ts'

/**
 * A few hours of `npm run long-life`, and that it would tell: a build that leaves something behind. The engine is still
 * warming up in so short a time, so the heap may climb by more than in a day; what is counted may not.
 */
const warmingKiB = 900

function told({ hours, wrong, story }: Lived): readonly string[] {
  expect(wrong, story.join('\n')).toEqual([])
  // a browser keeps up to six connections, and drops them when it likes
  const files = hours.map(({ served }) => Object.values(served.files).reduce((sum, each) => sum + each, 0))
  const grown = trends(hours).filter(({ isFlat, what }) => !isFlat && !/heap|memory|files|resources/.test(what))
  const heaps = hours.map(({ served }) => served.inside.heapUsed)
  const climb = ((heaps.at(-1) ?? 0) - (heaps.at(-2) ?? 0)) / 1024
  return [
    ...grown.map(({ what, perHour }) => `${what}: ${perHour}`),
    ...(Math.max(...files) - Math.min(...files) > 8 ? [`open files: ${files.join(', ')}`] : []),
    ...(climb > warmingKiB ? [`the heap: ${Math.round(climb)} KiB`] : []),
  ]
}

/** A copy of the build in which a text of its own code is another. */
function breakBuild(from: string, to: string): Build {
  const build = copyBuild()
  const chunks = join(dirname(build.cli), 'chunks')
  const broken = readdirSync(chunks).filter((name) => {
    const code = readFileSync(join(chunks, name), 'utf8')
    if (!code.includes(from)) return false
    writeFileSync(join(chunks, name), code.replace(from, to))
    return true
  })
  expect(broken, `${from} is in one chunk`).toHaveLength(1)
  return build
}

describe('what is measured', () => {
  const at = ({ heapUsed = 0, rss = 0, young = 0 }): Hour => ({
    page: null,
    served: {
      ...{ hour: 0, rss, threads: 1, files: {}, children: 0, childRss: 0, childFiles: 0, disk: {} },
      inside: { heapUsed, external: 0, young, resources: {}, timers: 0, ran: {} },
    },
  })
  const grown = (hours: readonly Hour[]): readonly string[] =>
    trends(hours)
      .filter(({ isFlat }) => !isFlat)
      .map(({ what }) => what)
  it('is flat or grows, by its second half', () => {
    expect(slope([1, 3, 5, 7])).toBe(2)
    const heapOf = (heaps: readonly number[]): readonly string[] => grown(heaps.map((heapUsed) => at({ heapUsed })))
    expect(heapOf([1e6, 9e6, 9.01e6, 9.02e6])).toEqual([])
    expect(heapOf([9e6, 9e6, 9e6, 9.2e6])).toEqual(['heap after a collection'])
  })
  it('lets the engine take room for new objects, and nobody else', () => {
    const MiB = 1024 * 1024
    const resident = (young: readonly number[], rest: readonly number[]): readonly string[] =>
      grown(rest.map((each, hour) => at({ rss: (each + (young[hour] ?? 0)) * MiB, young: (young[hour] ?? 0) * MiB })))
    expect(resident([8, 32, 64, 128], [170, 180, 181, 182])).toEqual([])
    expect(resident([64, 64, 64, 64], [170, 180, 184, 188])).toEqual(['resident memory but for V8’s new space'])
    expect(resident([8, 64, 128, 256], [170, 170, 170, 170])).toEqual(['resident memory'])
    expect(resident([8, 8, 8, 8], [260, 260, 260, 260])).toEqual(['resident memory but for V8’s new space'])
  })
})

/** Files, threads and processes are counted in /proc. */
describe.skipIf(process.platform !== 'linux')('hours of serve, compressed', () => {
  let browser: Browser | null = null
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  it('leave nothing behind', async () => {
    const build = copyBuild()
    const lived = await live({ store: 'sealed', hours: 3, keys: 1, cli: build.cli, browser })
    build.close()
    expect(told(lived)).toEqual([])
    const did = (what: string): number => lived.did.get(what) ?? 0
    expect(did('rotation: rotated')).toBeGreaterThan(6)
    expect(did('vault.import: ok')).toBe(3)
    expect(did('locked by itself')).toBe(3)
    const ran = lived.hours.at(-1)?.served.inside.ran ?? {}
    // three hours of looking at the ledger, of looking for somebody who is there, and of heartbeats
    expect(ran['every 400 ms']).toBeGreaterThan(3 * 8_900)
    expect(ran['every 5000 ms']).toBeGreaterThan(3 * 710)
    expect(ran['every 15000 ms']).toBeGreaterThan(3 * 235)
  }, 240_000)

  it('would tell of a thread that stays when its work is done', async () => {
    const build = breakBuild('worker?.terminate()', '0')
    const lived = await live({
      ...{ store: 'sealed', hours: 3, keys: 1, cli: build.cli, browser: null, only: ['vaults'] },
    })
    build.close()
    expect(told(lived).join('; ')).toContain('threads')
  }, 240_000)
})
