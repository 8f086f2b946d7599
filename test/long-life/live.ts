/** Lives through hours of a day: a data folder, the vendors, `rekey serve`, its windows, and a look at all of it after each. */
import type { Browser } from 'playwright-core'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { startKeyring } from '../fixtures/keyring.ts'
import { chanceOf } from '../torture/chance.ts'
import { openWorld } from '../torture/world.ts'
import { liveHour, openDay, type Day } from './day.ts'
import { openPageWindow, type PageWindow } from './page-window.ts'
import { startServed } from './served.ts'
import type { Hour } from './trend.ts'

export type Plan = {
  readonly store: 'sealed' | 'os'
  readonly hours: number
  /** Keys of each vendor. */
  readonly keys: number
  readonly cli: string
  /** null: no window in a browser beside the plain one. */
  readonly browser: Browser | null
  /** What is done in an hour; all of it unless told. */
  readonly only?: readonly string[]
  readonly onHour?: (hour: Hour, tookMs: number) => void
}

export type Lived = {
  readonly hours: readonly Hour[]
  readonly wrong: readonly string[]
  readonly story: readonly string[]
  readonly did: ReadonlyMap<string, number>
  readonly heard: number
}

const vendors = ['hienergy', 'scrapebit', 'projectdiscovery', 'conjur', 'userplane'] as const

export async function live(plan: Plan): Promise<Lived> {
  const ring = plan.store === 'os' ? await startKeyring() : null
  if (plan.store === 'os' && !ring) throw new Error('no Secret Service can be started here')
  const sandbox = await startSandbox({ quiet: true })
  for (const vendor of ['scrapebit', 'hienergy'] as const) {
    sandbox.configure(vendor, { callLimits: [], mintEverySeconds: 0 })
  }
  const world = await openWorld({ seed: 1, chance: chanceOf(1), sandbox, cli: plan.cli, ring })
  for (let round = 0; round < plan.keys; round += 1) for (const vendor of vendors) await world.add(vendor)
  const served = await startServed(world, plan.cli)
  const hours: Hour[] = []
  let page: PageWindow | null = null
  let day: Day | null = null
  try {
    day = await openDay(world, served)
    const names = world.held.map(({ name }) => name)
    for (let hour = 0; hour < plan.hours; hour += 1) {
      const began = performance.now()
      const aheadMs = served.aheadMs()
      page = await livePage(day, page, plan.browser, names, hour)
      await liveHour(day, hour, plan.only)
      await page?.wake(Math.round(served.aheadMs() - aheadMs))
      const seen = { served: await served.sample(hour), page: (await page?.sample()) ?? null }
      hours.push(seen)
      plan.onHour?.(seen, performance.now() - began)
    }
    if (day.plain.heard() === 0) world.wrong('the plain window heard of nothing')
  } catch (error) {
    world.wrong(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  for (const complaint of page?.complaints() ?? []) world.wrong(`the page complained: ${complaint}`)
  await page?.close()
  for (const socket of day?.hung ?? []) socket.destroy()
  await day?.plain.leave()
  const code = await served.stop()
  if (code !== 130) world.wrong(`it ended with ${code}`)
  for (const line of served.said().split('\n')) {
    if (!expected.some((known) => known.test(line))) world.wrong(`it said: ${line}`)
  }
  for (const { pid } of world.look()) process.kill(pid, 'SIGKILL')
  await sandbox.close()
  await ring?.close()
  world.close(world.violations.length > 0)
  return {
    ...{ hours, wrong: world.violations, story: world.story },
    ...{ did: day?.did ?? new Map(), heard: day?.plain.heard() ?? 0 },
  }
}

/** What it says to whoever started it, on a day without trouble. */
const expected = [/^$/, /^Ctrl-C ends it$/, /^a locked page asks for a fresh address/]

/** The window in the browser: every eighth hour it is closed and another one opened; the rest of each hour it sleeps. */
async function livePage(
  day: Day,
  open: PageWindow | null,
  browser: Browser | null,
  names: readonly string[],
  hour: number,
): Promise<PageWindow | null> {
  if (browser === null) return null
  await day.unlock()
  let page = open
  if (page === null || hour % 8 === 7) {
    for (const complaint of page?.complaints() ?? []) day.world.wrong(`the page complained: ${complaint}`)
    await page?.close()
    page = await openPageWindow(browser, await day.freshAddress())
  }
  await page.live(names, hour)
  if (hour % 2 === 1) await page.sleep()
  return page
}
