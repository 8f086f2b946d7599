/** The window as a person meets it: by names and keys, never by classes. Any host's window will do. */
import type { Locator, Page } from 'playwright-core'

export class RekeyWindow {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get list(): Locator {
    return this.page.getByRole('grid')
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog').or(this.page.getByRole('alertdialog')).last()
  }

  row(name: string): Locator {
    return this.list.getByRole('row').filter({ has: this.page.locator(`[title="${name}"]`) })
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name })
  }

  async goTo(place: string): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Keys' })
      .getByRole('button', { name: new RegExp(`^${place}`) })
      .click()
  }

  async openDetails(name: string): Promise<Locator> {
    await this.row(name).locator('.mid').click()
    const pane = this.page.getByRole('complementary', { name })
    await pane.waitFor()
    return pane
  }

  /** Makes the encrypted store where no keychain answers. */
  async makeSealedStore(passphrase: string): Promise<void> {
    const own = this.button(/own encrypted store/)
    await own.or(this.page.getByLabel('Passphrase, again')).first().waitFor()
    if (await own.isVisible()) await own.click()
    await this.page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase)
    await this.page.getByLabel('Passphrase, again').fill(passphrase)
    await this.button('Make the store').click()
  }

  async startSandbox(): Promise<void> {
    await this.button(/Try with sandbox vendors/).click()
    await this.row('sandbox/scrapebit').waitFor()
  }

  async add(vendor: string, name: string, key: string, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.button('Add').first().click()
    await this.dialog.getByRole('radio', { name: new RegExp(vendor) }).click()
    await this.dialog.getByLabel('Name', { exact: true }).fill(name)
    for (const [label, value] of Object.entries(inputs))
      await this.dialog.getByLabel(label, { exact: true }).fill(value)
    await this.dialog.getByRole('textbox', { name: 'Key', exact: true }).fill(key)
    await this.dialog.getByRole('button', { name: /^Add/ }).click()
  }

  /** By the pointer: the row's own button, the question, the end. */
  async rotate(name: string): Promise<void> {
    const pane = await this.openDetails(name)
    await pane
      .getByRole('button', { name: /Rotate…/ })
      .first()
      .click()
    await this.dialog.getByRole('button', { name: /Rotate now/ }).click()
  }

  /** The lights as they are read: `Old key is dead`, `New key works`. */
  async lights(): Promise<readonly string[]> {
    return this.dialog.getByRole('group', { name: 'Which key works now' }).locator('.light-head').allInnerTexts()
  }
}
