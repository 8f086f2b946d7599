/** Draws every icon from the drawings in assets with Chromium: `node scripts/icons.ts`, when a drawing changes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumPath } from './system-components.ts'

const assets = join(import.meta.dirname, '../assets')
const drawings: readonly (readonly [source: string, target: string, size: number])[] = [
  ['icon.svg', 'icon.png', 1024],
  // black alone is a template of macOS: on a dark bar of another system it would not be seen
  ['tray-tile.svg', 'tray/tray.png', 32],
  ['tray.svg', 'tray/trayTemplate.png', 16],
  ['tray.svg', 'tray/trayTemplate@2x.png', 32],
]

const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
for (const [source, target, size] of drawings) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const drawing = readFileSync(join(assets, source), 'utf8').replace('<svg ', `<svg width="${size}" height="${size}" `)
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawing}`)
  writeFileSync(join(assets, target), await page.screenshot({ omitBackground: true }))
  await page.close()
}
await browser.close()
