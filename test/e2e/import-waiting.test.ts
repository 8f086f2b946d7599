import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import { envPreview, exported, preview, receipt } from '../../scripts/screenshots/vaults.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import { openScripted, type ScriptedPage } from '../fixtures/scripted-page.ts'
import { startBrowser, violations } from './browser.ts'

/** Imports and exports that take their time, in the built window: what is said meanwhile, and what another file or the lock does. */
const browser: Browser | null = await startBrowser()
type Held = {
  readonly rekey: {
    operations: Record<string, (input: unknown) => Promise<unknown>>
    listen: (listener: (event: object) => void) => () => void
  }
  /** Answers of held operations, oldest first. */
  release: ((answer: unknown) => void)[]
  tell: (event: object) => void
}

/** Runs in the page: these operations answer when the test says so. */
function hold(names: readonly string[]): void {
  const place = globalThis as unknown as Held
  const under = place.rekey
  const listeners: ((event: object) => void)[] = []
  place.release = []
  place.tell = (event) => listeners.forEach((listener) => listener(event))
  const operations = new Proxy(under.operations, {
    get: (target, name: string) =>
      names.includes(name)
        ? async (input: unknown) => {
            await target[name]?.(input)
            return new Promise((resolve) => place.release.push(resolve))
          }
        : target[name],
  })
  const listen = (listener: (event: object) => void): (() => void) => {
    listeners.push(listener)
    return under.listen(listener)
  }
  Object.assign(globalThis, { rekey: { operations, listen } })
}

const file = (name: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from('name,key') })

describe.skipIf(browser === null)('what takes its time', () => {
  let scripted: ScriptedPage | null = null
  const open = async (held: readonly string[], script: object = {}): Promise<ScriptedPage> => {
    if (browser === null) throw new Error('no browser')
    scripted = await openScripted(browser, { credentials: people }, script)
    await scripted.page.addInitScript(hold, held)
    await scripted.page.reload()
    await scripted.page.getByRole('grid').waitFor()
    return scripted
  }
  const pick = async (page: Page, name: string): Promise<void> => {
    if (!(await page.getByRole('button', { name: 'Choose a file…' }).isVisible())) await page.keyboard.press('i')
    const asked = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await (await asked).setFiles(file(name))
  }
  const release = (page: Page, answer: unknown): Promise<void> =>
    page.evaluate((value) => {
      const next = (globalThis as unknown as Held).release.shift()
      if (!next) throw new Error('nothing waits')
      next(value)
    }, answer)
  const tell = (page: Page, event: object): Promise<void> =>
    page.evaluate((given) => (globalThis as unknown as Held).tell(given), event)
  const waiting = (page: Page) => () => page.evaluate(() => (globalThis as unknown as Held).release.length)

  afterEach(async () => {
    expect(scripted?.complaints()).toEqual([])
    await scripted?.close()
    scripted = null
  })
  afterAll(async () => browser?.close())

  it('says its step after a second, and counts', async () => {
    const { page } = await open(['vault.preview', 'vault.import'])
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000)
    await pick(page, 'slow.csv')
    await expect.poll(waiting(page)).toBe(1)
    await page.clock.runFor(900)
    expect(await page.getByText('Reading…').count()).toBe(0)
    await page.clock.runFor(200)
    await page.getByText('Reading…').waitFor()
    await page.clock.resume()
    await tell(page, { type: 'vault.progressed', step: 'judging', done: 0, of: 1 })
    await page.getByRole('main').getByText('Comparing with what is kept…').waitFor()
    expect(await violations(page)).toEqual([])
    await release(page, ok(preview))
    await page.getByRole('button', { name: 'Import 9 keys' }).click()
    await tell(page, { type: 'vault.progressed', step: 'writing', done: 1200, of: 9000 })
    await page.getByText('Keeping: 1,200 of 9,000').waitFor()
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('1200')
    expect(await violations(page)).toEqual([])
    for (const name of ['Cancel', 'Close the import'])
      expect(await page.getByRole('button', { name }).isDisabled(), name).toBe(true)
    await page.keyboard.press('Control+Enter')
    await release(page, ok(receipt))
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
    expect(await waiting(page)()).toBe(0)
  })

  it('cancelled while it is read, is forgotten by the app once it is', async () => {
    const { page, asked } = await open(['vault.preview'])
    await pick(page, 'first.csv')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await pick(page, 'second.csv')
    await expect.poll(waiting(page)).toBe(2)
    await release(page, ok({ ...preview, id: 'first', file: 'first.csv' }))
    await expect.poll(() => asked('vault.forget')).toEqual([{ id: 'first' }])
    expect(await page.getByText('Opening second.csv').isVisible()).toBe(true)
    await release(page, ok({ ...preview, id: 'second', file: 'second.csv' }))
    await page.getByText(/^second\.csv, /).waitFor()
  })

  it('locked meanwhile, shows nothing of it afterwards', async () => {
    const { page } = await open(['vault.preview'])
    await pick(page, 'slow.csv')
    await expect.poll(waiting(page)).toBe(1)
    await page.getByRole('button', { name: 'Lock' }).click()
    await page.getByRole('heading', { name: 'Rekey is locked' }).waitFor()
    await release(page, ok(preview))
    await page.waitForTimeout(100)
    expect(await page.content()).not.toContain('conjur-host')
  })

  it('an export says that it reads its file again, and cannot be dismissed in the middle', async () => {
    const { page } = await open(['vault.export'])
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('export keys')
    await page.keyboard.press('Enter')
    await page.getByLabel('Format').selectOption('csv')
    await page.getByLabel(/^Type/).fill('plain text')
    await page.keyboard.press('Control+Enter')
    await tell(page, { type: 'vault.progressed', step: 'checking', done: 0, of: 1 })
    await page.getByRole('dialog').getByText('Reading it again to compare…').waitFor()
    await page.keyboard.press('Escape')
    await release(page, ok(exported))
    await page.getByText('17 keys exported').waitFor()
  })

  it('read again for names that are keys, and imported before it was, is imported as it was shown', async () => {
    const { page, asked } = await open(['vault.preview', 'vault.import'])
    await pick(page, '.env')
    await release(page, ok(envPreview))
    await page.getByRole('button', { name: 'Choose keys…' }).click()
    await page.getByRole('checkbox', { name: 'STRIPE' }).check()
    await page.getByRole('button', { name: 'Take 1 key' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Import 2 keys' }).click()
    await expect.poll(waiting(page)).toBe(2)
    await release(page, ok({ ...envPreview, id: 'again' }))
    await expect.poll(() => asked('vault.forget')).toEqual([{ id: 'again' }])
    await release(page, ok(receipt))
    await page.getByRole('button', { name: 'Show the keys' }).waitFor()
  })

  it('a keychain that is locked is opened on the way, and the file tried again', async () => {
    const locked = err(fail('needs-passphrase'))
    const { page, asked } = await open([], {
      'vault.preview': [locked, ok(preview)],
      'keychain.unlock': [ok({ kind: 'sealed', state: 'ready', detail: null, failure: null, isFixed: false })],
    })
    await pick(page, 'keys.csv')
    await page.getByRole('button', { name: 'Unlock…' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Passphrase' }).fill('of the store')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Import 9 keys' }).waitFor()
    expect(await asked('vault.preview')).toHaveLength(2)
  })
})
