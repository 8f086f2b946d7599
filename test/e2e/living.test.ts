import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWindowServer, type WindowServer } from '../fixtures/window-server.ts'
import { openTab, startBrowser, type Tab } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'

/** The window as it is lived in, over `rekey serve`: renamed, set, confirmed by typing, and an app that goes away under it. */
const browser: Browser | null = await startBrowser()

describe.skipIf(browser === null)('living in the window', () => {
  let server: WindowServer
  let tab: Tab
  let rekey: RekeyWindow
  beforeAll(async () => {
    if (browser === null) return
    server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed' })
    tab = await openTab(browser, server.url)
    rekey = new RekeyWindow(tab.page)
    await rekey.makeSealedStore('a passphrase for tests only')
    await rekey.startSandbox()
  })
  afterAll(async () => {
    await tab.close()
    await browser?.close()
  })

  it('renames a key, and goes on with it under its new name', async () => {
    await rekey.openDetails('sandbox/conjur')
    await rekey.button('More actions').click()
    await tab.page.getByRole('menuitem', { name: 'Rename…' }).click()
    const name = rekey.dialog.getByRole('textbox')
    await name.fill('prod/conjur')
    await tab.page.keyboard.press('Enter')
    await rekey.row('prod/conjur').waitFor()
    expect(await rekey.row('sandbox/conjur').count()).toBe(0)
    await rekey.openDetails('prod/conjur')
    expect(tab.complaints()).toEqual([])
  })

  it('says that a key works when it is asked', async () => {
    const pane = await rekey.openDetails('prod/conjur')
    await pane.getByRole('button', { name: 'More actions' }).click()
    await tab.page.getByRole('menuitem', { name: 'Check that it works' }).click()
    await tab.page.getByText('prod/conjur works').waitFor()
  })

  it('takes a theme at once', async () => {
    await tab.page.keyboard.press('Control+,')
    const theme = tab.page.getByRole('radiogroup', { name: 'Theme' })
    await theme.getByRole('radio', { name: 'Dark' }).click()
    await expect.poll(() => tab.page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    const dark = await tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await theme.getByRole('radio', { name: 'Light' }).click()
    await expect.poll(() => tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(dark)
  })

  it('rotates only what was typed where that is the setting', async () => {
    await tab.page.getByRole('radio', { name: 'Typing the name' }).click()
    await rekey.goTo('All keys')
    const pane = await rekey.openDetails('sandbox/scrapebit')
    await pane.getByRole('button', { name: /Rotate…/ }).click()
    const go = rekey.dialog.getByRole('button', { name: /Rotate now/ })
    await rekey.dialog.getByRole('textbox').waitFor()
    expect(await go.isDisabled()).toBe(true)
    await tab.page.keyboard.press('Control+Enter')
    expect(await rekey.dialog.getByRole('textbox').isVisible()).toBe(true)
    await rekey.dialog.getByRole('textbox').fill('sandbox/scrapebit')
    await go.click()
    await tab.page.getByText('New key for sandbox/scrapebit').waitFor()
    await rekey.dialog.getByRole('button', { name: 'Done' }).click()
  })

  it('tells the end of a rotation that was hidden, or shows it where it had ended already', async () => {
    await tab.page.keyboard.press('Control+,')
    await tab.page.getByRole('radio', { name: 'A press' }).click()
    await rekey.goTo('All keys')
    const pane = await rekey.openDetails('sandbox/hienergy')
    await pane.getByRole('button', { name: /Rotate…/ }).click()
    await rekey.dialog.getByRole('button', { name: /Rotate now/ }).click()
    await rekey.button('Hide, keep going').click()
    const passing = tab.page.getByText('sandbox/hienergy is rotated; its new key is in your keychain')
    const shown = tab.page.getByText('New key for sandbox/hienergy')
    await passing.or(shown).first().waitFor()
    if (await shown.isVisible()) await rekey.dialog.getByRole('button', { name: 'Done' }).click()
  })

  it('stops the sandbox and removes its keys', async () => {
    await tab.page.keyboard.press('Control+,')
    await rekey.button('Stop them and remove their keys').click()
    await rekey.goTo('All keys')
    await expect.poll(() => rekey.row('sandbox/scrapebit').count()).toBe(0)
  })

  it('says that nobody answers when the app is gone', async () => {
    server.child.kill('SIGKILL')
    await tab.page.getByRole('alert').getByText('Rekey does not answer').waitFor()
    await server.stop()
  })
})
