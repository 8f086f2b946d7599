import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { bridgeScript } from '../../scripts/screenshots/bridge.ts'
import { shots } from '../../scripts/screenshots/scenes.ts'
import { readPageFiles } from '../../src-main/hosts/page-files.ts'
import { PATIENCE_MS, startBrowser, violations } from './browser.ts'

/** Every screen and dialog that the screenshots show, in both themes and on a small window, for people who cannot see them. */
const browser: Browser | null = await startBrowser()
const origin = 'https://rekey.test'
const files = readPageFiles(join(import.meta.dirname, '../../dist/renderer'))
const looks = [
  ['light', 1100, 720],
  ['dark', 320, 700],
] as const

describe.skipIf(browser === null)('axe finds nothing on', () => {
  afterAll(async () => {
    await browser?.close()
  })

  it.each(shots)('$name', async ({ scene, go }) => {
    if (browser === null) return
    for (const [theme, width, height] of looks) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE_MS)
      await page.addInitScript(bridgeScript(scene, theme))
      await page.route(`${origin}/**`, (route) => {
        const file = files.get(new URL(route.request().url()).pathname)
        return file ? route.fulfill({ body: Buffer.from(file.bytes), contentType: file.type }) : route.abort()
      })
      await page.goto(`${origin}/`)
      // a key that is pressed before there is anything goes nowhere
      await page.locator('#root > *').first().waitFor({ state: 'attached' })
      await page.waitForTimeout(150)
      await go?.(page)
      expect(await violations(page), `${theme} ${width}`).toEqual([])
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, `${theme} ${width}: nothing scrolls sideways`).toBeLessThanOrEqual(0)
      await context.close()
    }
  })
})
