import type { MenuItemConstructorOptions } from 'electron'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { people } from '../../../scripts/screenshots/people.ts'
import { appMenu } from '../../../src-main/hosts/electron/menu.ts'
import { openTray, trayImage, trayMenu, type TrayActs, type TrayState } from '../../../src-main/hosts/electron/tray.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fake } from '../../fakes/electron/one-fake.ts'

vi.mock('electron', async () => (await import('../../fakes/electron/one-fake.ts')).fake.electron)

/** The menus outside of the window: what stands in them, and what a click does. */
beforeAll(() => fake.app.makeReady())

const done: string[] = []
const acts: TrayActs = {
  show: () => void done.push('show'),
  rotate: (name) => void done.push(`rotate ${name}`),
  lock: () => void done.push('lock'),
  quit: () => void done.push('quit'),
}
const due = people.filter(({ state }) => state === 'due' || state === 'overdue')
const state = (part: Partial<TrayState> = {}): TrayState => ({ isLocked: false, due: [], attention: 0, ...part })
const words = (template: readonly MenuItemConstructorOptions[]) =>
  template.map(({ label, type, role }) => label ?? role ?? type)
const clicked = (template: readonly MenuItemConstructorOptions[]): readonly string[] => {
  done.length = 0
  for (const { click } of template) (click as (() => void) | undefined)?.()
  return [...done]
}

describe('the tray', () => {
  it('names no key while the app is locked, and opens the window to unlock it', () => {
    const menu = trayMenu(state({ isLocked: true, due, attention: 2 }), acts)
    expect(words(menu)).toEqual(['Rekey is locked', 'Unlock…', 'separator', 'Quit Rekey'])
    expect(clicked(menu)).toEqual(['show', 'quit'])
  })

  it('says that no key is due', () => {
    const menu = trayMenu(state(), acts)
    expect(words(menu)).toEqual([
      'Open Rekey',
      'separator',
      'No key is due',
      'separator',
      'Lock',
      'separator',
      'Quit Rekey',
    ])
    expect(menu[2]?.enabled).toBe(false)
  })

  it('puts what needs a person first, then the keys that are due, each with its question', () => {
    const menu = trayMenu(state({ due, attention: 1 }), acts)
    expect(words(menu)).toEqual([
      'Open Rekey',
      '1 needs you…',
      'separator',
      ...due.map(({ name }) => `Rotate ${name}…`),
      'separator',
      'Lock',
      'separator',
      'Quit Rekey',
    ])
    expect(words(trayMenu(state({ attention: 3 }), acts))[1]).toBe('3 need you…')
    expect(clicked(menu)).toEqual(['show', 'show', ...due.map(({ name }) => `rotate ${name}`), 'lock', 'quit'])
  })

  it('says in words what its picture says, and is made anew each time', () => {
    const icon = openTray('/assets/tray/tray.png', acts)
    const tray = fake.trays.at(-1)
    const tips: (string | undefined)[] = []
    for (const each of [
      state(),
      state({ attention: 1 }),
      state({ attention: 2 }),
      state({ isLocked: true, attention: 2 }),
    ]) {
      icon.update(each)
      tips.push(tray?.tip)
      expect(words(tray?.menu ?? [])).toEqual(words(trayMenu(each, acts)))
    }
    expect(tips).toEqual(['Rekey', 'Rekey, 1 needs you', 'Rekey, 2 need you', 'Rekey, locked'])
    done.length = 0
    tray?.emit('click')
    expect(done).toEqual(['show'])
    icon.destroy()
    expect(tray?.isGone).toBe(true)
  })

  it.each([
    ['darwin', 'trayTemplate.png'],
    ['win32', 'tray.png'],
    ['linux', 'tray.png'],
  ] as const)('has a picture on %s that is seen there, on a dark bar too', (platform, image) => {
    expect(trayImage(platform)).toBe(image)
    const folder = join(import.meta.dirname, '../../../assets/tray')
    const bytes = readFileSync(join(folder, image))
    const template = ['trayTemplate.png', 'trayTemplate@2x.png'].map((each) => readFileSync(join(folder, each)))
    // a template is black and drawn anew by macOS; elsewhere the bytes are what is seen
    expect(template.some((each) => each.equals(bytes))).toBe(platform === 'darwin')
  })
})

type Built = { readonly template: readonly MenuItemConstructorOptions[] }
const menuOf = (isMac: boolean, isPackaged: boolean) =>
  (appMenu({ lock: acts.lock, choose: (item) => void done.push(item), isMac, isPackaged }) as unknown as Built).template
const everything = (template: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
  template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? everything(item.submenu) : [])])

describe('the application menu', () => {
  it('is what the platform expects', () => {
    expect(words(menuOf(true, true))).toEqual(['appMenu', 'File', 'editMenu', 'View', 'Window'])
    expect(words(menuOf(false, true))).toEqual(['File', 'editMenu', 'View', 'Window'])
    // the platform's own menu brings the end of the app with it; elsewhere it is ours
    expect(everything(menuOf(true, true)).some(({ role }) => role === 'quit')).toBe(false)
    expect(everything(menuOf(false, true)).some(({ role }) => role === 'quit')).toBe(true)
  })

  it.each([true, false])('takes vaults in and out, each after a question (macOS: %s)', (isMac) => {
    const vaults = everything(menuOf(isMac, true)).filter(({ label }) => /^(Im|Ex)port/.test(label ?? ''))
    expect(words(vaults)).toEqual(['Import…', 'Export…'])
    expect(clicked(vaults)).toEqual(['import', 'export'])
  })

  it.each([true, false])('locks from the menu and by its key, once (macOS: %s)', (isMac) => {
    const locks = everything(menuOf(isMac, true)).filter(({ label }) => label === 'Lock Rekey')
    expect(locks).toMatchObject([{ accelerator: 'CmdOrCtrl+L' }])
    expect(clicked(locks)).toEqual(['lock'])
  })

  it.each([true, false])('opens no tools, and reloads nothing, in a packaged app (macOS: %s)', (isMac) => {
    const roles = (isPackaged: boolean) => everything(menuOf(isMac, isPackaged)).map(({ role }) => role)
    expect(roles(true)).not.toContain('toggleDevTools')
    expect(roles(false)).toContain('toggleDevTools')
    for (const role of ['viewMenu', 'reload', 'forceReload'] as const) expect(roles(true)).not.toContain(role)
  })
})
