/** A window as a person has it: the built page in a real Chromium, which is loaded anew, walked about in, asleep and closed. */
import type { Browser, CDPSession } from 'playwright-core'
import { openTab, type Tab } from '../e2e/browser.ts'
import { RekeyWindow } from '../e2e/pages/window.ts'

export type PageSample = { readonly heap: number; readonly nodes: number; readonly listeners: number }

export type PageWindow = {
  /** The host is unlocked: what a person does in an hour. */
  readonly live: (names: readonly string[], hour: number) => Promise<void>
  readonly sleep: () => Promise<void>
  /** So much time goes by, for its own timers too. */
  readonly wake: (sleptMs: number) => Promise<void>
  readonly sample: () => Promise<PageSample>
  readonly complaints: () => readonly string[]
  readonly close: () => Promise<void>
}

const places = ['Needs attention', 'Rotations', 'Scrapebit', 'All keys'] as const

export async function openPageWindow(browser: Browser, url: string): Promise<PageWindow> {
  const tab: Tab = await openTab(browser, url)
  const { page } = tab
  const rekey = new RekeyWindow(page)
  const devtools: CDPSession = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  await rekey.list.waitFor()
  await page.clock.install()

  const walk = async (): Promise<void> => {
    for (const place of places) await rekey.goTo(place)
    await page.keyboard.press('Control+,')
    await rekey.goTo('All keys')
    await page.keyboard.press('Control+k')
    await rekey.dialog.waitFor()
    await page.keyboard.press('Escape')
  }
  return {
    live: async (names, hour) => {
      for (let reload = 0; reload < 2; reload += 1) {
        await page.reload()
        await rekey.list.waitFor()
      }
      await walk()
      const name = names[hour % names.length] ?? ''
      await rekey.openDetails(name)
      await page.keyboard.press('Escape')
      // whoever was here a minute ago is not here any more
      await page.clock.runFor(61_000)
    },
    sleep: async () => void (await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })),
    wake: async (sleptMs) => {
      await devtools.send('Page.setWebLifecycleState', { state: 'active' })
      await page.clock.runFor(sleptMs)
    },
    sample: async () => {
      await devtools.send('HeapProfiler.collectGarbage')
      const { metrics } = await devtools.send('Performance.getMetrics')
      const of = (name: string): number => metrics.find((each) => each.name === name)?.value ?? 0
      return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') }
    },
    complaints: tab.complaints,
    close: tab.close,
  }
}
