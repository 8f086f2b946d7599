import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PAGE } from '../../src-main/hosts/electron/page-protocol.ts'
import { fakeElectron, under } from '../fakes/electron/electron.ts'
import { coloursOf, openTab, startBrowser, violations, type Tab } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'

/**
 * The desktop's built parts seen working together: main under the stand-in for Electron, its protocol handler (as an https
 * origin, since Chromium knows no app://), its content policy, the preload and the window, in a real Chromium.
 */
const dist = join(import.meta.dirname, '../../dist')
const origin = 'https://rekey.test'
const pictures = process.env['REKEY_SCREENSHOTS'] ?? join(import.meta.dirname, '../../screenshots')
const folder = mkdtempSync(join(tmpdir(), 'rekey-desktop-page-'))
const browser: Browser | null = await startBrowser()
process.env['REKEY_HOME'] = join(folder, 'data')
process.env['REKEY_KEYCHAIN'] = 'sealed'

/** The preload's ends: what it requires, and the pipes to main. */
const preload = `(() => {
  const listeners = new Set()
  globalThis.fromMain = (data) => listeners.forEach((listener) => listener({}, data))
  const electron = {
    contextBridge: { exposeInMainWorld: (name, api) => Object.defineProperty(globalThis, name, { value: api }) },
    ipcRenderer: {
      invoke: (channel, input) => globalThis.toMain(channel, input),
      on: (_channel, listener) => listeners.add(listener),
      off: (_channel, listener) => listeners.delete(listener),
    },
  }
  ;((require) => {
    ${readFileSync(join(dist, 'electron/preload.cjs'), 'utf8')}
  })(() => electron)
})()`

describe.skipIf(browser === null)('the desktop’s own window', () => {
  const fake = fakeElectron()
  let tab: Tab
  let rekey: RekeyWindow
  const connect = async (page: Page): Promise<void> => {
    const { webContents } = fake.windows[0] ?? {}
    if (!webContents) throw new Error('there is no window')
    const sender = { sender: webContents, senderFrame: webContents.mainFrame }
    await page.exposeFunction('toMain', (channel: string, input: unknown) => fake.ipc.invoke(channel, sender, input))
    await page.addInitScript(preload)
    webContents.page.on('rekey-events', (_event: unknown, data: unknown) => {
      page
        .evaluate((sent) => (globalThis as unknown as { fromMain(data: unknown): void }).fromMain(sent), data)
        .catch(() => undefined)
    })
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
