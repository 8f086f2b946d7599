import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import { startBrowser } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'
import { openScene } from './scene.ts'

/** A key that is shown: one at a time, for as long as somebody looks, and then nowhere in the page. */
const browser = await startBrowser()
const secret = 'sb_live_synthetic_0123456789abcdef5d0e'
let page: Page
let rekey: RekeyWindow

/** Also in what a field holds, in names for ears, and in what the browser keeps. */
const isAnywhere = () =>
  page.evaluate((text) => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value)
    const kept = [localStorage, sessionStorage].map((storage) => JSON.stringify(Object.entries(storage)))
    return [document.documentElement.outerHTML, document.title, location.href, ...fields, ...kept].some((each) =>
      each.includes(text),
    )
  }, secret)
const reveal = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Reveal the key' }).click()
  await page.locator('[data-secret]').waitFor()
  expect(await isAnywhere()).toBe(true)
}

describe.skipIf(browser === null)('a key that is shown', () => {
  beforeEach(async () => {
    if (browser === null) return
    page = await openScene(browser, { credentials: people })
    rekey = new RekeyWindow(page)
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000)
    await rekey.openDetails('prod/scrapebit')
    expect(await isAnywhere()).toBe(false)
    await reveal()
  })
  afterEach(async () => {
    await page.context().close()
  })
  afterAll(async () => {
    await browser?.close()
  })

  it('is masked again after thirty seconds, and that is said', async () => {
    await page.clock.runFor(29_000)
    expect(await isAnywhere()).toBe(true)
    await page.clock.runFor(1100)
    expect(await isAnywhere()).toBe(false)
    await page.getByRole('status').getByText('Key hidden').waitFor({ state: 'attached' })
  })

  it('is masked again when the window loses the focus', async () => {
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await expect.poll(isAnywhere).toBe(false)
  })

  it('is gone with its details, its page and its place in the list', async () => {
    const ways: readonly (() => Promise<unknown>)[] = [
      () => page.keyboard.press('Escape'),
      () => rekey.goTo('Rotations'),
      () => rekey.openDetails('dev/scrapebit-mira'),
      () => rekey.button('Lock').click(),
    ]
    for (const [index, go] of ways.entries()) {
      await go()
      await expect.poll(isAnywhere, { message: String(index) }).toBe(false)
      if (index === ways.length - 1) break
      await rekey.goTo('All keys')
      await rekey.openDetails('prod/scrapebit')
      await reveal()
    }
  })

  it('is not there for what only lies over it', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('copy prod/scrapebit')
    await page.keyboard.press('Enter')
    await page.getByText('Copied the key of prod/scrapebit').waitFor()
    const toasts = await page.locator('.toasts').innerText()
    expect(toasts).not.toContain(secret)
  })
})
