import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people, thousands } from '../../scripts/screenshots/people.ts'
import type { Scene } from '../../scripts/screenshots/bridge.ts'
import { startBrowser } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'
import { openScene } from './scene.ts'

/** Where the keyboard is, what it acts on, and that it is never nowhere. */
const browser = await startBrowser()
let page: Page
let rekey: RekeyWindow

const all: Scene = { credentials: people }
async function open(scene: Scene = all, width = 1100): Promise<void> {
  if (browser === null) return
  page = await openScene(browser, scene, width)
  rekey = new RekeyWindow(page)
}
const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
const selected = () =>
  page.getByRole('row', { selected: true }).evaluateAll((rows) => rows.map((row) => Number(row.ariaRowIndex)))
const focused = () =>
  page.evaluate(() => {
    const at = document.activeElement
    return at?.closest('[data-pane]')?.getAttribute('data-pane') ?? at?.tagName ?? 'nowhere'
  })
/** The row the keyboard is at, as a screen reader finds it. */
const current = () =>
  page.evaluate(() => {
    const id = document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant')
    return id ? (document.getElementById(id)?.querySelector('.mid')?.getAttribute('title') ?? `no #${id}`) : null
  })

describe.skipIf(browser === null)('the keyboard in the window', () => {
  afterEach(async () => {
    await page.context().close()
  })
  afterAll(async () => {
    await browser?.close()
  })

  it('selects a range by Shift, gives back what it went too far, and begins anew where it moved to', async () => {
    await open()
    await rekey.list.focus()
    await press('Home', 'ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowUp')
    expect(await selected()).toEqual([3, 4])
    await press('ArrowDown', 'ArrowDown', 'Shift+ArrowDown')
    expect(await selected()).toEqual([3, 4, 6, 7])
    await press('Escape')
    const row = (at: number) => page.locator(`#row-${at} .mid`)
    await row(1).click()
    await row(4).click({ modifiers: ['Shift'] })
    expect(await selected()).toEqual([2, 3, 4, 5])
  })

  it('acts on a row that is seen, not on one that a search has put out of sight', async () => {
    await open()
    await rekey.openDetails('prod/scrapebit')
    await press('/')
    await page.keyboard.type('nuclei')
    await press('ArrowDown', 'r')
    await page.getByText('Rotate ci/nuclei-nightly?').waitFor()
  })

  it('leaves the list alone while a menu has the keys', async () => {
    await open()
    await rekey.list.focus()
    await press('Home')
    const was = await current()
    await rekey.row(was ?? '').hover()
    await page.getByRole('button', { name: `More for ${was ?? ''}` }).click()
    await page.getByRole('menu').waitFor()
    await press('ArrowDown', 'ArrowDown')
    expect(await current()).toBe(was)
    await press('n', 'j')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await press('Escape')
    await page.getByRole('menu').waitFor({ state: 'hidden' })
    expect(await current()).toBe(was)
  })

  it('keeps a row’s menu where it is under a press that lasts, wherever the pointer is', async () => {
    await open()
    await rekey.row('prod/scrapebit').hover()
    await page.getByRole('button', { name: 'More for prod/scrapebit' }).click()
    const item = page.getByRole('menuitem', { name: /Rotate/ })
    await item.hover()
    const was = await item.boundingBox()
    await page.mouse.down()
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    expect(await item.boundingBox()).toEqual(was)
    expect(await item.evaluate((node) => node === document.activeElement)).toBe(true)
    await page.mouse.up()
    await page.getByRole('alertdialog').waitFor()
  })

  it('closes details by Escape from inside them, and is in the list again', async () => {
    await open()
    await rekey.openDetails('prod/scrapebit')
    await page.getByRole('button', { name: 'Close details' }).focus()
    await press('Enter')
    await expect.poll(focused).toBe('list')
    await press('Enter', 'F6')
    await expect.poll(focused).toBe('detail')
    await press('Escape')
    await expect.poll(focused).toBe('list')
    expect(await current()).toBe('prod/scrapebit')
  })

  it('goes to the page that details are on a small window, and back', async () => {
    await open(all, 900)
    await rekey.list.focus()
    await press('Home', 'ArrowDown')
    const was = await current()
    await press('Enter')
    await expect.poll(focused).toBe('detail')
    await press('Escape')
    await expect.poll(focused).toBe('list')
    expect(await current()).toBe(was)
  })

  it('opens the sidebar of a small window with the focus in it, and closes it where it came from', async () => {
    await open(all, 480)
    const menu = page.getByRole('button', { name: 'Open the sidebar' })
    await menu.focus()
    await press('Enter')
    await expect.poll(focused).toBe('side')
    await press('Escape')
    await page.getByRole('navigation', { name: 'Keys' }).waitFor({ state: 'hidden' })
    await expect.poll(() => menu.evaluate((button) => button === document.activeElement)).toBe(true)
    await press('Enter')
    await expect.poll(focused).toBe('side')
    // what lies under it cannot be reached
    for (let step = 0; step < 30; step += 1) {
      await press('Tab')
      expect(['side', 'BODY', 'BUTTON']).toContain(await focused())
      expect(await menu.evaluate((button) => button === document.activeElement)).toBe(false)
    }
    await page.getByRole('button', { name: /^Due/ }).focus()
    await press('Enter')
    await expect.poll(focused).toBe('list')
  })

  it('walks the panes both ways, on every page', async () => {
    await open()
    await rekey.openDetails('prod/scrapebit')
    await rekey.list.focus()
    const seen: string[] = []
    for (const key of ['F6', 'F6', 'F6', 'Shift+F6', 'Shift+F6']) {
      await press(key)
      seen.push(await focused())
    }
    expect(seen).toEqual(['detail', 'side', 'list', 'side', 'detail'])
    for (const place of ['Rotations', 'Needs attention']) {
      await rekey.goTo(place)
      await press('F6')
      expect(await focused(), place).toBe('main')
    }
  })

  it('is never nowhere: a page that goes takes the focus along', async () => {
    await open()
    await rekey.list.focus()
    await press('Control+,')
    await expect.poll(focused).toBe('main')
    await press('g', 'a')
    await expect.poll(focused).toBe('list')
    await press('g', 'n')
    await expect.poll(focused).toBe('main')
  })

  it('gives the focus back to the row that a dialog came from, however it was opened', async () => {
    await open()
    const dialog = page.getByRole('alertdialog')
    const back = async (how: string): Promise<void> => {
      await dialog.waitFor()
      await press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await expect.poll(focused, { message: how }).toBe('list')
      expect(await current(), how).toBe('prod/scrapebit')
      await press('ArrowDown', 'ArrowUp')
      expect(await current(), how).toBe('prod/scrapebit')
    }
    await rekey.row('prod/scrapebit').hover()
    await page.getByRole('button', { name: 'Rotate prod/scrapebit' }).click()
    await back('its button')
    await page.getByRole('button', { name: 'More for prod/scrapebit' }).click()
    await page.getByRole('menuitem', { name: /Rotate/ }).click()
    await back('its menu')
    await press('Control+k')
    await page.keyboard.type('rotate prod/scrapebit')
    await press('Enter')
    await back('the palette')
    await press('r')
    await back('its key')
  })

  it('takes Escape for one thing at a time: the dialog, then the selection, then the details', async () => {
    await open()
    await rekey.openDetails('prod/scrapebit')
    await press('Space', 'r')
    const dialog = page.getByRole('alertdialog')
    await dialog.waitFor()
    await press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(await selected()).toHaveLength(1)
    await page.locator('#search').blur()
    await press('Escape')
    expect(await selected()).toEqual([])
    await page.getByRole('complementary', { name: 'prod/scrapebit' }).waitFor()
    await press('Escape')
    await page.getByRole('complementary', { name: 'prod/scrapebit' }).waitFor({ state: 'hidden' })
  })

  it('has the search ready for the very next letter, from any page', async () => {
    await open()
    for (const go of [() => rekey.list.focus(), () => press('g', 'n')]) {
      await go()
      const at = await page.evaluate(() => {
        const key = new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true })
        ;(document.activeElement ?? document.body).dispatchEvent(key)
        return document.activeElement?.id
      })
      expect(at).toBe('search')
    }
  })

  it('has the palette and a dialog ready for the very next key, not a frame later', async () => {
    await open()
    await rekey.list.focus()
    const after = (key: { readonly key: string; readonly ctrlKey?: boolean }) =>
      page.evaluate(async (init) => {
        const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
        document.activeElement?.dispatchEvent(event)
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
        return document.activeElement?.ariaLabel ?? document.activeElement?.textContent
      }, key)
    expect(await after({ key: 'k', ctrlKey: true })).toBe('Command')
    await press('Escape')
    await expect.poll(focused).toBe('list')
    await press('Home')
    expect(await after({ key: 'Delete' })).toBe('Keep the key')
  })

  it('goes where the palette was told to go', async () => {
    await open()
    await rekey.list.focus()
    await press('Control+k')
    await page.keyboard.type('settings')
    await press('Enter')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await expect.poll(focused).toBe('main')
    await press('Control+k')
    await page.keyboard.type('show prod/scrapebit')
    await press('Enter')
    await page.getByRole('complementary', { name: 'prod/scrapebit' }).waitFor()
    await expect.poll(focused).toBe('list')
  })

  it('rotates from the details as it says there, and lets a button in them be pressed', async () => {
    await open(all, 900)
    await rekey.list.focus()
    await press('Home', 'End', 'Enter')
    await expect.poll(focused).toBe('detail')
    await press('e')
    await page.getByRole('dialog', { name: /^Edit / }).waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await expect.poll(focused).toBe('detail')
    await page.getByRole('button', { name: 'Reveal the key' }).focus()
    await press('Enter')
    await page.locator('[data-secret]').waitFor()
  })

  it('names the row it is at, also where the wheel has gone on or the way was long', async () => {
    await open({ credentials: thousands })
    await rekey.list.focus()
    await press('Home', 'ArrowDown', 'ArrowDown')
    const was = await current()
    await rekey.list.evaluate((list) => list.scrollTo({ top: 90_000 }))
    await page.waitForTimeout(150)
    expect(await current()).toBe(was)
    await press('End')
    expect(await current()).not.toMatch(/^no #/)
    const [bottom, seen] = await page.evaluate(() => {
      const list = document.querySelector('[role=grid]')
      const row = document.getElementById(list?.getAttribute('aria-activedescendant') ?? '')
      return [list?.getBoundingClientRect().bottom ?? 0, row?.getBoundingClientRect().bottom ?? Infinity]
    })
    expect(seen).toBeLessThanOrEqual(bottom)
  })

  it('sorts by its name in the palette, for who has no pointer', async () => {
    await open()
    await press('Control+k')
    await page.getByRole('combobox').fill('sort by name')
    await press('Enter')
    await page.getByRole('columnheader', { name: 'Name' }).and(page.locator('[aria-sort=ascending]')).waitFor()
  })
})
