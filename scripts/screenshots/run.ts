/**
 * `npm run screenshots [-- name…]`: every screen, both themes, three widths, into a folder to be looked at (screenshots/, or
 * the one that REKEY_SCREENSHOTS names). The README's pictures are copied into docs/ by hand, after looking.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { readPageFiles } from '../../src-main/hosts/page-files.ts'
import { chromiumPath } from '../system-components.ts'
import { bridgeScript } from './bridge.ts'
import { shots } from './scenes.ts'

const root = join(import.meta.dirname, '../..')
const out = process.env['REKEY_SCREENSHOTS'] ?? join(root, 'screenshots')
const origin = 'https://rekey.test'
const themes = ['light', 'dark'] as const
const sizes = [
  [480, 800],
  [1100, 720],
  [1920, 1080],
] as const
const wanted = process.argv.slice(2)

mkdirSync(out, { recursive: true })
const files = readPageFiles(join(root, 'dist/renderer'))
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
let complaints = 0
for (const { name, scene, go } of shots.filter((shot) => wanted.length === 0 || wanted.includes(shot.name))) {
  for (const theme of themes) {
    for (const [width, height] of sizes) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce' })
      page.setDefaultTimeout(8000)
      page.on('pageerror', (error) => {
        complaints += 1
        console.error(`${name}: ${error.message}`)
      })
      await page.addInitScript(bridgeScript(scene, theme))
      await page.route(`${origin}/**`, (route) => {
        const file = files.get(new URL(route.request().url()).pathname)
        return file ? route.fulfill({ body: Buffer.from(file.bytes), contentType: file.type }) : route.abort()
      })
      await page.goto(`${origin}/`)
      await page.waitForTimeout(250)
      try {
        await go?.(page)
        await page.waitForTimeout(150)
      } catch (error) {
        complaints += 1
        console.error(`${name} ${theme} ${width}: ${String(error).split('\n')[0]}`)
      }
      await page.screenshot({ path: join(out, `${name}-${theme}-${width}.png`) })
      await page.close()
    }
  }
  console.log(name)
}
await browser.close()
if (complaints > 0) process.exitCode = 1
