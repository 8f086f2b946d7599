/** A real Chromium, and what every look at a page must not show: console errors, violations of its policy, axe's findings. */
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumPath, missingComponents } from '../../scripts/system-components.ts'

/** Null, with one line on stderr, where there is none. With CI=true that throws. */
export async function startBrowser(): Promise<Browser | null> {
  if (missingComponents().some(({ name }) => name === 'chromium') || process.platform !== 'linux') {
    if (process.env['CI'] === 'true') throw new Error(`the window's tests need ${chromiumPath}`)
    process.stderr.write(`skipped: the window's tests need ${chromiumPath}\n`)
    return null
  }
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

/** How long a page may take to show a thing, on a slow, shared machine: never what a test measures. */
export const PATIENCE_MS = 20_000

export type Look = { readonly theme?: 'light' | 'dark'; readonly width?: number; readonly height?: number }

export type Tab = {
  readonly page: Page
  /** What the page complained of so far. */
  readonly complaints: () => readonly string[]
  readonly close: () => Promise<void>
}

export async function openTab(browser: Browser, url: string, look: Look = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1100, height: look.height ?? 720 },
    colorScheme: look.theme ?? 'light',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(url)
  return { page, complaints: () => complaints, close: () => context.close() }
}

/** How many colours a picture has, looked at in a page of its own: a blank one has one. */
export async function coloursOf(browser: Browser, png: Buffer): Promise<number> {
  const page = await browser.newPage()
  const count = await page.evaluate(async (bytes) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${bytes}`)).blob())
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
    context?.drawImage(picture, 0, 0)
    const pixels = context?.getImageData(0, 0, picture.width, picture.height).data.buffer
    return new Set(new Uint32Array(pixels ?? new ArrayBuffer(0))).size
  }, png.toString('base64'))
  await page.close()
  return count
}

/** What axe finds wrong with what is on the screen, as lines to read. */
export async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
