import type { Browser } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { missingForKeyring, startKeyring } from '../fixtures/keyring.ts'
import { startWindowServer } from '../fixtures/window-server.ts'
import { openTab, startBrowser, violations } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'

/** A window that is locked, or has no keychain to begin with, has a way in; it is named, and it is one press away. */
const browser: Browser | null = await startBrowser()
afterAll(async () => {
  await browser?.close()
})

describe.skipIf(browser === null)('the way in', () => {
  it.skipIf(missingForKeyring() !== null)('past a lock over the system’s keychain is a fresh address', async () => {
    if (browser === null) return
    const keyring = await startKeyring()
    const server = await startWindowServer({ ...keyring?.env })
    const tab = await openTab(browser, server.url)
    const rekey = new RekeyWindow(tab.page)
    await rekey.startSandbox()
    await rekey.button('Lock').click()
    await tab.page.getByRole('heading', { name: 'Rekey is locked' }).waitFor()
    expect(await violations(tab.page)).toEqual([])
    const ask = rekey.button('Get a fresh address')
    await expect.poll(() => ask.evaluate((button) => button === document.activeElement)).toBe(true)
    await tab.page.keyboard.press('Enter')
    await tab.page.getByText('Rekey printed a fresh address in its terminal').waitFor()
    const address = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/
    await expect.poll(() => server.said()).toMatch(address)
    const second = await openTab(browser, address.exec(server.said())?.[0] ?? '')
    for (const page of [second.page, tab.page]) await new RekeyWindow(page).row('sandbox/scrapebit').waitFor()
    // the keyboard is in the list again, not nowhere
    await expect.poll(() => rekey.list.evaluate((list) => list === document.activeElement)).toBe(true)
    await second.close()
    await tab.close()
    await server.stop()
    await keyring?.close()
  })

  it('where no keychain answers is an encrypted store of its own', async () => {
    if (browser === null) return
    const nowhere = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' }
    const server = await startWindowServer(nowhere)
    const tab = await openTab(browser, server.url)
    const rekey = new RekeyWindow(tab.page)
    await tab.page.getByText('No keychain answers').waitFor()
    expect(await violations(tab.page)).toEqual([])
    await rekey.makeSealedStore('a passphrase for tests only')
    await rekey.startSandbox()
    await rekey.rotate('sandbox/scrapebit')
    await tab.page.getByText('New key for sandbox/scrapebit').waitFor()
    expect(tab.complaints()).toEqual([])
    await tab.close()
    await server.stop()
  })
})
