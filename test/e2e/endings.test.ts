import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultAt, Sandbox } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { missingForKeyring, startKeyring, type Keyring } from '../fixtures/keyring.ts'
import { startWindowServer, type WindowServer } from '../fixtures/window-server.ts'
import { openTab, startBrowser, violations, type Tab } from './browser.ts'
import { RekeyWindow } from './pages/window.ts'

/** However a rotation ends, the window says what is true at the vendor, and has the next step. Over a real gnome-keyring. */
const browser: Browser | null = await startBrowser()
const canRun = browser !== null && missingForKeyring() === null

type Case = {
  readonly what: string
  readonly fault: Readonly<Record<string, unknown>>
  readonly title: string
  readonly lights: readonly [old: string, next: string]
  readonly next: string
  readonly open: boolean
}

const cases: readonly Case[] = [
  {
    what: 'the vendor refuses',
    fault: { kind: 'status', status: 403 },
    title: 'The vendor said no',
    lights: ['Old key works', 'No new key'],
    next: '',
    open: false,
  },
  {
    what: 'the connection closes before anything happened',
    fault: { kind: 'before' },
    title: 'Nothing changed',
    lights: ['Old key works', 'No new key'],
    next: '',
    open: false,
  },
  {
    what: 'the whole reply is lost',
    fault: { kind: 'after' },
    title: 'No key works now',
    lights: ['Old key is dead', 'New key never arrived'],
    next: 'Put a key in…',
    open: true,
  },
  {
    what: 'the reply breaks off',
    fault: { kind: 'torn', at: 30, from: 'body' },
    title: 'No key works now',
    lights: ['Old key is dead', 'New key never arrived'],
    next: 'Put a key in…',
    open: true,
  },
  {
    what: 'nobody can say whether the new key works',
    fault: { kind: 'verify-down', afterMint: true, times: 'all' },
    title: 'Rotated, proof still missing',
    lights: ['Old key', 'New key is kept'],
    next: 'Ask Scrapebit again',
    open: true,
  },
]

describe.skipIf(!canRun)('an ending in the window', () => {
  let keyring: Keyring | null
  let sandbox: Sandbox
  let server: WindowServer
  let tab: Tab
  let rekey: RekeyWindow
  const nameOf = (index: number): string => `case/${index}`
  const who: string[] = []
  beforeAll(async () => {
    if (browser === null) return
    keyring = await startKeyring()
    sandbox = await startSandbox({ quiet: true })
    server = await startWindowServer({ ...keyring?.env, REKEY_REPLY_WAIT: '1' })
    for (const index of cases.keys()) {
      const principal = sandbox.addPrincipal('scrapebit')
      who.push(principal.principal)
      const added = await server.rekey(
        ['add', 'scrapebit', nameOf(index), '--base-url', sandbox.vendors.scrapebit.baseUrl],
        { stdin: principal.key },
      )
      if (added.code !== 0) throw new Error(added.stderr)
    }
    tab = await openTab(browser, server.url)
    rekey = new RekeyWindow(tab.page)
  })
  afterAll(async () => {
    await tab.close()
    await server.stop()
    await sandbox.close()
    await keyring?.close()
    await browser?.close()
  })

  it.each([...cases.entries()])('%#: is told as it is', async (index, { what, fault, title, lights, next, open }) => {
    const name = nameOf(index)
    sandbox.inject({ vendor: 'scrapebit', principal: who[index], ...fault } as FaultAt)
    await rekey.rotate(name)
    await rekey.dialog.getByRole('heading', { name: title }).waitFor()
    const shown = await rekey.lights()
    expect(shown, what).toEqual(lights.map((word) => expect.stringContaining(word)))
    expect(await violations(tab.page), what).toEqual([])
    if (next !== '') expect(await rekey.dialog.getByRole('button', { name: next }).isVisible()).toBe(true)
    // never the command line's words
    expect(await rekey.dialog.innerText()).not.toMatch(/rekey \w|--\w/)
    await rekey.dialog.getByRole('button', { name: 'Close' }).click()
    await tab.page.getByRole('button', { name: 'Close details' }).click()
    expect(
      await tab.page
        .getByRole('navigation', { name: 'Keys' })
        .getByRole('button', { name: /Needs attention/ })
        .innerText(),
    ).toMatch(open ? /\d/ : /attention$/)
  })

  it('of a guided rotation is the same as of any other: begun, left, pasted wrong, pasted right', async () => {
    const principal = sandbox.addPrincipal('userplane')
    const name = 'case/guided'
    const added = await server.rekey(['add', 'userplane', name, '--base-url', sandbox.vendors.userplane.baseUrl], {
      stdin: principal.key,
    })
    expect(added.code).toBe(0)
    // the dashboard is not on this machine: its tab is let go
    await tab.page.context().route('https://**', (route) => route.abort())
    const pane = await rekey.openDetails(name)
    await pane
      .getByRole('button', { name: /Rotate…/ })
      .first()
      .click()
    await rekey.dialog.getByRole('button', { name: 'Open the dashboard' }).click()
    await rekey.dialog.getByRole('textbox', { name: 'New key' }).waitFor()
    await rekey.dialog.getByRole('button', { name: 'Later' }).click()
    // it waits durably: the command line knows of it, and the list says so
    expect((await server.rekey(['show', name, '--json'])).stdout).toContain('guided-waiting')
    await pane
      .getByRole('button', { name: /Go on…/ })
      .first()
      .click()
    const paste = async (key: string): Promise<void> => {
      await rekey.dialog.getByRole('textbox', { name: 'New key' }).fill(key)
      await rekey.dialog.getByRole('button', { name: 'Store and verify' }).click()
    }
    await paste('uspl_this-is-not-a-key-of-anybody-0123456789')
    await rekey.dialog.getByRole('alert').waitFor()
    expect(await violations(tab.page)).toEqual([])
    await paste(sandbox.dashboardRotate('userplane', principal.principal))
    await tab.page.getByText(`New key for ${name}`).waitFor()
    expect(await rekey.lights()).toEqual([
      expect.stringContaining('Old key is dead'),
      expect.stringContaining('New key works'),
    ])
    await rekey.dialog.getByRole('button', { name: 'Done' }).click()
    await tab.page.getByRole('button', { name: 'Close details' }).click()
  })

  it('is settled from Needs attention: by asking again, and by a key from the dashboard', async () => {
    await rekey.goTo('Needs attention')
    const card = (index: number) => tab.page.getByRole('article', { name: nameOf(index) })
    await card(4).waitFor()
    expect(await violations(tab.page)).toEqual([])
    // not before: the window asks again by itself, too, and its card may go under the press
    sandbox.clearFaults()
    const press = card(4).getByRole('button', { name: /again/ }).click()
    press.catch(() => undefined)
    await card(4).waitFor({ state: 'detached' })
    for (const index of [2, 3]) {
      const key = sandbox.currentKey('scrapebit', who[index]) ?? ''
      await card(index).getByRole('button', { name: 'Put a key in…' }).click()
      await rekey.dialog.getByRole('textbox', { name: 'Key', exact: true }).fill(key)
      await rekey.dialog.getByRole('button', { name: 'Prove and store' }).click()
      await card(index).waitFor({ state: 'detached' })
    }
    await tab.page.getByText('Nothing is open').waitFor()
    const listed = await server.rekey(['verify', '--all', '--json'])
    expect(listed.code).toBe(0)
    expect(tab.complaints()).toEqual([])
  })
})
