import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startWindowServer, type WindowServer } from '../fixtures/window-server.ts'
import { openTab, startBrowser, violations, type Tab } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'

/** The built window over `rekey serve`, from the first run on, each step over what the last one left. */
const passphrase = 'a passphrase for tests only'
const browser: Browser | null = await startBrowser()

describe.skipIf(browser === null)('the window', () => {
  let server: WindowServer
  let tab: Tab
  let rekey: RekeyWindow
  beforeAll(async () => {
    if (browser === null) return
    server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed' })
    tab = await openTab(browser, server.url)
    rekey = new RekeyWindow(tab.page)
  })
  /** A page whose session was ended may have been asking just then, and is refused. */
  let isRefused = false
  afterEach(() => {
    const complaints = tab.complaints().filter((each) => !(isRefused && each.includes('401')))
    expect(complaints).toEqual([])
  })
  afterAll(async () => {
    await tab.close()
    expect(await server.stop()).toBe(130)
    await browser?.close()
  })

  it('takes the token out of the address, begins with a passphrase, and adds a key of every sandbox vendor', async () => {
    expect(new URL(tab.page.url()).hash).toBe('')
    await rekey.makeSealedStore(passphrase)
    expect(await violations(tab.page)).toEqual([])
    await rekey.startSandbox()
    await expect.poll(() => rekey.list.getByRole('row').count()).toBe(6)
    expect(await violations(tab.page)).toEqual([])
  })

  it('rotates a key and shows the new one once', async () => {
    await rekey.rotate('sandbox/projectdiscovery')
    await tab.page.getByText('New key for sandbox/projectdiscovery').waitFor()
    expect(await rekey.lights()).toEqual([
      expect.stringContaining('Old key is dead'),
      expect.stringContaining('New key works'),
    ])
    expect(await violations(tab.page)).toEqual([])
    expect(await tab.page.locator('[data-secret]').count()).toBe(0)
    await rekey.dialog.getByRole('button', { name: 'Copy' }).click()
    await rekey.dialog.getByRole('timer').waitFor()
    const copied = await tab.page.evaluate(() => navigator.clipboard.readText())
    await rekey.dialog.getByRole('button', { name: 'Reveal' }).click()
    await expect.poll(() => rekey.dialog.locator('[data-secret]').innerText()).toBe(copied)
    await rekey.dialog.getByRole('button', { name: 'Done' }).click()
    expect(await tab.page.content()).not.toContain(copied)
    expect(
      await tab.page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])),
    ).not.toContain(copied)
  })

  it('rotates many, says which needs a person, and goes on in the guided one', async () => {
    await tab.page.keyboard.press('Escape')
    await rekey.list.focus()
    await tab.page.keyboard.press('Control+a')
    await tab.page.keyboard.press('r')
    await tab.page.getByText('Rotate 5 keys?').waitFor()
    expect(await violations(tab.page)).toEqual([])
    await tab.page.keyboard.press('Control+Enter')
    await tab.page.getByText('5 rotations ended').waitFor()
    expect(await rekey.dialog.getByText('Rotated, verified').count()).toBe(4)
    expect(await violations(tab.page)).toEqual([])
    await rekey.dialog.getByRole('button', { name: 'Start' }).click()
    await tab.page.getByText('Rotate sandbox/userplane').waitFor()
    expect(await violations(tab.page)).toEqual([])
    await rekey.dialog.getByRole('button', { name: 'Later' }).click()
  })

  it('is rotated and copied from by the keyboard alone', async () => {
    await tab.page.keyboard.press('Escape')
    await tab.page.keyboard.press('/')
    await tab.page.keyboard.type('hienergy')
    await expect.poll(() => rekey.list.getByRole('row').count()).toBe(2)
    await tab.page.keyboard.press('ArrowDown')
    await tab.page.keyboard.press('Home')
    await tab.page.keyboard.press('r')
    await tab.page.getByText('Rotate sandbox/hienergy?').waitFor()
    const safe = rekey.dialog.getByRole('button', { name: 'Keep the old key' })
    await expect.poll(() => safe.evaluate((button) => button === document.activeElement)).toBe(true)
    await tab.page.keyboard.press('Control+Enter')
    await tab.page.getByText('New key for sandbox/hienergy').waitFor()
    const done = rekey.dialog.getByRole('button', { name: 'Done' })
    await expect.poll(() => done.evaluate((button) => button === document.activeElement)).toBe(true)
    await tab.page.keyboard.press('Enter')
    await rekey.list.focus()
    await tab.page.keyboard.press('Control+c')
    await tab.page.getByText('Copied the key of sandbox/hienergy').waitFor()
    const copied = await tab.page.evaluate(() => navigator.clipboard.readText())
    expect(copied.length).toBeGreaterThan(10)
    await tab.page.locator('#search').fill('')
  })

  it('opens what is asked for by name in the palette, and every place has a name for ears', async () => {
    for (const place of ['Due', 'Needs attention', 'Rotations', 'All keys']) {
      await rekey.goTo(place)
      expect(await violations(tab.page), place).toEqual([])
    }
    await tab.page.keyboard.press('Control+k')
    await tab.page.getByRole('combobox').fill('doctor')
    expect(await violations(tab.page)).toEqual([])
    await tab.page.keyboard.press('Enter')
    await tab.page.getByRole('heading', { name: 'Ledger' }).waitFor()
    expect(await violations(tab.page)).toEqual([])
    await tab.page.keyboard.press('Control+,')
    await tab.page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await violations(tab.page)).toEqual([])
    await tab.page.keyboard.press('?')
    await tab.page.getByText('Keyboard map').waitFor()
    expect(await violations(tab.page)).toEqual([])
    await tab.page.keyboard.press('Escape')
  })

  it('edits with undo, renames, tags and removes', async () => {
    await rekey.goTo('All keys')
    await rekey.openDetails('sandbox/conjur')
    await rekey.list.focus()
    await tab.page.keyboard.press('e')
    await tab.page.getByText('Edit sandbox/conjur').waitFor()
    expect(await violations(tab.page)).toEqual([])
    await rekey.dialog.getByLabel('Rotate every').fill('90')
    await rekey.dialog.getByLabel('Used by').fill('crawler/.env, deploy')
    await rekey.dialog.getByRole('button', { name: 'Save' }).click()
    await tab.page.getByText('crawler/.env, deploy').waitFor()
    await rekey.list.focus()
    await tab.page.keyboard.press('t')
    await rekey.dialog.getByLabel('Add tags').fill('prod')
    await tab.page.keyboard.press('Enter')
    await tab.page.getByRole('navigation', { name: 'Keys' }).getByRole('button', { name: /prod/ }).waitFor()
    await rekey.list.focus()
    await tab.page.keyboard.press('Control+z')
    await expect
      .poll(() => tab.page.getByRole('navigation', { name: 'Keys' }).getByRole('button', { name: /prod/ }).count())
      .toBe(0)
    await rekey.list.focus()
    await tab.page.keyboard.press('Delete')
    await tab.page.getByText('Remove sandbox/conjur?').waitFor()
    expect(await violations(tab.page)).toEqual([])
    const remove = rekey.dialog.getByRole('button', { name: 'Remove' })
    expect(await remove.isDisabled()).toBe(true)
    await rekey.dialog.getByLabel(/Type sandbox\/conjur/).fill('sandbox/conjur')
    await remove.click()
    await expect.poll(() => rekey.row('sandbox/conjur').count()).toBe(0)
  })

  it('shows what the command line did, and in a second window what the first one did', async () => {
    if (browser === null) return
    const passphraseFile = join(server.home, '..', 'passphrase')
    writeFileSync(passphraseFile, passphrase, { mode: 0o600 })
    const name = 'from/the-command-line'
    const added = await server.rekey(['add', 'other', name], {
      stdin: 'a-key-from-the-command-line-0123',
      env: { REKEY_PASSPHRASE_FILE: passphraseFile },
    })
    expect(added.stderr).not.toContain('passphrase')
    expect(added.code).toBe(0)
    await rekey.row('from/the-command-line').waitFor()
    const answer = await tab.page.evaluate(async () => {
      const response = await fetch('/api/window.another', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-rekey-session': sessionStorage.getItem('rekey-session') ?? '',
        },
        body: '{}',
      })
      return (await response.json()) as { value: { url: string } }
    })
    const second = await openTab(browser, answer.value.url)
    const other = new RekeyWindow(second.page)
    await other.row('from/the-command-line').waitFor()
    await rekey.openDetails('from/the-command-line')
    await rekey.list.focus()
    await tab.page.keyboard.press('t')
    await rekey.dialog.getByLabel('Add tags').fill('seen-twice')
    await tab.page.keyboard.press('Enter')
    await second.page
      .getByRole('navigation', { name: 'Keys' })
      .getByRole('button', { name: /seen-twice/ })
      .waitFor()
    expect(second.complaints()).toEqual([])
    await second.close()
  })

  it('locks, shows nothing, and opens by the passphrase alone', async () => {
    await rekey.button('Lock').click()
    await tab.page.getByRole('heading', { name: 'Rekey is locked' }).waitFor()
    expect(await violations(tab.page)).toEqual([])
    expect(await tab.page.content()).not.toContain('sandbox/')
    await tab.page.getByRole('textbox', { name: 'Passphrase' }).fill('not the passphrase')
    await tab.page.keyboard.press('Enter')
    await tab.page.getByText('The passphrase is wrong').waitFor()
    await tab.page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase)
    await tab.page.keyboard.press('Enter')
    await rekey.row('sandbox/scrapebit').waitFor()
  })

  it('says so when its address was used before, and ends the session that it began', async () => {
    if (browser === null) return
    isRefused = true
    const second = await openTab(browser, server.url)
    await second.page.getByText('This address was used before').waitFor()
    expect(await violations(second.page)).toEqual([])
    await second.close()
    await tab.page.getByText('This session has ended').waitFor()
  })
})
