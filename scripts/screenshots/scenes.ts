/** Every screen and dialog, and how a person gets there. */
import type { Page } from 'playwright-core'
import type { Scene } from './bridge.ts'
import { hostile, people, thousands, unconfirmed } from './people.ts'
import { envPreview, hostilePreview, largePreview } from './vaults.ts'

type Shot = { readonly name: string; readonly scene: Scene; readonly go?: (page: Page) => Promise<unknown> }

const all: Scene = { credentials: people }
const focusList = (page: Page) => page.getByRole('grid').focus()
/** The keyboard at that row, and these keys pressed there. */
const at =
  (name: string, ...keys: readonly string[]) =>
  async (page: Page) => {
    await page.locator('#search').fill(name)
    await focusList(page)
    await page.keyboard.press('Home')
    await page.locator('#search').fill('')
    await focusList(page)
    for (const key of keys) await page.keyboard.press(key)
    await page.waitForTimeout(150)
  }
const keys =
  (...pressed: readonly string[]) =>
  async (page: Page) => {
    for (const key of pressed) await page.keyboard.press(key)
    await page.waitForTimeout(150)
  }
const rotateOne = (text: string) => async (page: Page) => {
  await at('prod/scrapebit', 'r')(page)
  await page.getByText('Rotate prod/scrapebit?').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText(text).first().waitFor()
}
const toImport = async (page: Page) => {
  await page.getByRole('grid').waitFor()
  await page.keyboard.press('i')
  await page.getByRole('button', { name: 'Choose a file…' }).waitFor()
}
const toExport = (after: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await page.getByRole('grid').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('export')
  await page.keyboard.press('Enter')
  await page.getByLabel('Format').waitFor()
  await after(page)
  await page.waitForTimeout(300)
}
/** A file given to the window, by its own question for one. */
const open =
  (...after: readonly ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page) => {
    await toImport(page)
    const asked = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a file…' }).click()
    await (await asked).setFiles({ name: 'team-vault.json', mimeType: 'application/json', buffer: Buffer.from('{}') })
    await page.getByRole('button', { name: /^(Import \d|Open it|Choose a file)/ }).waitFor()
    for (const step of after) await step(page)
    await page.waitForTimeout(150)
  }
const lost: Scene = {
  ...all,
  ends: {
    outcome: 'lost',
    settled: false,
    newKey: null,
    code: 'old-key-dead',
    message: 'the old key is dead and no new one is here',
  },
}

