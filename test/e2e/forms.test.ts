import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import { openScripted, type ScriptedPage, type Shape } from '../fixtures/scripted-page.ts'
import { startBrowser, violations } from './browser.ts'

/** Every refusal of a form in the built window: said at its field or with the way on, by the keyboard where it is typed. */
const browser: Browser | null = await startBrowser()
const key = 'sb_live_synthetic_0123456789abcdef'
const pin = 'ab'.repeat(32)
const [first] = people
const kept = (warning: string | null, proof = 'works') =>
  ok({ credential: { ...first, name: 'prod/new' }, proof, warning })
const all = { credentials: people }
const alert = (page: Page) => page.getByRole('dialog').getByRole('alert')

describe.skipIf(browser === null)('the forms', () => {
  let scripted: ScriptedPage | null = null
  const open = async (...[scene, script, shape]: [object, object, Shape?]): Promise<ScriptedPage> => {
    if (browser === null) throw new Error('no browser')
    scripted = await openScripted(browser, { ...all, ...scene }, script, shape)
    return scripted
  }
  const openAdd = async (script: object, vendor: RegExp, shape?: Shape): Promise<ScriptedPage> => {
    const opened = await open({}, script, shape)
    await opened.page.getByRole('grid').focus()
    await opened.page.keyboard.press('n')
    await opened.page.getByRole('radio', { name: vendor }).press('Enter')
    return opened
  }
  const fillAndAdd = async (page: Page): Promise<void> => {
    await page.getByLabel('Name', { exact: true }).fill('prod/new')
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(` ${key}\n`)
    await page.keyboard.press('Control+Enter')
  }
  afterEach(async () => {
    expect(scripted?.complaints()).toEqual([])
    await scripted?.close()
    scripted = null
  })
  afterAll(async () => browser?.close())

  it('asks for what the vendor needs before the pasted key leaves its field', async () => {
    const { page, asked } = await openAdd({}, /Conjur/)
    await fillAndAdd(page)
    await expect.poll(() => alert(page).allInnerTexts()).toEqual(['The vendor needs this.'])
    expect(await page.getByRole('textbox', { name: 'Key', exact: true }).inputValue()).toContain(key)
    expect(await asked('credential.add')).toEqual([])
    expect(await violations(page)).toEqual([])
  })

  it('sends a key trimmed, empties its field, and leaves it nowhere in the page', async () => {
    const { page, asked } = await openAdd({ 'credential.add': [err(fail('connect', { host: 'x' }))] }, /Scrapebit/)
    await fillAndAdd(page)
    await page.getByText('X does not answer').waitFor()
    expect((await asked('credential.add'))[0]).toMatchObject({ vendor: 'scrapebit', name: 'prod/new', secret: key })
    expect(await page.content()).not.toContain(key)
    expect(await page.getByRole('textbox', { name: 'Key', exact: true }).inputValue()).toBe('')
    await expect
      .poll(() =>
        page.getByRole('button', { name: 'Copy report' }).evaluate((node) => node.getBoundingClientRect().bottom),
      )
      .toBeLessThan(720)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(await page.getByRole('grid').isVisible()).toBe(true)
  })

  it.each([
    ['bad-secret', { why: 'it has a space in it' }, 'Key'],
    ['key-invalid', { vendor: 'Scrapebit' }, 'Key'],
    ['name-taken', { name: 'prod/new' }, 'Name'],
  ] as const)('says %s at its field', async (code, fields, label) => {
    const { page } = await openAdd({ 'credential.add': [err(fail(code, fields))] }, /Scrapebit/)
    await fillAndAdd(page)
    const field = page.getByRole('textbox', { name: label, exact: true })
    await expect.poll(() => field.getAttribute('aria-describedby')).toBeTruthy()
    const hint = page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`)
    expect(await hint.getAttribute('role')).toBe('alert')
    expect(await violations(page)).toEqual([])
  })

  it('keeps a warning of the key’s shape on the screen until it is read', async () => {
    const { page } = await openAdd({ 'credential.add': [kept('keys of Scrapebit begin with sb_')] }, /Scrapebit/)
    await fillAndAdd(page)
    await page.getByText('Keys of Scrapebit begin with sb_').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  it('shows an unknown certificate, and pins it when the key is pasted again', async () => {
    const { page, asked } = await openAdd(
      { 'credential.add': [err(fail('tls-unknown', { host: 'conjur.test', sha256: pin })), kept(null)] },
      /Scrapebit/,
    )
    await fillAndAdd(page)
    await page.getByText('ab:ab:ab').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key)
    await page.getByRole('button', { name: 'Trust it and add' }).press('Enter')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(await asked('credential.add')).toMatchObject([{ secret: key }, { secret: key, pinSha256: pin }])
  })

  it('takes over an item of the keychain by its own value, and shows the key that has one already', async () => {
    const { page, asked } = await openAdd(
      {
        'credential.add': [
          err(fail('known-secret', { name: 'prod/scrapebit' })),
          err(fail('item-exists', { name: 'prod/new' })),
          kept(null),
        ],
      },
      /Scrapebit/,
    )
    await fillAndAdd(page)
    await page.getByRole('button', { name: 'Show prod/scrapebit' }).waitFor()
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key)
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Take it over' }).press('Enter')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect((await asked('credential.add'))[2]).toMatchObject({ secret: null, adopt: true })
  })

  it('does not pretend to empty what cannot be emptied', async () => {
    const { page, asked } = await open({}, {})
    await page.locator('#search').fill('prod/scrapebit')
    await page.getByRole('grid').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('e')
    await page.getByLabel('Used by').fill('')
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => alert(page).innerText()).toContain('Places can be added here, not taken off')
    const usedBy = page.getByLabel('Used by')
    await expect.poll(() => usedBy.evaluate((node) => node === document.activeElement)).toBe(true)
    // nothing of the window behind shows through the dialog
    const title = page.getByRole('heading', { name: 'Edit prod/scrapebit' })
    expect(
      await title.evaluate((node) => {
        const { x, y, height } = node.getBoundingClientRect()
        return node.contains(document.elementFromPoint(x + 4, y + height / 2))
      }),
    ).toBe(true)
    expect(await asked('credential.edit')).toEqual([])
  })

  it('reviews a vendor file by what it changes and where it sends keys, and trusts only what was read', async () => {
    const review = {
      vendor: 'acme',
      sha256: pin,
      diff: '+ id: acme\n- hosts: [a.test]\n+ hosts: [evil\u202e.test]',
      hosts: ['api.acme.test'],
      isTrusted: false,
    }
    const { page, asked } = await open(
      {},
      {
        'vendor.unusable': [
          ok([{ vendor: 'acme', why: fail('changed-vendor-file', { file: '/home/mira/acme.yaml' }) }]),
          ok([]),
        ],
        'vendor.review': [ok(review)],
        'vendor.trust': [
          err(fail('changed-vendor-file', { file: '/a.yaml' })),
          ok({ vendor: 'acme', installedAt: '/x' }),
        ],
      },
      { theme: 'dark' },
    )
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('vendor files')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Vendor files' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByText('Not in use: /home/mira/acme.yaml has changed since it was trusted').waitFor()
    await page.getByRole('button', { name: 'Review acme…' }).press('Enter')
    await page.getByRole('region', { name: 'What would change' }).waitFor()
    await page.getByRole('button', { name: 'Leave it' }).press('Enter')
    await page.getByRole('button', { name: 'Review a file…' }).press('Enter')
    await page.getByLabel('Path of the file').fill('/a.yaml')
    await page.keyboard.press('Enter')
    await page.getByText('api.acme.test').waitFor()
    expect(await page.getByText('evil\\u{202e}.test').count()).toBe(1)
    const diff = page.getByRole('region', { name: 'What would change' })
    await expect.poll(() => diff.evaluate((node) => node === document.activeElement)).toBe(true)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await alert(page).getByText('has changed since it was trusted').waitFor()
    expect(await page.getByRole('button', { name: 'Trust this file' }).count()).toBe(0)
    await page.getByLabel('Path of the file').press('Enter')
    await page.getByRole('button', { name: 'Trust this file' }).press('Enter')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    // it is asked again what is left
    await expect.poll(() => page.getByText('Not in use').count()).toBe(0)
    expect(await asked('vendor.trust')).toEqual([
      { path: '/a.yaml', sha256: pin },
      { path: '/a.yaml', sha256: pin },
    ])
  })

  it('is never a dead end where the keychain is fixed and does not answer', async () => {
    const failure = fail('keychain-unavailable', { why: 'there is no D-Bus session' })
    const { page } = await open(
      { credentials: [], keychain: { state: 'missing', isFixed: true, detail: null, failure } },
      {},
    )
    await page.getByText('start Rekey without it').waitFor()
    await page.getByRole('button', { name: 'Try the keychain again' }).waitFor()
    expect(await violations(page)).toEqual([])
    // not offered without a keychain, so not by its letter either
    await page.keyboard.press('s')
    expect(await scripted?.asked('sandbox.start')).toEqual([])
  })

  it('says in the doctor what to press, never what to type in a terminal', async () => {
    const checks = [
      {
        id: 'ledger',
        ok: false,
        detail: 'this data folder was used on another machine',
        hint: 'rekey recover --here, once no other machine uses it',
      },
      {
        id: 'keychain-os',
        ok: false,
        detail: 'no keychain answers',
        hint: 'start one, or use REKEY_KEYCHAIN=sealed with a passphrase',
      },
    ]
    const { page, asked } = await open({}, { 'doctor.run': [ok({ ok: false, checks, open: [] })] })
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('doctor')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /go on here/ }).press('Enter')
    await expect.poll(() => asked('rotation.recover')).toEqual([{ here: true }])
    expect(await page.getByRole('main').innerText()).not.toMatch(/rekey recover|REKEY_/)
    expect(await violations(page)).toEqual([])
  })
})
