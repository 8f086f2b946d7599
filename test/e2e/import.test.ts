import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people, unconfirmed } from '../../scripts/screenshots/people.ts'
import { largePreview, preview, receipt } from '../../scripts/screenshots/vaults.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import { openScripted, type ScriptedPage, type Shape } from '../fixtures/scripted-page.ts'
import { startBrowser, violations } from './browser.ts'

/** A vault file on its way in, in the built window: dropped or picked, opened, looked at, decided on, and its receipt. */
const browser: Browser | null = await startBrowser()
const secret = 'sb_live_synthetic_inside_the_file'
const file = { name: 'team-vault.json', mimeType: 'application/json', buffer: Buffer.from(`{"key":"${secret}"}`) }
const passphrase = 'an old passphrase'
const needsPassphrase = err(
  fail('vault-needs', { file: file.name, what: 'its passphrase', option: '--passphrase-file or --key-file' }),
)

describe.skipIf(browser === null)('an import', () => {
  let scripted: ScriptedPage | null = null
  const open = async (script: object, shape?: Shape, scene = { credentials: people }): Promise<ScriptedPage> => {
    if (browser === null) throw new Error('no browser')
    scripted = await openScripted(browser, scene, { 'vault.preview': [ok(preview)], ...script }, shape)
    return scripted
  }
  const pick = async (page: Page, given = file): Promise<void> => {
    await page.keyboard.press('i')
    const asked = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await (await asked).setFiles(given)
  }
  /** As a person drags: over the list, then let go there. */
  const drag = async (page: Page, type: 'file' | 'text', ...events: readonly string[]): Promise<readonly boolean[]> => {
    const data = await page.evaluateHandle(
      ([kind, text]) => {
        const given = new DataTransfer()
        if (kind === 'file') given.items.add(new File([text ?? ''], 'team-vault.json'))
        else given.setData('text/uri-list', 'https://elsewhere.example/')
        return given
      },
      [type, file.buffer.toString()] as const,
    )
    const prevented: boolean[] = []
    for (const event of events)
      prevented.push(
        await page.evaluate(
          ([name, dataTransfer]) =>
            !(document.querySelector('main') ?? document.body).dispatchEvent(
              new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }),
            ),
          [event, data] as const,
        ),
      )
    return prevented
  }
  const grid = (page: Page) => page.getByRole('grid', { name: 'Entries of the file' })
  const row = (page: Page, name: string) =>
    grid(page)
      .getByRole('row')
      .filter({ has: page.locator(`[title="${name}"]`) })
  const doIt = (page: Page) => page.getByRole('button', { name: /^Import \d/ })

  afterEach(async () => {
    expect(scripted?.complaints()).toEqual([])
    await scripted?.close()
    scripted = null
  })
  afterAll(async () => browser?.close())

  it('begins with a file dropped anywhere, read once and kept nowhere in the page', async () => {
    const { page, asked } = await open({})
    await page.getByRole('grid').waitFor()
    expect(await page.getByText('Drop it to look into it').count()).toBe(0)
    await drag(page, 'file', 'dragenter', 'dragover')
    await page.getByText('Drop it to look into it').waitFor()
    expect(await violations(page)).toEqual([])
    await drag(page, 'file', 'dragleave')
    expect(await page.getByText('Drop it to look into it').count()).toBe(0)
    await drag(page, 'file', 'dragenter', 'drop')
    await grid(page).waitFor()
    expect(await page.getByText('Drop it to look into it').count()).toBe(0)
    const [input] = await asked('vault.preview')
    const content = file.buffer.toString('base64')
    expect(input).toEqual({ source: { fileName: file.name, content } })
    expect(await page.content()).not.toContain(secret)
    expect(await page.getByText('The file holds every key in clear').isVisible()).toBe(true)
  })

  it('takes no words, and nothing that is dropped takes the window elsewhere', async () => {
    const { page, asked } = await open({})
    await page.getByRole('grid').waitFor()
    expect(await drag(page, 'text', 'dragenter', 'dragover', 'drop')).toEqual([false, true, true])
    expect(await page.getByText('Drop it to look into it').count()).toBe(0)
    await page.getByRole('grid').focus()
    await page.keyboard.press('n')
    await page.getByRole('dialog').waitFor()
    expect(await drag(page, 'file', 'dragenter', 'dragover', 'drop')).toEqual([false, true, true])
    await page.waitForTimeout(100)
    expect(await asked('vault.preview')).toEqual([])
  })

  it('asks for the passphrase, says a wrong one at its field, and keeps neither', async () => {
    const wrong = err(fail('vault-passphrase', { file: file.name }))
    const { page, asked } = await open({ 'vault.preview': [needsPassphrase, wrong, ok(preview)] })
    await pick(page)
    const field = page.getByRole('textbox', { name: 'Passphrase', exact: true })
    await expect.poll(() => field.evaluate((node) => node === document.activeElement)).toBe(true)
    await field.fill('not this')
    await page.keyboard.press('Enter')
    const alert = page.getByRole('main').getByRole('alert')
    await alert.getByText('The file does not open with that').waitFor()
    expect(await field.getAttribute('aria-describedby')).toBe(await alert.getAttribute('id'))
    expect(await field.inputValue()).toBe('')
    expect(await violations(page)).toEqual([])
    await field.fill(` ${passphrase} `)
    await page.keyboard.press('Enter')
    await grid(page).waitFor()
    expect((await asked('vault.preview')).map((input) => input['passphrase'])).toEqual([
      undefined,
      'not this',
      ` ${passphrase} `,
    ])
    expect(await page.content()).not.toContain(passphrase)
  })

  it('opens with a key file beside it, too', async () => {
    const { page, asked } = await open({ 'vault.preview': [needsPassphrase, ok(preview)] })
    await pick(page)
    const key = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a key file…' }).click()
    await (await key).setFiles({ name: 'team.key', mimeType: 'x/y', buffer: Buffer.from('KEY') })
    await page.getByText('team.key').waitFor()
    await page.getByRole('button', { name: 'Open it' }).click()
    await grid(page).waitFor()
    expect((await asked('vault.preview'))[1]).toMatchObject({ keyFile: Buffer.from('KEY').toString('base64') })
  })

  it.each([
    [
      'a table without titles that are known',
      fail('vault-needs', { what: 'a column for the keys', option: '--map "its title"=secret' }),
      async (page: Page) => page.getByLabel('What Geheimnis is').selectOption({ label: 'The key' }),
      { map: { '#1': 'text', '#2': 'secret', '#3': 'text', '#4': 'text', '#5': 'created', '#6': 'text' } },
    ],
    [
      'a file for age recipients',
      fail('vault-needs', { what: 'an age identity', option: '--identity' }),
      async (page: Page) => page.getByLabel('age identities').fill('AGE-SECRET-KEY-1X'),
      { identities: 'AGE-SECRET-KEY-1X' },
    ],
    [
      'a file of no known format',
      fail('unknown-format', { file: file.name }),
      async (page: Page) => page.getByLabel('What it is').selectOption('csv'),
      { format: 'csv' },
    ],
  ])('asks what is missing of %s', async (_what, failure, give, expected) => {
    const { page, asked } = await open({ 'vault.preview': [err(failure), ok(preview)] })
    await pick(page)
    await page.getByRole('button', { name: 'Open it' }).click()
    expect(await asked('vault.preview')).toHaveLength(1)
    await give(page)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Open it' }).click()
    await grid(page).waitFor()
    expect((await asked('vault.preview'))[1]).toMatchObject(expected)
    expect(await page.content()).not.toContain('AGE-SECRET')
  })

  it('says where a broken file is broken, and takes another', async () => {
    const bad = err(fail('bad-vault', { file: file.name, where: 'line 12', what: 'it is cut short' }))
    const { page } = await open({ 'vault.preview': [bad, ok(preview)] })
    await pick(page)
    await page.getByText('team-vault.json, line 12: it is cut short.').waitFor()
    expect(await page.getByText('Nothing was changed.').isVisible()).toBe(true)
    await pick(page)
    await grid(page).waitFor()
  })

  it('shows each entry, sends what was decided and nothing else, and gives a receipt that leads on', async () => {
    const { page, asked } = await open({ 'vault.import': [ok(receipt)] })
    await pick(page)
    await grid(page).waitFor()
    await expect.poll(() => doIt(page).innerText()).toBe('Import 9 keys')
    for (const [filter, count] of [
      ['New', 9],
      ['Already here', 1],
      ['Changed', 1],
      ['Conflicting', 1],
      ['Skipped', 1],
    ])
      expect(await page.getByRole('button', { name: `${filter} ${count}`, exact: false }).count()).toBe(1)
    await page.getByLabel('What to do with prod/scrapebit', { exact: true }).selectOption('rename')
    await expect.poll(() => doIt(page).innerText()).toBe('Import 10 keys')
    await page.getByLabel('Take 2 as keys of Hi Energy AI').check()
    await page.getByLabel('2 keys may be sent to https://conjur.partner.example').check()
    await page.getByLabel('1 key may be rotated by admin/conjur').check()
    await row(page, 'staging/conjur-host-13').click()
    const dialog = page.getByRole('dialog', { name: 'staging/conjur-host-13' })
    await dialog.getByLabel('Account').fill('acme')
    await dialog.getByLabel('Login').fill('host/x')
    await dialog.getByLabel('Address of your server').fill('https://conjur.acme.example')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
    expect(await asked('vault.import')).toEqual([
      {
        id: 'p',
        choices: [
          { index: 0, do: 'rename' },
          { index: 2, do: 'import', vendor: 'hienergy' },
          { index: 3, do: 'import', vendor: 'hienergy' },
          {
            index: 9,
            do: 'import',
            vendor: 'conjur',
            inputs: { account: 'acme', login: 'host/x' },
            baseUrl: 'https://conjur.acme.example',
          },
        ],
        confirmOrigins: ['https://conjur.partner.example'],
        confirmOperators: true,
      },
    ])
    expect(await asked('vault.forget')).toEqual([])
    for (const said of [
      'Waiting for your word: 2',
      'Dropped: 1',
      'Skipped: 3',
      'Only in the file: 1',
      'is kept as prod/scrapebit-2',
    ])
      expect(await page.getByText(said).isVisible(), said).toBe(true)
    await page.getByRole('button', { name: 'Show the keys' }).click()
    await page.getByRole('heading', { name: 'All keys' }).waitFor()
    expect(await page.getByRole('navigation').getByRole('button', { name: 'Import' }).count()).toBe(0)
  })

  it('is decided on by the keyboard alone', async () => {
    const { page } = await open({})
    await pick(page)
    await grid(page).focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    const active = () =>
      grid(page).evaluate(
        (node) => document.getElementById(node.getAttribute('aria-activedescendant') ?? '')?.textContent,
      )
    await expect.poll(active).toContain('prod/scrapebit')
    await page.keyboard.press('Space')
    await expect
      .poll(() => page.getByLabel('What to do with prod/scrapebit', { exact: true }).inputValue())
      .toBe('replace')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'prod/scrapebit' }).getByRole('radio', { name: 'Keep both' }).click()
    await page.keyboard.press('Control+Enter')
    await expect
      .poll(() => page.getByLabel('What to do with prod/scrapebit', { exact: true }).inputValue())
      .toBe('rename')
    await expect.poll(() => grid(page).evaluate((node) => node === document.activeElement)).toBe(true)
  })

  it('cancelled, is forgotten by the app; left for a while, it waits', async () => {
    const { page, asked } = await open({})
    await pick(page)
    await grid(page).waitFor()
    await page.getByRole('navigation').getByRole('button', { name: 'Due' }).click()
    await page.getByRole('navigation').getByRole('button', { name: 'Import' }).click()
    await grid(page).waitFor()
    expect(await asked('vault.forget')).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Choose a file…' }).waitFor()
    expect(await asked('vault.forget')).toEqual([{ id: 'p' }])
  })

  it('has a place for each kind, also where there is none of it', async () => {
    const { page } = await open({ 'vault.preview': [ok({ ...preview, entries: preview.entries.slice(0, 1) })] })
    await pick(page)
    await page.getByRole('button', { name: 'Skipped 0' }).click()
    await page.getByText('None of them.').waitFor()
    expect(await violations(page)).toEqual([])
    await expect.poll(() => page.getByRole('button', { name: 'Nothing to import' }).isDisabled()).toBe(true)
  })

  it('that is refused keeps what was decided', async () => {
    const { page } = await open({ 'vault.import': [err(fail('import-running')), ok(receipt)] })
    await pick(page)
    await page.getByLabel('What to do with prod/scrapebit', { exact: true }).selectOption('replace')
    await doIt(page).click()
    await page.getByText('Another import is at work.').waitFor()
    expect(await page.getByLabel('What to do with prod/scrapebit', { exact: true }).inputValue()).toBe('replace')
    expect(await violations(page)).toEqual([])
    await doIt(page).click()
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
  })

  it('of ten thousand draws what is in sight, counts all, and reaches the last', async () => {
    const { page } = await open({ 'vault.preview': [ok(largePreview)] })
    await pick(page)
    await grid(page).waitFor()
    expect(await grid(page).getAttribute('aria-rowcount')).toBe('10001')
    expect(await grid(page).getByRole('row').count()).toBeLessThan(60)
    await grid(page).focus()
    await page.keyboard.press('End')
    await expect.poll(() => grid(page).locator('.is-current').getAttribute('aria-rowindex')).toBe('10001')
    await expect
      .poll(() =>
        grid(page)
          .locator('.is-current')
          .evaluate((node) => node.getBoundingClientRect().bottom),
      )
      .toBeLessThanOrEqual(720 - 56)
  })

  it('takes a file of a tool that stands where it always does', async () => {
    const { page, asked } = await open({})
    await page.keyboard.press('i')
    await page.getByRole('button', { name: 'Look into /home/mira/.aws/credentials' }).click()
    await grid(page).waitFor()
    expect(await asked('vault.preview')).toEqual([{ source: { found: 'f2' } }])
  })

  it('is gone with the lock', async () => {
    const { page } = await open({ 'session.unlock': [ok({ isLocked: false, unlockBy: 'click' })] })
    await pick(page)
    await grid(page).waitFor()
    await page.getByRole('button', { name: 'Lock' }).click()
    await page.getByRole('heading', { name: 'Rekey is locked' }).waitFor()
    expect(await page.content()).not.toContain('team-vault')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByRole('button', { name: 'Choose a file…' }).waitFor()
    expect(await grid(page).count()).toBe(0)
  })

  it('leaves what came along in the details of its key, shown one at a time', async () => {
    const { page, asked } = await open({ 'credential.reveal': [ok({ secret: 'line one\nline two' })] })
    await page.getByRole('row').filter({ hasText: 'admin/conjur' }).click()
    const kept = page.getByRole('region', { name: 'Came with it' })
    await kept.getByRole('button', { name: 'Reveal cost centre' }).click()
    await kept.getByText('line two').waitFor()
    expect(await asked('credential.reveal')).toEqual([
      { name: 'admin/conjur', evenIfOpen: false, field: 'cost centre' },
    ])
    expect(await violations(page)).toEqual([])
    await kept.getByRole('button', { name: 'Hide cost centre' }).click()
    expect(await page.content()).not.toContain('line two')
  })

  it('leaves keys that wait for a word: they say so, and are not rotated meanwhile', async () => {
    const { page, asked } = await open({}, {}, { credentials: unconfirmed })
    await page.getByRole('row').filter({ hasText: 'admin/conjur' }).click()
    await page.getByRole('grid').focus()
    await page.keyboard.press('r')
    const address = page.getByRole('button', { name: 'Confirm this address' })
    await expect.poll(() => address.evaluate((node) => node === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByText('The address of admin/conjur is confirmed').waitFor()
    await page.getByRole('button', { name: 'Confirm this operator' }).click()
    await page.getByText('The operator of admin/conjur is confirmed').waitFor()
    expect(await asked('credential.edit')).toEqual([
      { name: 'admin/conjur', baseUrl: 'https://conjur.acme.example/api' },
      { name: 'admin/conjur', operator: 'prod/conjur-deploy' },
    ])
    expect(await asked('rotation.run')).toEqual([])
  })
})