export const shots: readonly Shot[] = [
  { name: 'list', scene: all, go: at('prod/scrapebit', 'Enter') },
  {
    name: 'picked',
    scene: all,
    go: async (page) => {
      await at('ci/nuclei-nightly', 'Space', 'ArrowDown', 'Space')(page)
    },
  },
  { name: 'empty', scene: { credentials: [] } },
  { name: 'one', scene: { credentials: people.slice(5, 6) } },
  { name: 'thousands', scene: { credentials: thousands } },
  { name: 'hostile', scene: { credentials: hostile }, go: async (page) => page.locator('.row .mid').first().click() },
  { name: 'none-found', scene: all, go: async (page) => page.locator('#search').fill('nothing is called this') },
  {
    name: 'no-keychain',
    scene: {
      credentials: [],
      keychain: {
        state: 'missing',
        detail: null,
        failure: { code: 'keychain-unavailable', fields: { why: 'there is no D-Bus session to reach one by' } },
      },
    },
  },
  { name: 'locked', scene: { ...all, session: { isLocked: true, unlockBy: 'passphrase' } } },
  { name: 'confirm', scene: all, go: at('prod/scrapebit', 'r') },
  {
    name: 'confirm-synced',
    scene: {
      ...all,
      warnings: ['/home/mira/Dropbox/rekey is synced by Dropbox: another machine may rotate the same keys'],
    },
    go: at('prod/scrapebit', 'r'),
  },
  { name: 'progress', scene: { ...all, ends: null }, go: rotateOne('Verifying…') },
  {
    name: 'copy-once',
    scene: all,
    go: async (page) => {
      await rotateOne('New key for prod/scrapebit')(page)
      await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('timer').waitFor()
    },
  },
  { name: 'ending-lost', scene: lost, go: rotateOne('No key works now') },
  {
    name: 'ending-refused',
    scene: {
      ...all,
      ends: {
        outcome: 'refused',
        code: 'rate-limited',
        oldKey: 'works',
        newKey: null,
        message: 'Scrapebit allows this once an hour',
      },
    },
    go: rotateOne('The vendor said no'),
  },
  {
    name: 'bulk',
    scene: all,
    go: async (page) => {
      await focusList(page)
      await keys('Control+a', 'r')(page)
      await page.getByText(/Rotate \d+ keys\?/).waitFor()
      await page.waitForTimeout(150)
      await page.keyboard.press('Control+Enter')
      await page.getByText(/rotations ended/).waitFor()
    },
  },
  {
    name: 'guided',
    scene: all,
    go: async (page) => {
      await at('prod/userplane-support', 'r')(page)
      await page.getByRole('button', { name: 'Open the dashboard' }).click()
      await page.getByRole('textbox', { name: 'New key' }).fill('uspl_synthetic_key')
    },
  },
  { name: 'attention', scene: all, go: keys('g', 'n') },
  {
    name: 'rotations',
    scene: all,
    go: async (page) => {
      await keys('Control+k')(page)
      await page.keyboard.type('rotations')
      await keys('Enter')(page)
    },
  },
  {
    name: 'palette',
    scene: all,
    go: async (page) => {
      await keys('Control+k')(page)
      await page.keyboard.type('scr')
    },
  },
  {
    name: 'add',
    scene: all,
    go: async (page) => {
      await keys('n')(page)
      await page.getByRole('radio', { name: /Conjur/ }).click()
    },
  },
  { name: 'edit', scene: all, go: at('prod/scrapebit', 'e') },
  { name: 'remove', scene: all, go: at('prod/scrapebit', 'Delete') },
  {
    name: 'vendors',
    scene: all,
    go: async (page) => {
      await keys('Control+k')(page)
      await page.getByRole('combobox').fill('vendor files')
      await keys('Enter')(page)
      await page.getByText('Not in use').waitFor()
    },
  },
  { name: 'settings', scene: all, go: keys('Control+,') },
  { name: 'import-choose', scene: all, go: toImport },
  { name: 'import', scene: all, go: open() },
  { name: 'import-thousands', scene: { ...all, vault: largePreview }, go: open() },
  { name: 'import-hostile', scene: { ...all, vault: hostilePreview }, go: open() },
  {
    name: 'import-entry',
    scene: all,
    go: open(async (page) => {
      await page.getByRole('grid').focus()
      await keys('End', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'Enter')(page)
      await page.getByRole('dialog', { name: 'staging/conjur-host-13' }).waitFor()
    }),
  },
  { name: 'import-env', scene: { ...all, vault: envPreview }, go: open() },
  {
    name: 'import-left-out',
    scene: { ...all, vault: envPreview },
    go: open(async (page) => {
      await page.getByRole('button', { name: 'Choose keys…' }).click()
      await page.getByRole('checkbox', { name: 'DATABASE_URL' }).check()
    }),
  },
  {
    name: 'import-asks',
    scene: {
      ...all,
      vault: { code: 'vault-needs', fields: { what: 'its passphrase', option: '--passphrase-file or --key-file' } },
    },
    go: open(),
  },
  {
    name: 'import-bad',
    scene: {
      ...all,
      vault: { code: 'bad-vault', fields: { file: 'team-vault.json', where: 'line 12', what: 'it is cut short' } },
    },
    go: open(),
  },
  {
    name: 'import-receipt',
    scene: all,
    go: open(async (page) => {
      await page.keyboard.press('Control+Enter')
      await page.getByRole('button', { name: 'Show the keys' }).waitFor()
    }),
  },
  {
    name: 'export',
    scene: all,
    go: toExport(async (page) => page.getByLabel('Passphrase for the file').fill('gauge')),
  },
  {
    name: 'export-plain',
    scene: all,
    go: toExport(async (page) => {
      await page.getByLabel('Format').selectOption('dotenv')
      await keys('Control+Enter')(page)
    }),
  },
  {
    name: 'export-recipients',
    scene: all,
    go: toExport(async (page) => {
      await page.getByRole('radio', { name: 'With a tag' }).click()
      await page.getByRole('radio', { name: 'Recipients' }).click()
      await page.getByLabel('age recipients').fill('age1notone')
      await keys('Control+Enter')(page)
    }),
  },
  {
    name: 'export-done',
    scene: all,
    go: toExport(async (page) => {
      await page.getByLabel('Format').selectOption('csv')
      await page.getByLabel(/^Type/).fill('plain text')
      await keys('Control+Enter')(page)
      await page.getByText('17 keys exported').waitFor()
    }),
  },
  { name: 'unconfirmed', scene: { credentials: unconfirmed }, go: at('admin/conjur', 'Enter') },
  {
    name: 'kept',
    scene: all,
    go: async (page) => {
      await at('admin/conjur', 'Enter')(page)
      await page.getByRole('button', { name: 'Reveal notes' }).click()
      await page.getByRole('button', { name: 'Hide notes' }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'import-drop',
    scene: all,
    go: async (page) => {
      const data = await page.evaluateHandle(
        "(() => { const given = new DataTransfer(); given.items.add(new File(['x'], 'x.csv')); return given })()",
      )
      await page.dispatchEvent('main', 'dragenter', { dataTransfer: data })
      await page.getByText('Drop it to look into it').waitFor()
    },
  },
  { name: 'shortcuts', scene: all, go: keys('?') },
]
