import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people, thousands } from '../../scripts/screenshots/people.ts'
import type { Scene } from '../../scripts/screenshots/bridge.ts'
import { startBrowser } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'
import { openScene } from './scene.ts'

/** What must be seen: on a wide window and a narrow one, without colours of our own, for as long as it takes to read. */
const browser = await startBrowser()
let page: Page
let rekey: RekeyWindow
async function open(width = 1100, scene: Scene = { credentials: people }, more: BrowserContextOptions = {}) {
  if (browser === null) return
  page = await openScene(browser, scene, width, 720, more)
  rekey = new RekeyWindow(page)
}
const style = (of: Locator, what: string) =>
  of.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), what)

describe.skipIf(browser === null)('the window as it is seen', () => {
  afterEach(async () => {
    await page.context().close()
  })
  afterAll(async () => {
    await browser?.close()
  })

  it('gives the vendor and the tags columns where there is room for them', async () => {
    const headed = async () => {
      const heads = page.getByRole('columnheader')
      return (await heads.allInnerTexts()).map((text) => text.trim()).filter((text) => !['', 'Selected'].includes(text))
    }
    await open(1400)
    expect(await headed()).toEqual(['Name', 'Vendor', 'Tags', 'Key', 'Age', 'Expiry', 'State'])
    await rekey.row('prod/scrapebit').getByText('prod, billing').waitFor()
    await page.setViewportSize({ width: 1100, height: 720 })
    expect(await headed()).toEqual(['Name', 'Key', 'Age', 'Expiry', 'State'])
    await page.setViewportSize({ width: 600, height: 720 })
    expect(await headed()).toEqual(['Name', 'Age', 'State'])
  })

  it('keeps rows clear of each other when the window becomes small, and wide again', async () => {
    await open(1100, { credentials: thousands })
    const gaps = () =>
      page.locator('[role=row][id]').evaluateAll((rows) => {
        const tops = rows.map((row) => row.getBoundingClientRect().top)
        return [...new Set(tops.slice(1).map((top, at) => top - (tops[at] ?? 0)))]
      })
    for (const [width, height] of [
      [600, 44],
      [1100, 36],
    ] as const) {
      await page.setViewportSize({ width, height: 720 })
      await expect.poll(gaps).toEqual([height])
    }
  })

  it('says without colours of its own what is chosen, what is ticked and where the keyboard is', async () => {
    await open(1100, { credentials: people }, { forcedColors: 'active' })
    await rekey.list.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Space')
    const [first, second] = [rekey.list.locator('#row-1'), rekey.list.locator('#row-2')]
    expect(await style(first, 'outline-style')).toBe('solid')
    expect(await style(second, 'outline-style')).toBe('none')
    const ticks = [first, second].map((row) => row.getByRole('checkbox'))
    expect(await Promise.all(ticks.map((tick) => tick.locator('.i').isVisible()))).toEqual([true, false])
    await page.keyboard.press('Control+,')
    const theme = page.getByRole('radiogroup', { name: 'Theme' }).getByRole('radio')
    const grounds = await theme.evaluateAll((all) => all.map((each) => getComputedStyle(each).backgroundColor))
    const chosen = await theme.evaluateAll((all) => all.findIndex((each) => each.ariaChecked === 'true'))
    expect(grounds.filter((ground) => ground === grounds[chosen])).toHaveLength(1)
  })

  it('chooses by the arrows in a group of radios, which is one stop', async () => {
    await open()
    await rekey.list.focus()
    await page.keyboard.press('n')
    const vendor = page.getByRole('radiogroup', { name: 'Vendor' })
    expect(await vendor.locator('[tabindex="0"]').count()).toBe(1)
    await vendor.getByRole('radio').first().focus()
    await page.keyboard.press('ArrowRight')
    await vendor.getByRole('radio', { name: /Hi Energy/, checked: true }).waitFor()
    await page.keyboard.press('ArrowUp')
    await vendor.getByRole('radio', { name: /Conjur/, checked: true }).waitFor()
    await page.keyboard.press('ArrowUp')
    await vendor.getByRole('radio', { name: /Another vendor/, checked: true }).waitFor()
    expect(await vendor.locator('[tabindex="0"]').count()).toBe(1)
  })

  it('leaves good news standing while somebody is at it, and what can be undone for longer', async () => {
    await open()
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000)
    await rekey.openDetails('prod/scrapebit')
    const copy = page.getByRole('button', { name: 'Copy the key' })
    const news = page.getByText('Copied the key of prod/scrapebit')
    await copy.click()
    await news.waitFor()
    await page.clock.runFor(5000)
    await news.hover()
    await page.clock.runFor(60_000)
    expect(await news.isVisible()).toBe(true)
    await page.getByRole('heading', { name: 'History' }).hover()
    await page.clock.runFor(6100)
    expect(await news.count()).toBe(0)
  })

  it('puts the next right thing to press first in the eye: for a lost key, to put one in', async () => {
    await open()
    await rekey.goTo('Needs attention')
    const card = (name: string) => page.getByRole('article', { name })
    const looks = (of: Locator) => of.evaluate((button) => button.classList.contains('btn-live'))
    const [lost, unknown] = [card('agency/hi-energy-42'), card('prod/pdcp-scan')]
    expect(await looks(lost.getByRole('button', { name: 'Put a key in…' }))).toBe(true)
    expect(await looks(lost.getByRole('button', { name: /Ask .* again/ }))).toBe(false)
    expect(await looks(unknown.getByRole('button', { name: /Ask .* again/ }))).toBe(true)
  })

  it('tells who cannot see it the same: a row by its name and state, a tail spelled, a step done or to come', async () => {
    await open(1100, { credentials: people, ends: null })
    const row = page.getByRole('row', {
      name: 'prod/scrapebit, Scrapebit, Due in 6 d, key ending a 9 1 f, 84 days old, policy 90 days, never expires',
    })
    await row.waitFor()
    await rekey.openDetails('prod/scrapebit')
    await page.keyboard.press('r')
    await page.getByRole('alertdialog').waitFor()
    await page.keyboard.press('Control+Enter')
    const steps = page.getByRole('dialog', { name: 'Rotating prod/scrapebit' })
    for (const name of [/^Armed ?, done$/, /^Sent ?, done$/, /^Verifying…$/, /^Promoted ?, to come$/])
      await steps.getByRole('heading', { name }).waitFor()
    await steps.getByText(', key ending a 9 1 f').waitFor({ state: 'attached' })
  })
})
