import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PAGE } from '../../src-main/hosts/electron/page-protocol.ts'
import { fakeElectron, under } from '../fakes/electron/electron.ts'
import { withPreload } from './worlds.ts'
import { coloursOf, openTab, startBrowser, violations, type Tab } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'

/**
 * The desktop's built parts seen working together: main under the stand-in for Electron, its protocol handler (as an https
 * origin, since Chromium knows no app://), its content policy, its guards, the preload in a world of its own, and the window,
 * in a real Chromium.
 */
const dist = join(import.meta.dirname, '../../dist')
const origin = 'https://rekey.test'
const pictures = process.env['REKEY_SCREENSHOTS'] ?? join(import.meta.dirname, '../../screenshots')
const folder = mkdtempSync(join(tmpdir(), 'rekey-desktop-page-'))
const browser: Browser | null = await startBrowser()
process.env['REKEY_HOME'] = join(folder, 'data')
process.env['REKEY_KEYCHAIN'] = 'sealed'

describe.skipIf(browser === null)('the desktop’s own window', () => {
  const fake = fakeElectron()
  let tab: Tab
  let rekey: RekeyWindow
  /** Where the page wanted to go and the app's own guard said no. */
  const refused: string[] = []
  const connect = async (page: Page): Promise<void> => {
    const { webContents } = fake.windows[0] ?? {}
    if (!webContents) throw new Error('there is no window')
    const sender = { sender: webContents, senderFrame: webContents.mainFrame }
    const preload = readFileSync(join(dist, 'electron/preload.cjs'), 'utf8')
    const tell = await withPreload(page, preload, (channel, input) => fake.ipc.invoke(channel, sender, input))
    webContents.page.on('rekey-events', (_event: unknown, data: unknown) => tell(data))
    await page.route(
      (url) => url.origin !== origin,
      async (route) => {
        const details = {
          url: route.request().url(),
          isRefused: false,
          preventDefault: () => void (details.isRefused = true),
        }
        if (route.request().isNavigationRequest()) webContents.emit('will-navigate', details)
        if (details.isRefused) refused.push(details.url)
        await route.abort(details.isRefused ? 'aborted' : 'failed')
      },
    )
    await page.route(`${origin}/**`, async (route) => {
      const handler = fake.sessions.get('rekey')?.handlers.get('app')
      const url = route.request().url().replace(`${origin}/`, PAGE)
      const answer = await handler?.(new Request(url))
      if (!answer) return route.abort()
      await route.fulfill({
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      })
    })
  }
  beforeAll(async () => {
    if (browser === null) return
    await under(fake, pathToFileURL(join(dist, 'electron/main.js')).href)
    fake.app.makeReady()
    await vi.waitFor(() => expect(fake.windows[0]?.bridge).toBeTruthy(), { timeout: 10_000 })
    tab = await openTab(browser, 'about:blank')
    await connect(tab.page)
    await tab.page.goto(`${origin}/`)
    rekey = new RekeyWindow(tab.page)
  })
  afterAll(async () => {
    await tab.close()
    await browser?.close()
    fake.app.quit()
    await vi.waitFor(() => expect(fake.app.exitCode).toBe(0), { timeout: 10_000 })
    rmSync(folder, { recursive: true, force: true })
  })

  it('begins, adds, rotates and copies by the host, under its own policy', async () => {
    await rekey.makeSealedStore('a passphrase for tests only')
    await rekey.startSandbox()
    await rekey.rotate('sandbox/scrapebit')
    await tab.page.getByText('New key for sandbox/scrapebit').waitFor()
    await rekey.dialog.getByRole('button', { name: 'Copy' }).click()
    await rekey.dialog.getByText('kept out of clipboard history').waitFor()
    await vi.waitFor(() => expect(fake.clipboard.text.length).toBeGreaterThan(10))
    expect(await tab.page.content()).not.toContain(fake.clipboard.text)
    expect(await violations(tab.page)).toEqual([])
    await rekey.dialog.getByRole('button', { name: 'Done' }).click()
    expect(tab.complaints()).toEqual([])
  })

  it('is seen: the keys in their list, in a picture kept beside the others', async () => {
    if (browser === null) return
    mkdirSync(pictures, { recursive: true })
    const picture = await tab.page.screenshot({ path: join(pictures, 'desktop-page.png') })
    expect(await coloursOf(browser, picture)).toBeGreaterThan(200)
    for (const name of ['sandbox/scrapebit', 'sandbox/conjur']) expect(await rekey.row(name).isVisible()).toBe(true)
    await tab.page.evaluate(() => (document.body.style.visibility = 'hidden'))
    expect(await coloursOf(browser, await tab.page.screenshot())).toBe(1)
    await tab.page.evaluate(() => document.body.removeAttribute('style'))
  })

  it('talks to nobody: not by fetch, not by a socket, not by a frame', async () => {
    const reached = await tab.page.evaluate(async () => {
      const fetched = await fetch('/index.html').then(
        () => true,
        () => false,
      )
      const frame = document.createElement('iframe')
      frame.src = 'https://rekey.test/'
      document.body.append(frame)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const hasFrame = frame.contentDocument?.body?.children.length
      frame.remove()
      return { fetched, hasFrame: Boolean(hasFrame) }
    })
    expect(reached).toEqual({ fetched: false, hasFrame: false })
  })

  it('has one thing of the preload’s in its world, and nothing of Electron or of Node', async () => {
    const seen = await tab.page.evaluate(() => {
      const world = globalThis as unknown as Record<string, unknown>
      const parts = ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', 'toMain', 'answered', 'said']
      const change = (): boolean => {
        try {
          ;(world['rekey'] as Record<string, unknown>)['operations'] = null
          return true
        } catch {
          return false
        }
      }
      return {
        found: parts.filter((part) => world[part] !== undefined),
        bridge: Object.keys(world['rekey'] as object),
        changed: change() && (world['rekey'] as Record<string, unknown>)['operations'] === null,
      }
    })
    expect(seen).toEqual({ found: [], bridge: ['operations', 'listen'], changed: false })
  })

  it('stays where it is, wherever the page would go', async () => {
    const here = tab.page.url()
    await tab.page.evaluate(() => void (location.href = 'https://evil.example/?take=this'))
    await expect.poll(() => refused).toEqual(['https://evil.example/?take=this'])
    expect(tab.page.url()).toBe(here)
    expect(await rekey.row('sandbox/scrapebit').isVisible()).toBe(true)
  })

  it('offers to rotate by its shortcut, what is due first', async () => {
    fake.shortcuts.get('CommandOrControl+Shift+K')?.()
    const ask = tab.page.getByRole('combobox', { name: 'Command' })
    await ask.waitFor()
    expect(await ask.inputValue()).toBe('rotate ')
    await tab.page.keyboard.type('hienergy')
    await tab.page.keyboard.press('Enter')
    await tab.page.getByText('Rotate sandbox/hienergy?').waitFor()
    await tab.page.keyboard.press('Escape')
    await tab.page.getByText('Rotate sandbox/hienergy?').waitFor({ state: 'hidden' })
  })

  it('locks with the desktop, and has settings that a browser has not', async () => {
    await rekey.button('Settings').click()
    await tab.page.getByLabel('Icon in the tray').waitFor()
    fake.powerMonitor.emit('suspend')
    await tab.page.getByRole('heading', { name: 'Rekey is locked' }).waitFor()
    expect(await tab.page.content()).not.toContain('sandbox/')
  })
})
