import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import { preview, receipt } from '../../scripts/screenshots/vaults.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import type { PreviewEntry } from '../../src-contract/vault-views.ts'
import { openScripted, type ScriptedPage, type Shape } from '../fixtures/scripted-page.ts'
import { startBrowser, violations } from './browser.ts'

/** Choices about the entries of a file: what is shown is what will happen, before it happens. And more than one file at once. */
const browser: Browser | null = await startBrowser()
const named = (name: string): PreviewEntry => preview.entries.find((entry) => entry.name === name) as PreviewEntry
const judged = (...entries: readonly PreviewEntry[]) => ok({ entries })
const file = (name: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from('{}') })

describe.skipIf(browser === null)('choices of an import', () => {
  let scripted: ScriptedPage | null = null
  const open = async (script: object, shape?: Shape): Promise<ScriptedPage> => {
    if (browser === null) throw new Error('no browser')
    scripted = await openScripted(
      browser,
      { credentials: people },
      { 'vault.preview': [ok(preview)], ...script },
      shape,
    )
    return scripted
  }
  const pick = async (page: Page, ...files: readonly ReturnType<typeof file>[]): Promise<void> => {
    await page.keyboard.press('i')
    const asked = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await (await asked).setFiles(files.length > 0 ? [...files] : [file('team-vault.json')])
  }
  const grid = (page: Page) => page.getByRole('grid', { name: 'Entries of the file' })
  const row = (page: Page, name: string) =>
    grid(page)
      .getByRole('row')
      .filter({ has: page.locator(`[title="${name}"]`) })
  const doIt = (page: Page) => page.getByRole('button', { name: /^Import \d/ })
  const spoken = (page: Page) => page.locator('[aria-live=polite]').innerText()

  afterEach(async () => {
    expect(scripted?.complaints()).toEqual([])
    await scripted?.close()
    scripted = null
  })
  afterAll(async () => browser?.close())

  it('show a conflict as soon as a vendor makes one, and say it', async () => {
    const conflict: PreviewEntry = {
      ...named('agency/hi-energy-18'),
      kind: 'conflicting',
      reason: '42 is kept as prod/hi-energy',
      existing: 'prod/hi-energy',
      doings: ['skip', 'replace'],
    }
    const placed = { ...named('agency/hi-energy-19'), vendor: 'hienergy' }
    const { page, asked } = await open({ 'vault.judge': [judged(conflict, placed)], 'vault.import': [ok(receipt)] })
    await pick(page)
    await expect.poll(() => doIt(page).innerText()).toBe('Import 9 keys')
    await page.getByLabel('Take 2 as keys of Hi Energy AI').check()
    await row(page, 'agency/hi-energy-18').getByText('In conflict: 42 is kept as prod/hi-energy').waitFor()
    await expect.poll(() => doIt(page).innerText()).toBe('Import 8 keys')
    expect(await page.getByRole('button', { name: 'Conflicting 2' }).isVisible()).toBe(true)
    expect(await spoken(page)).toBe('agency/hi-energy-18 is in conflict now: 42 is kept as prod/hi-energy')
    expect(await asked('vault.judge')).toEqual([
      {
        id: 'p',
        choices: [2, 3].map((index) => ({ index, do: 'import', vendor: 'hienergy' })),
      },
    ])
    expect(await violations(page)).toEqual([])
    await doIt(page).click()
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
    expect((await asked('vault.import'))[0]?.['choices']).toEqual([
      { index: 2, do: 'skip', vendor: 'hienergy' },
      { index: 3, do: 'import', vendor: 'hienergy' },
    ])
  })

  it('that turn out otherwise just as Import is pressed are looked at first', async () => {
    const stays: PreviewEntry = { ...named('lab/pdcp-recon'), kind: 'conflicting', doings: ['skip'] }
    const { page, asked } = await open({ 'vault.judge': [judged(stays)], 'vault.import': [ok(receipt)] })
    await pick(page)
    await grid(page).waitFor()
    // both within the pause before the app is asked
    await page.evaluate(() => {
      document.querySelector<HTMLInputElement>('.import-asks input')?.click()
      const buttons = [...document.querySelectorAll<HTMLElement>('.foot-bar button')]
      buttons.find((each) => each.textContent?.startsWith('Import'))?.click()
    })
    await row(page, 'lab/pdcp-recon').getByText('In conflict').waitFor()
    expect(await asked('vault.import')).toEqual([])
    await expect.poll(() => doIt(page).isEnabled()).toBe(true)
    await doIt(page).click()
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
  })

  it('of a name are refused with every letter where it cannot be one, and sent where it can', async () => {
    const mine: PreviewEntry = { ...named('ops/pager-webhook-2'), name: 'ops/mine' }
    const { page, asked } = await open({ 'vault.judge': [judged(mine)], 'vault.import': [ok(receipt)] })
    await pick(page)
    await row(page, 'ops/pager-webhook-2').click()
    const dialog = page.getByRole('dialog', { name: 'ops/pager-webhook-2' })
    const field = dialog.getByLabel('Name here')
    expect(await field.inputValue()).toBe('ops/pager-webhook-2')
    for (const [typed, why] of [
      ['ops mine', 'Letters, digits and . _ / @ : + -'],
      ['', 'Give a name.'],
      ['PROD/scrapebit', 'prod/scrapebit is kept here already.'],
      ['Lab/Pdcp-Recon', 'entry 5 of the file is called that, too.'],
    ] as const) {
      await field.fill(typed)
      await dialog.getByRole('alert').getByText(why).waitFor()
      await page.keyboard.press('Control+Enter')
      expect(await dialog.isVisible()).toBe(true)
    }
    expect(await violations(page)).toEqual([])
    expect(await asked('vault.judge')).toEqual([])
    await field.fill('ops/mine')
    await expect.poll(async () => (await asked('vault.judge')).length).toBe(1)
    await dialog.getByRole('button', { name: 'Done' }).click()
    await row(page, 'ops/mine').waitFor()
    await doIt(page).click()
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
    expect((await asked('vault.import'))[0]?.['choices']).toEqual([{ index: 6, do: 'import', name: 'ops/mine' }])
  })

  it('to keep both show the name that the second gets', async () => {
    const both = { ...named('prod/scrapebit'), renamedTo: 'prod/scrapebit-2' }
    const { page } = await open({ 'vault.judge': [judged(both)] })
    await pick(page)
    await row(page, 'prod/scrapebit').click()
    const dialog = page.getByRole('dialog', { name: 'prod/scrapebit' })
    await dialog.getByRole('radio', { name: 'Keep both' }).click()
    await expect.poll(() => dialog.getByLabel('Name here').inputValue()).toBe('prod/scrapebit-2')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await row(page, 'prod/scrapebit').getByText('kept as prod/scrapebit-2').waitFor()
  })

  it('are made for all that is shown, which a search narrows', async () => {
    const { page, asked } = await open({ 'vault.import': [ok(receipt)] })
    await pick(page)
    await page.getByRole('searchbox', { name: 'Find entries of the file' }).fill('conjur host')
    await expect.poll(() => grid(page).getAttribute('aria-rowcount')).toBe('4')
    await page.getByLabel('What to do with all 3 shown').selectOption('skip')
    await expect.poll(() => doIt(page).innerText()).toBe('Import 6 keys')
    expect(await spoken(page)).toBe('Skip: 3 entries')
    expect(await violations(page)).toEqual([])
    await page.getByRole('searchbox').fill('')
    await page.getByRole('button', { name: /^No vendor \d/ }).click()
    await page.getByLabel(/^What to do with all \d+ shown/).selectOption('skip')
    await expect.poll(() => doIt(page).innerText()).toBe('Import 3 keys')
    await doIt(page).click()
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
    const choices = (await asked('vault.import'))[0]?.['choices'] as readonly { readonly do: string }[]
    expect(choices.map((each) => each.do)).toEqual(Array.from({ length: 6 }, () => 'skip'))
  })

  it('for all that is shown stand on one line with the search, at any width', async () => {
    // fewer kinds of entries, and the filters leave room beside them at some widths
    for (const entries of [preview.entries, preview.entries.filter(({ kind }) => kind === 'new')]) {
      const { page } = await open({ 'vault.preview': [ok({ ...preview, entries })] })
      await pick(page)
      const find = page.getByRole('searchbox', { name: 'Find entries of the file' })
      const all = page.getByLabel(/^What to do with all/)
      await all.waitFor()
      const places: unknown[] = []
      for (let width = 480; width <= 1480; width += 40) {
        await page.setViewportSize({ width, height: 720 })
        const [one, other] = [await find.boundingBox(), await all.boundingBox()]
        const middles = [one, other].map((box) => (box === null ? NaN : box.y + box.height / 2))
        const isBeside = Math.abs((middles[0] ?? NaN) - (middles[1] ?? NaN)) < 6
        if (!isBeside || (one?.x ?? 0) >= (other?.x ?? 0)) places.push({ width, middles })
      }
      expect(places).toEqual([])
      if (entries === preview.entries) await scripted?.close()
    }
  })

  it('on a phone’s width stay in it, however long the file is called, and say why one is a key of a vendor', async () => {
    const long = `${'a'.repeat(120)}.csv`
    const guess = { vendor: 'hienergy', confidence: 'possible' as const, why: 'its name says Hi Energy AI' }
    const one = { ...named('agency/hi-energy-18'), index: 0, vendor: 'other', guess, kind: 'new' as const }
    const { page } = await open(
      {
        'vault.preview': [ok({ ...preview, file: long, isPlainText: true, entries: [one] })],
        'vault.import': [ok({ ...receipt, in: 1, stored: 1 })],
      },
      { width: 320, height: 720 },
    )
    await page.keyboard.press('i')
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await (await chooser).setFiles([file(long)])
    await page.getByText(/^Its name says Hi Energy AI\. Unticked, it is kept and not rotated/).waitFor()
    await page.getByRole('button', { name: 'Import 1 key' }).click()
    const last = page.getByText('still holds every key in clear')
    await last.waitFor()
    expect(await last.evaluate((node) => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(0)
  })

  it('of a table’s columns are one for each meaning, and tell by their looks what they are', async () => {
    const needs = err(fail('vault-needs', { what: 'a column for the keys', option: '--map "its title"=secret' }))
    const { page, asked } = await open({ 'vault.preview': [needs, ok(preview)] }, { width: 320, height: 720 })
    await page.keyboard.press('i')
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await (await chooser).setFiles([file('keys.csv')])
    const list = page.getByRole('list', { name: 'Columns of the table' })
    await list.getByText('•••• k4tz, 40 characters').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Open it' }).click()
    await page.getByRole('alert').getByText('Say which column holds the keys.').waitFor()
    const choose = async (title: string, label: string): Promise<unknown> =>
      page.getByLabel(`What ${title} is`).selectOption({ label })
    await choose('Dienst', 'The key')
    await choose('Geheimnis', 'The key')
    expect(await page.getByLabel('What Dienst is').inputValue()).toBe('text')
    await choose('Dienst', 'Its name')
    await choose('Wo', 'Its address')
    await choose('Wer', 'Its account')
    await choose('Farbe', 'Tags')
    await page.getByRole('button', { name: 'Open it' }).click()
    await grid(page).waitFor()
    expect((await asked('vault.preview'))[1]?.['map']).toEqual({
      '#1': 'name',
      '#2': 'secret',
      '#3': 'url',
      '#4': 'account',
      '#5': 'created',
      '#6': 'tags',
    })
  })

  it('several files come one after the other, and none of them unsaid', async () => {
    const bad = err(fail('bad-vault', { file: 'two.json', where: 'line 1', what: 'it is cut short' }))
    const previews = [ok({ ...preview, file: 'one.json' }), bad, ok({ ...preview, id: 'q', file: 'three.json' })]
    const { page, asked } = await open({ 'vault.preview': previews, 'vault.import': [ok(receipt)] })
    await pick(page, file('one.json'), file('two.json'), file('three.json'))
    await page.locator('.bar').getByText('1 of 3').waitFor()
    await doIt(page).click()
    await page.getByRole('button', { name: 'Go on with two.json' }).click()
    await page.getByText('two.json, line 1: it is cut short.').waitFor()
    expect(await page.locator('.bar').getByText('2 of 3').isVisible()).toBe(true)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Go on with three.json' }).click()
    await page.locator('.bar').getByText('3 of 3').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Choose a file…' }).waitFor()
    expect(await asked('vault.forget')).toEqual([{ id: 'q' }])
    const names = (await asked('vault.preview')).map(({ source }) => (source as { fileName: string }).fileName)
    expect(names).toEqual(['one.json', 'two.json', 'three.json'])
  })

  const dropFolder = async (page: Page, folder: string): Promise<void> => {
    const session = await page.context().newCDPSession(page)
    const data = { items: [], files: [folder], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data })
  }
  const chooseFolder = async (page: Page, folder: string): Promise<void> => {
    await page.keyboard.press('i')
    await page.getByRole('button', { name: 'Choose a file…' }).waitFor()
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await (await chooser).setFiles(folder)
  }
  const ways = [
    ['dropped', dropFolder],
    ['chosen by keyboard', chooseFolder],
  ] as const

  it.each(ways)('of a folder that is %s, the files are read that the command line reads', async (_, give) => {
    const root = mkdtempSync(join(tmpdir(), 'rekey-folder-'))
    const folder = join(root, 'project')
    try {
      mkdirSync(join(folder, '.aws'), { recursive: true })
      mkdirSync(join(folder, 'node_modules/.aws'), { recursive: true })
      const files = {
        '.env': 'A_KEY=1',
        '.env.local': 'B=2',
        '.env.example': 'C=',
        '.aws/credentials': '[x]',
        'b.csv': '',
        'node_modules/.env': 'D_KEY=3',
        'node_modules/.aws/credentials': '[y]',
      }
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
      const { page, asked } = await open({})
      await page.getByRole('grid').waitFor()
      await give(page, folder)
      await grid(page).waitFor()
      const content = (text: string): string => Buffer.from(text).toString('base64')
      expect(await asked('vault.preview')).toEqual([
        {
          source: {
            folder: 'project',
            files: [
              { fileName: '.env', content: content('A_KEY=1') },
              { fileName: '.env.local', content: content('B=2') },
              { fileName: '.aws/credentials', content: content('[x]') },
            ],
          },
        },
      ])
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
})
