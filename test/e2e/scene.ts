/** The built window over canned answers: for what the page alone decides, without an app behind it. */
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { bridgeScript, type Scene } from '../../scripts/screenshots/bridge.ts'
import { readPageFiles } from '../../src-main/hosts/page-files.ts'
import { PATIENCE_MS } from './browser.ts'

const origin = 'https://rekey.test'
const files = readPageFiles(join(import.meta.dirname, '../../dist/renderer'))

export async function openScene(
  browser: Browser,
  scene: Scene,
  width = 1100,
  height = 720,
  more: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', ...more })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  await page.addInitScript(bridgeScript(scene, 'light'))
  await page.route(`${origin}/**`, (route) => {
    const file = files.get(new URL(route.request().url()).pathname)
    return file ? route.fulfill({ body: Buffer.from(file.bytes), contentType: file.type }) : route.abort()
  })
  await page.goto(`${origin}/`)
  await page.getByRole('grid').waitFor()
  return page
}
