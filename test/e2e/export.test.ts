import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import { exported } from '../../scripts/screenshots/vaults.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import { openScripted, type ScriptedPage } from '../fixtures/scripted-page.ts'
import { startBrowser, violations } from './browser.ts'

/** Keys on their way out, in the built window: which, in what format, what keeps others from reading them, and the receipt. */
const browser: Browser | null = await startBrowser()
const passphrase = ' correct horse battery staple '
const open = people.filter(({ openRotation }) => openRotation !== null).map(({ name }) => name)
const closed = people.filter(({ openRotation }) => openRotation === null).map(({ name }) => name)

describe.skipIf(browser === null)('an export', () => {
  let scripted: ScriptedPage | null = null
  const start = async (script: object = {}): Promise<ScriptedPage> => {
    if (browser === null) throw new Error('no browser')
    scripted = await openScripted(browser, { credentials: people }, { 'vault.export': [ok(exported)], ...script })
    await scripted.page.getByRole('grid').waitFor()
    return scripted
  }
  const ask = async (page: Page): Promise<void> => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('export keys')
    await page.keyboard.press('Enter')
    await page.getByLabel('Format').waitFor()
  }
  const first = (page: Page) => page.getByRole('textbox', { name: 'Passphrase for the file' })
  const again = (page: Page) => page.getByRole('textbox', { name: 'Passphrase, again' })
  const alerts = (page: Page) => page.getByRole('dialog').getByRole('alert').allInnerTexts()

  afterEach(async () => {
    expect(scripted?.complaints()).toEqual([])
    await scripted?.close()
    scripted = null
  })
  afterAll(async () => browser?.close())

  it('asks for a passphrase twice, says how hard it is to guess, and leaves it nowhere', async () => {
    const { page, asked } = await start()
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.url()))
    await ask(page)
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => alerts(page)).toEqual(['Give a passphrase.'])
    expect(loaded).toEqual([])
    const meter = page.getByRole('meter')
    await first(page).fill('password1')
    await expect.poll(() => meter.getAttribute('aria-valuetext')).toBe('Guessed at once')
    // what estimates is larger than the window, and comes only here
    expect(loaded).toEqual([expect.stringContaining('strength-estimator')])
    await first(page).fill(passphrase)
    await expect.poll(() => meter.getAttribute('aria-valuenow')).toBe('4')
    expect(await violations(page)).toEqual([])
    await again(page).fill(passphrase.trim())
    await page.keyboard.press('Enter')
    await expect.poll(() => alerts(page)).toEqual(['The two differ.'])
    await expect.poll(() => again(page).evaluate((node) => node === document.activeElement)).toBe(true)
    expect(await asked('vault.export')).toEqual([])
    await again(page).fill(passphrase)
    await page.keyboard.press('Enter')
    await page.getByText('17 keys exported').waitFor()
    expect(await asked('vault.export')).toEqual([
      { to: { ask: true }, format: 'rekey', passphrase, names: closed, evenIfOpen: false },
    ])
    expect(await page.content()).not.toContain(passphrase.trim())
    for (const said of [exported.path, 'Left out: 1', 'in clear, for whoever can read it', 'begin as a formula'])
      expect(await page.getByText(said).isVisible(), said).toBe(true)
  })

  it('keeps what was typed where a person closes the question for a place, and says what else went wrong', async () => {
    const unsafe = err(fail('vault-unsafe', { file: '/media/stick/keys.rekey', why: 'it is a link' }))
    const { page, asked } = await start({ 'vault.export': [err(fail('cancelled')), unsafe, ok(exported)] })
    await ask(page)
    await first(page).fill(passphrase)
    await again(page).fill(passphrase)
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await asked('vault.export')).length).toBe(1)
    await expect.poll(() => page.getByRole('button', { name: /^Export/ }).getAttribute('aria-disabled')).toBeNull()
    expect(await alerts(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.getByText('/media/stick/keys.rekey cannot be written: it is a link.').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('17 keys exported').waitFor()
  })

  it('writes in clear only after the words are typed', async () => {
    const { page, asked } = await start()
    await ask(page)
    await page.getByLabel('Format').selectOption('csv')
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => alerts(page)).toEqual(['Type it as it stands.'])
    expect(await page.getByText('15 keys as readable text').isVisible()).toBe(true)
    await page.getByLabel(/^Type “plain text”/).fill('yes')
    await page.keyboard.press('Control+Enter')
    expect(await asked('vault.export')).toEqual([])
    await page.getByLabel(/^Type “plain text”/).fill('plain text')
    await page.keyboard.press('Control+Enter')
    await page.getByText('17 keys exported').waitFor()
    expect((await asked('vault.export'))[0]).toMatchObject({ format: 'csv', plainText: true })
  })

  it('takes recipients where the format does, and says which is none', async () => {
    const { page, asked } = await start()
    await ask(page)
    await page.getByRole('radio', { name: 'Recipients' }).click()
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => alerts(page)).toEqual(['Give at least one.'])
    const recipient = `age1${'q'.repeat(58)}`
    await page.getByLabel('age recipients').fill(`${recipient}\nage1no`)
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => alerts(page)).toEqual(['That is no recipient: age1no'])
    await page.getByLabel('age recipients').fill(`${recipient}\n`)
    await page.getByLabel('Format').selectOption('kdbx')
    expect(await page.getByRole('radio', { name: 'Recipients' }).count()).toBe(0)
    await page.getByLabel('Format').selectOption('rekey')
    await page.keyboard.press('Control+Enter')
    await page.getByText('17 keys exported').waitFor()
    expect((await asked('vault.export'))[0]).toMatchObject({ recipients: [recipient] })
  })

  it('locks a vault with a key file, beside a passphrase or alone, and says which file is none', async () => {
    const { page, asked } = await start()
    await ask(page)
    expect(await page.getByRole('button', { name: 'Choose a key file…' }).count()).toBe(0)
    await page.getByLabel('Format').selectOption('kdbx')
    const choose = async (name: string, buffer: Buffer): Promise<void> => {
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: /key file…$/ }).click()
      await (await chooser).setFiles({ name, mimeType: 'x/y', buffer })
    }
    await choose('empty.key', Buffer.alloc(0))
    await expect.poll(() => alerts(page)).toEqual(['empty.key is empty: give another file.'])
    await choose('film.key', Buffer.alloc(1024 * 1024 + 1))
    await expect.poll(() => alerts(page)).toEqual(['film.key is larger than 1 MiB: give another file.'])
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => alerts(page)).toContain('Give a passphrase.')
    await choose('team.key', Buffer.from('KEY'))
    await page.getByText('team.key').waitFor()
    expect(await page.getByText('Keep a copy of it elsewhere').isVisible()).toBe(true)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.getByText('17 keys exported').waitFor()
    await page.keyboard.press('Escape')
    await ask(page)
    await page.getByLabel('Format').selectOption('kdbx')
    await choose('team.key', Buffer.from('KEY'))
    await first(page).fill(passphrase)
    await again(page).fill(passphrase)
    // another format has no use for it
    await page.getByLabel('Format').selectOption('rekey')
    await page.getByLabel('Format').selectOption('kdbx')
    await page.keyboard.press('Control+Enter')
    await page.getByText('17 keys exported').waitFor()
    const keyFile = Buffer.from('KEY').toString('base64')
    const [alone, both] = await asked('vault.export')
    expect(alone).toEqual({ to: { ask: true }, format: 'kdbx', keyFile, evenIfOpen: false, names: closed })
    expect(both).toMatchObject({ format: 'kdbx', passphrase, keyFile })
  })

  it('takes what is selected, or what has a tag, and open rotations only when told', async () => {
    const { page, asked } = await start()
    await page.locator('#search').fill('conjur')
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+a')
    await page.getByRole('toolbar').getByRole('button', { name: 'Export' }).click()
    const button = page.getByRole('button', { name: /^Export \d/ })
    const conjur = people.filter(({ name }) => name.includes('conjur')).length
    await expect.poll(() => button.innerText()).toBe(`Export ${conjur} keys…`)
    await page.getByRole('radio', { name: /^All/ }).click()
    await expect.poll(() => button.innerText()).toBe(`Export ${closed.length} keys…`)
    await page.getByLabel(`Also ${open.length} keys of which a rotation is open`).check()
    await expect.poll(() => button.innerText()).toBe(`Export ${people.length} keys…`)
    await page.getByRole('radio', { name: 'With a tag' }).click()
    await page.getByLabel('Tag', { exact: true }).selectOption('billing')
    await expect.poll(() => button.innerText()).toBe('Export 1 key…')
    await page.getByRole('radio', { name: 'Nothing' }).click()
    await page.getByLabel(/^Type “plain text”/).fill('Plain text')
    await page.keyboard.press('Control+Enter')
    await page.getByText('17 keys exported').waitFor()
    expect(await asked('vault.export')).toEqual([
      { to: { ask: true }, format: 'rekey', plainText: true, tag: 'billing', evenIfOpen: true },
    ])
  })
})
