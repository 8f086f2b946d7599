import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import { envPreview, receipt } from '../../scripts/screenshots/vaults.ts'
import { err, ok } from '../../src-contract/result.ts'
import { fail } from '../../src-contract/failures.ts'
import type { ImportPreview, PreviewEntry } from '../../src-contract/vault-views.ts'
import { openScripted, type ScriptedPage, type Shape } from '../fixtures/scripted-page.ts'
import { startBrowser, violations } from './browser.ts'

/** Names that the reader of a file left out are taken in the window, as `--map NAME=secret` takes them. */
const browser: Browser | null = await startBrowser()
const [first, second] = envPreview.entries as [PreviewEntry, PreviewEntry]
const url: PreviewEntry = {
  ...second,
  name: 'DATABASE_URL',
  title: 'DATABASE_URL',
  where: 'line 2',
  index: 0,
  tail: 'b/c1',
}
/** The file once more, with one of them: what stood before has moved on by one. */
const again: ImportPreview = {
  ...envPreview,
  id: 'q',
  entries: [url, { ...first, index: 1 }, { ...second, index: 2 }],
  leftOut: envPreview.leftOut.filter(({ name }) => name !== 'DATABASE_URL'),
}

describe.skipIf(browser === null)('names that a file’s reader left out', () => {
  let scripted: ScriptedPage | null = null
  const open = async (script: object, shape?: Shape): Promise<ScriptedPage> => {
    if (browser === null) throw new Error('no browser')
    scripted = await openScripted(
      browser,
      { credentials: people },
      { 'vault.judge': [ok({ entries: [] })], ...script },
      shape,
    )
    return scripted
  }
  const pick = async (page: Page, path?: string): Promise<void> => {
    await page.keyboard.press('i')
    const asked = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    const file = { name: '.env', mimeType: 'text/plain', buffer: Buffer.from('PORT=1') }
    await (await asked).setFiles(path ?? file)
    await chooser(page).waitFor()
  }
  const chooser = (page: Page) => page.getByRole('button', { name: 'Choose keys…' })
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Which of these are keys?' })
  const row = (page: Page, name: string) =>
    page
      .getByRole('grid', { name: 'Entries of the file' })
      .getByRole('row')
      .filter({ has: page.locator(`[title="${name}"]`) })

  afterEach(async () => {
    expect(scripted?.complaints()).toEqual([])
    await scripted?.close()
    scripted = null
  })
  afterAll(async () => browser?.close())

  it('are taken by keyboard; the file is read again, and what was said of the others stays said', async () => {
    const script = { 'vault.preview': [ok(envPreview), ok(again), ok(envPreview)], 'vault.import': [ok(receipt)] }
    const { page, asked } = await open(script)
    await pick(page)
    await page.getByText('Not taken for keys: NODE_ENV, PORT, DATABASE_URL, REDIS_URL and 4 others.').waitFor()
    await row(page, 'CI_TOKEN').getByRole('combobox').selectOption('skip')
    await chooser(page).focus()
    await page.keyboard.press('Enter')
    await dialog(page).waitFor()
    expect(await page.getByRole('checkbox').count()).toBe(8)
    expect(await violations(page)).toEqual([])
    await page.getByRole('checkbox', { name: 'DATABASE_URL' }).focus()
    await page.keyboard.press('Space')
    await dialog(page).getByRole('button', { name: 'Take 1 key' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await dialog(page).waitFor({ state: 'detached' })
    await row(page, 'DATABASE_URL').waitFor()
    await page.getByText('Taken for keys as you said: DATABASE_URL.').waitFor()
    expect(await row(page, 'CI_TOKEN').getByRole('combobox').inputValue()).toBe('skip')
    expect(await row(page, 'SCRAPEBIT').getByRole('combobox').inputValue()).toBe('import')
    await expect.poll(() => chooser(page).evaluate((element) => element === document.activeElement)).toBe(true)
    const source = { fileName: '.env', content: Buffer.from('PORT=1').toString('base64') }
    expect(await asked('vault.preview')).toEqual([{ source }, { map: { DATABASE_URL: 'secret' }, source }])
    expect(await asked('vault.forget')).toEqual([{ id: 'p' }])
    await chooser(page).click()
    expect(await page.getByRole('checkbox', { name: 'DATABASE_URL' }).isChecked()).toBe(true)
    await page.getByRole('checkbox', { name: 'DATABASE_URL' }).uncheck()
    await dialog(page).getByRole('button', { name: 'Take none' }).click()
    await row(page, 'DATABASE_URL').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Import 1 key' }).click()
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
    expect((await asked('vault.import'))[0]).toMatchObject({ id: 'p', choices: [{ index: 1, do: 'skip' }] })
  })

  it('are found among many, in a window as narrow as a phone', async () => {
    const leftOut = Array.from({ length: 900 }, (_, at) => ({
      name: `SETTING_${at}_${'LONG_'.repeat(20)}`,
      file: '.env',
    }))
    const many = { ...envPreview, leftOut: [...leftOut, { name: 'GH', file: '.env' }] }
    const { page, asked } = await open({ 'vault.preview': [ok(many)] }, { width: 320, height: 640 })
    await pick(page)
    await chooser(page).click()
    await dialog(page).getByText('and 601 others: find them by their names').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('searchbox', { name: 'Find names' }).fill('gh')
    expect(await dialog(page).getByRole('status').innerText()).toBe('1 name')
    await page.getByRole('checkbox', { name: 'GH' }).check()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await dialog(page).getByRole('button', { name: 'Take 1 key' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect((await asked('vault.preview'))[1]?.['map']).toEqual({ GH: 'secret' })
  })

  it('are as they were where the file cannot be read any more, and the preview with them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-left-out-'))
    try {
      const path = join(folder, '.env')
      writeFileSync(path, 'PORT=1\n')
      const { page, asked } = await open({ 'vault.preview': [ok(envPreview)] })
      await pick(page, path)
      rmSync(path)
      await chooser(page).click()
      await page.getByRole('checkbox', { name: 'STRIPE' }).check()
      await dialog(page).getByRole('button', { name: 'Take 1 key' }).click()
      await dialog(page)
        .getByText(/it cannot be read/)
        .waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Import 2 keys' }).waitFor()
      expect((await asked('vault.preview')).length).toBe(1)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('are as they were where the app refuses it', async () => {
    const refused = err(fail('vault-limit', { file: '.env', what: 'its size', limit: 'too much' }))
    const { page } = await open({ 'vault.preview': [ok(envPreview), refused] })
    await pick(page)
    await chooser(page).click()
    await page.getByRole('checkbox', { name: 'STRIPE' }).check()
    await dialog(page).getByRole('button', { name: 'Take 1 key' }).click()
    await dialog(page)
      .getByText(/its size/)
      .waitFor()
    expect(await page.getByRole('checkbox', { name: 'STRIPE' }).isChecked()).toBe(true)
  })
})
