import type { Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import type { Scene } from '../../scripts/screenshots/bridge.ts'
import { startBrowser } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'
import { openScene } from './scene.ts'

/** What a person reads before a rotation begins. */
const browser = await startBrowser()
const warning = '/home/ada/Dropbox/rekey is synced by Dropbox: another machine may rotate the same keys'
const warned: Scene = { credentials: people, warnings: [warning] }
let page: Page

async function ask(scene: Scene, name: string, text: string): Promise<string> {
  if (browser === null) return ''
  page = await openScene(browser, scene)
  const rekey = new RekeyWindow(page)
  await page.locator('#search').fill(name)
  await rekey.list.focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('r')
  await page.getByText(text).waitFor()
  await page.locator('.says li, .guide h2').first().waitFor()
  return rekey.dialog.innerText()
}

describe.skipIf(browser === null)('the question before a rotation', () => {
  afterEach(async () => {
    await page.context().close()
  })
  afterAll(async () => {
    await browser?.close()
  })

  it('names a data folder that other machines write to, once, for one key, many keys and a dashboard', async () => {
    expect(await ask({ credentials: people }, 'prod/scrapebit', 'Rotate prod/scrapebit?')).not.toContain('Dropbox')
    await page.context().close()
    for (const [name, text] of [
      ['prod/scrapebit', 'Rotate prod/scrapebit?'],
      ['prod/', 'Rotate 5 keys?'],
      ['prod/userplane-support', 'Paste the new key'],
    ] as const) {
      expect((await ask(warned, name, text)).split(warning), text).toHaveLength(2)
      if (name !== 'prod/userplane-support') await page.context().close()
    }
  })

  it('says that a key dies only of keys that are rotated', async () => {
    const text = await ask({ credentials: people }, 'o', 'keys?')
    expect(text).toContain('1 key of no vendor stays as it is')
    expect(text).not.toContain('no vendor, 1 key')
  })

  it('is answered also to who hid it meanwhile: good news in passing, bad news until it is read', async () => {
    const hide = async (scene: Scene): Promise<void> => {
      await ask(scene, 'prod/scrapebit', 'Rotate prod/scrapebit?')
      // it does not end before it is hidden
      await page.clock.install()
      await page.clock.pauseAt(Date.now() + 60_000)
      await page.keyboard.press('Control+Enter')
      await page.getByRole('button', { name: 'Hide, keep going' }).click()
      await page.clock.resume()
    }
    await hide({ credentials: people })
    await page.getByText('prod/scrapebit is rotated; its new key is in your keychain').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.context().close()
    await hide({
      credentials: people,
      ends: { outcome: 'lost', settled: false, newKey: null, code: 'old-key-dead', message: 'lost' },
    })
    await page.getByRole('status').getByText('prod/scrapebit: no key works now.').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.context().close()
    // who watched it is told there, once
    await ask({ credentials: people }, 'prod/scrapebit', 'Rotate prod/scrapebit?')
    await page.keyboard.press('Control+Enter')
    await page.getByText('New key for prod/scrapebit').waitFor()
    expect(await page.getByText('prod/scrapebit is rotated').count()).toBe(0)
  })
})
