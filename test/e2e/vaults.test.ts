import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasKeepassxc, openDesk } from '../fixtures/keepassxc.ts'
import { startWindowServer, type WindowServer } from '../fixtures/window-server.ts'
import { openTab, startBrowser, type Tab } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'

/** Vaults in and out through the window of a real host: a table, a vault of KeePassXC's, a tool's own file, and back. */
const browser: Browser | null = await startBrowser()
const withKeepass = hasKeepassxc()
const storePassphrase = 'a passphrase for tests only'
const vaultPassphrase = 'the passphrase of a vault'
const secrets = {
  pager: 'pager-synthetic-0123456789',
  scrapebit: 'sb_live_synthetic_0123456789abcdef0123',
  unicode: 'schlüssel-synthetic-日本-0123',
  tool: '0f0e0d0c-0b0a-4909-8807-060504030201',
}
const table = [
  'name,url,username,password,note',
  `ops/pager,https://pager.example/,mira,${secrets.pager},"line one\nline ""two"""`,
  `prod/unicode,,,${secrets.unicode},`,
  'empty,,,,',
].join('\n')

describe.skipIf(browser === null)('vaults through the window', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-vaults-'))
  const user = join(folder, 'user')
  let server: WindowServer
  let tab: Tab
  let rekey: RekeyWindow

  beforeAll(async () => {
    if (browser === null) return
    mkdirSync(join(user, 'Downloads'), { recursive: true })
    mkdirSync(join(user, '.pdcp'), { recursive: true })
    writeFileSync(
      join(user, '.pdcp/credentials.yaml'),
      `- username: mira\n  email: mira@example\n  api-key: ${secrets.tool}\n`,
    )
    server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed', HOME: user })
    tab = await openTab(browser, server.url)
    rekey = new RekeyWindow(tab.page)
    await rekey.makeSealedStore(storePassphrase)
    await rekey.button(/Import a vault/).waitFor()
  }, 60_000)
  afterAll(async () => {
    expect(tab?.complaints() ?? []).toEqual([])
    await tab?.close()
    await server?.stop()
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const give = async (name: string, bytes: Buffer): Promise<void> => {
    const asked = tab.page.waitForEvent('filechooser')
    await rekey.button('Choose a file…').click()
    await (await asked).setFiles({ name, mimeType: 'application/octet-stream', buffer: bytes })
  }
  const toImport = async (): Promise<void> => {
    await tab.page.keyboard.press('i')
    await rekey.button('Choose a file…').waitFor()
  }

  it('takes a table from the first page, with a receipt, and shows the new keys', async () => {
    await rekey.button(/Import a vault/).click()
    await give('keys.csv', Buffer.from(table))
    await tab.page.getByText('ops/pager').first().waitFor()
    expect(await tab.page.content()).not.toContain(secrets.pager)
    expect(await tab.page.getByText('There is no key in it').isVisible()).toBe(true)
    await rekey.button('Import 2 keys').click()
    await tab.page.getByText('2 kept').waitFor()
    expect(await tab.page.getByText('keys.csv still holds every key in clear').isVisible()).toBe(true)
    await rekey.button('Show the keys').click()
    await rekey.row('prod/unicode').waitFor()
    expect(await rekey.list.getByRole('row').count()).toBe(3)
    expect(await tab.page.getByText('2 selected').isVisible()).toBe(true)
    await rekey.button('Clear the selection').click()
  })

  it('says of an empty file that it is empty', async () => {
    await toImport()
    await give('empty.csv', Buffer.alloc(0))
    await tab.page.getByText('empty.csv, the file: it is empty.').waitFor()
  })

  it('finds them again as what they are: kept already', async () => {
    await toImport()
    await give('keys.csv', Buffer.from(table))
    await tab.page.getByText('Already here, the same key').first().waitFor()
    expect(await rekey.button('Nothing to import').isDisabled()).toBe(true)
    await rekey.button('Cancel').click()
  })

  it('takes what a tool keeps where it always does', async () => {
    await rekey.button(/Look into .*credentials\.yaml/).click()
    await tab.page.getByText('projectdiscovery/mira').first().waitFor()
    await rekey.button('Import 1 key').click()
    await rekey.button('Show the keys').click()
    await rekey.row('projectdiscovery/mira').waitFor()
    expect(existsSync(join(user, '.pdcp/credentials.yaml'))).toBe(true)
  })

  it.skipIf(!withKeepass)('opens a vault of KeePassXC, after a wrong passphrase', async () => {
    const desk = openDesk()
    try {
      desk.run(['db-create', '-p', desk.path('team.kdbx')], `${vaultPassphrase}\n${vaultPassphrase}\n`)
      desk.run(['mkdir', desk.path('team.kdbx'), 'prod'], `${vaultPassphrase}\n`)
      desk.run(
        ['add', '-p', '-u', 'mira', '--url', 'https://scrapebit.example', desk.path('team.kdbx'), 'prod/crawler'],
        `${vaultPassphrase}\n${secrets.scrapebit}\n`,
      )
      await toImport()
      await give('team.kdbx', desk.read('team.kdbx'))
      const field = tab.page.getByRole('textbox', { name: 'Passphrase', exact: true })
      await field.fill('not this one')
      await tab.page.keyboard.press('Enter')
      await tab.page.getByText('The file does not open with that').waitFor({ timeout: 30_000 })
      await field.fill(vaultPassphrase)
      await tab.page.keyboard.press('Enter')
      await rekey.button('Import 1 key').waitFor({ timeout: 30_000 })
      expect(await tab.page.getByText('Nothing is written yet.').isVisible()).toBe(true)
      await rekey.button('Import 1 key').click()
      await rekey.button('Show the keys').click()
      await rekey.row('crawler').waitFor()
      const shown = await server.rekey(['get', 'crawler'], passphraseFile())
      expect(shown.stdout.trim()).toBe(secrets.scrapebit)
    } finally {
      desk.clear()
    }
  })

  it.skipIf(!withKeepass)('writes a vault that KeePassXC opens, into Downloads, and says where', async () => {
    await askExport()
    await tab.page.getByLabel('Format').selectOption('kdbx')
    await tab.page.getByRole('textbox', { name: 'Passphrase for the file' }).fill(vaultPassphrase)
    await tab.page.getByRole('textbox', { name: 'Passphrase, again' }).fill(vaultPassphrase)
    expect(await tab.page.getByText('It goes into Downloads').isVisible()).toBe(true)
    await rekey.button(/^Export \d/).click()
    await tab.page.getByText('4 keys exported').waitFor({ timeout: 60_000 })
    const path = await tab.page.locator('.export-path').innerText()
    expect(path.startsWith(join(user, 'Downloads/rekey-'))).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const desk = openDesk()
    try {
      const listed = desk.run(['ls', '-R', '-f', path], `${vaultPassphrase}\n`)
      expect(listed).toContain('prod/unicode')
      const shown = desk.run(['show', '-s', '-a', 'Password', path, 'crawler'], `${vaultPassphrase}\n`)
      expect(shown.trim()).toBe(secrets.scrapebit)
    } finally {
      desk.clear()
    }
    await rekey.dialog.getByRole('button', { name: 'Done' }).click()
  })

  it.skipIf(!withKeepass)('locks a vault with a key file, too, which KeePassXC then needs', async () => {
    const desk = openDesk()
    try {
      writeFileSync(desk.path('team.key'), 'any file at all is a key')
      await askExport()
      await tab.page.getByLabel('Format').selectOption('kdbx')
      await tab.page.getByRole('textbox', { name: 'Passphrase for the file' }).fill(vaultPassphrase)
      await tab.page.getByRole('textbox', { name: 'Passphrase, again' }).fill(vaultPassphrase)
      const asked = tab.page.waitForEvent('filechooser')
      await rekey.button('Choose a key file…').click()
      await (await asked).setFiles(desk.path('team.key'))
      await rekey.button(/^Export \d/).click()
      await tab.page.getByText('4 keys exported').waitFor({ timeout: 60_000 })
      const path = await tab.page.locator('.export-path').innerText()
      const show = ['show', '-s', '-a', 'Password']
      expect(() => desk.run([...show, path, 'crawler'], `${vaultPassphrase}\n`)).toThrow()
      const shown = desk.run([...show, '-k', desk.path('team.key'), path, 'crawler'], `${vaultPassphrase}\n`)
      expect(shown.trim()).toBe(secrets.scrapebit)
      await rekey.dialog.getByRole('button', { name: 'Done' }).click()
    } finally {
      desk.clear()
    }
  })

  it('writes a table in clear after the words are typed, beside the first, and takes nothing along unsaid', async () => {
    await askExport()
    await tab.page.getByLabel('Format').selectOption('csv')
    await tab.page.getByLabel(/^Type “plain text”/).fill('plain text')
    await rekey.button(/^Export \d/).click()
    await tab.page.getByText(/keys? exported/).waitFor({ timeout: 30_000 })
    const path = await tab.page.locator('.export-path').innerText()
    const text = readFileSync(path, 'utf8')
    for (const secret of [secrets.pager, secrets.unicode, secrets.tool]) expect(text).toContain(secret)
    expect(await tab.page.getByText('The file holds every key in clear').isVisible()).toBe(true)
    expect(await tab.page.content()).not.toContain(secrets.pager)
    await rekey.dialog.getByRole('button', { name: 'Done' }).click()
  })

  it('takes what a .env file does not call a key: by its looks, or once it is ticked', async () => {
    await toImport()
    const key = `sb_live_${'a1b2c3d4'.repeat(4)}`
    const text = `PORT=3000\nSCRAPEBIT=${key}\nDATABASE_URL=postgres://synthetic:word@db.example/main\n`
    await give('project.env', Buffer.from(text))
    await tab.page.getByText('Not taken for keys: PORT and DATABASE_URL.').waitFor()
    await rekey.button('Import 1 key').waitFor()
    await rekey.button('Choose keys…').click()
    await tab.page.getByRole('checkbox', { name: 'DATABASE_URL' }).check()
    expect(await tab.page.content()).not.toMatch(/synthetic:word|a1b2c3d4a1b2/)
    await rekey.button('Take 1 key').click()
    await rekey.button('Import 2 keys').click()
    await tab.page.getByText('2 kept').waitFor()
    await tab.page.getByRole('heading', { name: 'Not taken for keys: 1' }).waitFor()
    await rekey.button('Show the keys').click()
    await rekey.row('DATABASE_URL').waitFor()
    await rekey.row('SCRAPEBIT').getByText('Scrapebit').waitFor()
    await rekey.button('Clear the selection').click()
  })

  const askExport = async (): Promise<void> => {
    await tab.page.keyboard.press('Control+k')
    await tab.page.getByRole('combobox').fill('export keys')
    await tab.page.keyboard.press('Enter')
    await tab.page.getByLabel('Format').waitFor()
    await expect.poll(() => tab.page.getByLabel('Format').locator('option').count()).toBeGreaterThan(3)
    // what was shown last is still selected
    await tab.page.getByRole('radio', { name: /^All/ }).click()
  }
  const passphraseFile = () => {
    const file = join(folder, 'passphrase')
    writeFileSync(file, storePassphrase, { mode: 0o600 })
    return { env: { REKEY_PASSPHRASE_FILE: file } }
  }
})
