import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { operationNames } from '../../../src-contract/operation-names.ts'
import type { Result } from '../../../src-contract/result.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import { EVENTS } from '../../../src-main/hosts/electron/channels.ts'
import { fakeElectron, under } from '../../fakes/electron/electron.ts'
import type { FakeWindow } from '../../fakes/electron/window.ts'

/** The built main entry and the built preload together, under an Electron that is as strict as the real one. */
const dist = join(import.meta.dirname, '../../../dist')
const folder = mkdtempSync(join(tmpdir(), 'rekey-desktop-'))
const passphrase = 'a passphrase for tests only'
const fake = fakeElectron()
process.env['REKEY_HOME'] = join(folder, 'data')
process.env['REKEY_KEYCHAIN'] = 'sealed'

const window = (): FakeWindow => {
  const found = fake.windows.findLast(({ isGone }) => !isGone)
  if (!found) throw new Error('there is no window')
  return found
}
const call = async <T = unknown>(name: string, input: unknown = {}): Promise<T> => {
  const answer = (await window().bridge?.operations[name]?.(input)) as Result<T>
  if (!answer.ok) throw new Error(`${name}: ${answer.failure.code} ${JSON.stringify(answer.failure.fields)}`)
  return answer.value
}

beforeAll(async () => {
  await under(fake, pathToFileURL(join(dist, 'electron/main.js')).href)
  fake.app.makeReady()
  await vi.waitFor(() => expect(window().bridge).not.toBeNull(), { timeout: 10_000 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the desktop app', () => {
  it('says before ready what must be said then, and nothing of it later', () => {
    expect(fake.app.told).toMatchObject({ sandbox: true, name: 'Rekey' })
    expect(fake.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ])
    expect(fake.dialogs.errors).toEqual([])
  })

  it('opens one window, sandboxed and alone with its own files', () => {
    expect(window().url).toBe('app://rekey/')
    expect(window().isShown).toBe(true)
    expect(window().options.webPreferences).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      plugins: false,
    })
    // and nothing else is said: a feature that is switched on would be one more name
    expect(Object.keys(window().options.webPreferences ?? {}).toSorted()).toEqual([
      'allowRunningInsecureContent',
      'contextIsolation',
      'devTools',
      'experimentalFeatures',
      'navigateOnDragDrop',
      'nodeIntegration',
      'nodeIntegrationInSubFrames',
      'nodeIntegrationInWorker',
      'plugins',
      'preload',
      'sandbox',
      'session',
      'spellcheck',
      'webSecurity',
      'webviewTag',
    ])
    expect([...fake.sessions.keys()]).toEqual(['rekey'])
  })

  it('refuses every permission, navigation, frame and second window', () => {
    const [session] = fake.sessions.values()
    const answers: boolean[] = []
    for (const permission of ['clipboard-read', 'media', 'notifications', 'openExternal', 'hid'])
      session?.permissionRequest?.(null, permission, (isGranted) => answers.push(isGranted))
    expect(answers).toEqual([false, false, false, false, false])
    expect([session?.permissionCheck?.(), session?.devicePermission?.(), session?.hasSpellChecker]).toEqual([
      false,
      false,
      false,
    ])
    const { webContents } = window()
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const details = {
        url: 'https://evil.example/',
        isRefused: false,
        preventDefault: () => void (details.isRefused = true),
      }
      webContents.emit(event, details)
      expect(details.isRefused, event).toBe(true)
      // what a file is to a window that it was dropped on
      const dropped = { ...details, url: 'file:///home/mira/vault.kdbx', isRefused: false }
      webContents.emit(event, { ...dropped, preventDefault: () => void (dropped.isRefused = true) })
      expect(dropped.isRefused, event).toBe(true)
    }
    const attach = { isRefused: false, preventDefault: () => void (attach.isRefused = true) }
    webContents.emit('will-attach-webview', attach)
    expect(attach.isRefused).toBe(true)
    expect(webContents.windowOpen?.()).toEqual({ action: 'deny' })
  })

  it('puts one function an operation on the page, and serves no other channel', () => {
    expect(Object.keys(window().exposed)).toEqual(['rekey'])
    expect(Object.keys(window().bridge ?? {}).toSorted()).toEqual(['listen', 'operations'])
    expect(Object.keys(window().bridge?.operations ?? {}).toSorted()).toEqual([...operationNames].toSorted())
    expect([...fake.ipc.handlers.keys()].toSorted()).toEqual(operationNames.map((name) => `rekey:${name}`).toSorted())
    const source = readFileSync(join(dist, 'electron/preload.cjs'), 'utf8')
    expect(source.match(/require\(/g)).toHaveLength(1)
    expect(source.length).toBeLessThan(8000)
    // a listener gets the data, and never Electron's event, whose sender is a way to every channel
    const heard: unknown[][] = []
    const stop = window().bridge?.listen((...all: unknown[]) => void heard.push(all))
    window().webContents.send(EVENTS, { type: 'credentials.changed', names: [] })
    expect(heard).toEqual([[{ type: 'credentials.changed', names: [] }]])
    stop?.()
    window().webContents.send(EVENTS, { type: 'credentials.changed', names: [] })
    expect(heard).toHaveLength(1)
  })

  it('answers nobody but its own page', async () => {
    const { webContents } = window()
    const good = { sender: webContents, senderFrame: webContents.mainFrame }
    const strangers = [
      { ...good, senderFrame: null },
      { ...good, senderFrame: { parent: webContents.mainFrame, origin: 'app://rekey' } },
      { ...good, senderFrame: { parent: null, origin: 'https://evil.example' } },
      { ...good, senderFrame: { parent: null, origin: 'app://evil' } },
      { ...good, sender: { id: webContents.id + 1000 } },
    ]
    for (const name of operationNames)
      for (const stranger of strangers)
        expect(await fake.ipc.invoke(`rekey:${name}`, stranger, {})).toMatchObject({
          ok: false,
          failure: { code: 'not-here' },
        })
    expect(await fake.ipc.invoke('rekey:session.status', good, {})).toMatchObject({ ok: true })
  })

  it('gives back a failure, never a throw, for what is not an input', async () => {
    for (const input of [
      null,
      'text',
      [],
      { unknown: 1 },
      JSON.parse('{"__proto__":{"x":1}}'),
      { name: 'a'.repeat(10_000_000) },
    ])
      expect(await window().bridge?.operations['credential.show']?.(input)).toMatchObject({ ok: false })
  })

  it('makes its store, keeps keys of the sandbox and rotates one by the app’s own couriers', async () => {
    await call('keychain.choose', { kind: 'sealed', passphrase })
    const events: unknown[] = []
    const stop = window().bridge?.listen((event) => events.push(event))
    expect(await call('sandbox.start')).toMatchObject({ names: expect.arrayContaining(['sandbox/scrapebit']) })
    const results = await call<RotationResult[]>('rotation.run', { selection: { names: ['sandbox/scrapebit'] } })
    expect(results).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
    expect(events).toContainEqual(expect.objectContaining({ type: 'rotation.ended' }))
    stop?.()
    expect(fake.blockers.size).toBe(0)
  })

  it('copies out of the history of clipboards, and clears only what is still its own', async () => {
    await call('settings.change', { clipboardSeconds: 5 })
    expect(await call('clipboard.copy', { name: 'sandbox/hienergy' })).toMatchObject({ isOutOfHistory: true })
    expect(Object.keys(fake.clipboard.items ?? {})).toContain(
      'electron application/osclipboard;format="x-kde-passwordManagerHint"',
    )
    fake.clipboard.items = { 'text/plain': 'something else' }
    await call('clipboard.clear')
    expect(fake.clipboard.items).toEqual({ 'text/plain': 'something else' })
    await call('clipboard.copy', { name: 'sandbox/hienergy' })
    await call('clipboard.clear')
    expect(fake.clipboard.items).toBeNull()
  })

  it('rotates from the tray after a native question whose safe answer is the default, and says how it ended', async () => {
    await call('credential.edit', {
      name: 'sandbox/projectdiscovery',
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    })
    const [tray] = fake.trays
    const item = () => tray?.menu.find(({ label }) => label === 'Rotate sandbox/projectdiscovery…')
    await expect.poll(() => item() !== undefined).toBe(true)
    window().hide()
    fake.dialogs.answers.push(0, 1)
    const click = () => (item()?.click as (() => void) | undefined)?.()
    click()
    await expect.poll(() => fake.dialogs.asked.length).toBe(1)
    expect(fake.dialogs.asked[0]).toMatchObject({
      defaultId: 0,
      cancelId: 0,
      buttons: ['Keep the old key', 'Rotate now'],
    })
    expect(fake.notifications).toHaveLength(0)
    click()
    await expect.poll(() => fake.notifications.length, { timeout: 10_000 }).toBe(1)
    expect(fake.notifications[0]?.options.title).toBe('sandbox/projectdiscovery is rotated')
    expect(JSON.stringify(fake.notifications[0]?.options)).not.toMatch(/pdcp|sk_|[0-9a-f]{16}/)
  })

  it('opens a link of a vendor’s own file in the browser, and nothing else', async () => {
    expect(await call('link.open', { name: 'sandbox/userplane' })).toMatchObject({ isOpened: true })
    expect(fake.opened).toEqual([expect.stringMatching(/^https:\/\//)])
  })

  it('takes in a file that its page hands over, and never one by its path', async () => {
    const table = `name,url,username,password\nfrom a table,,,key-of-the-table-0123456789\n${',,,\n'.repeat(500_000)}`
    const source = { fileName: 'keys.csv', content: Buffer.from(table).toString('base64') }
    const preview = await call<{ id: string; entries: object[] }>('vault.preview', { source }).catch(String)
    expect(preview).toContain('vault-limit')
    const small = { ...source, content: Buffer.from(table.split('\n').slice(0, 2).join('\n')).toString('base64') }
    const { id, entries } = await call<{ id: string; entries: object[] }>('vault.preview', { source: small })
    expect(entries).toMatchObject([{ name: 'from-a-table', kind: 'new' }])
    expect(JSON.stringify(entries)).not.toContain('key-of-the-table')
    expect(await call('vault.import', { id })).toMatchObject({ in: 1, stored: 1 })
    expect(await window().bridge?.operations['vault.preview']?.({ source: { path: '/etc/hosts' } })).toMatchObject({
      ok: false,
      failure: { code: 'not-here' },
    })
  })

  it('writes keys where the desktop’s own question says, and nowhere once that is closed', async () => {
    const wanted = { format: 'rekey', passphrase: 'a passphrase of the file', names: ['from-a-table'] }
    const ask = (to: object) => window().bridge?.operations['vault.export']?.({ ...wanted, to })
    fake.dialogs.places.push(null)
    expect(await ask({ ask: true })).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    const place = join(folder, 'out.rekey')
    fake.dialogs.places.push(place)
    expect(await ask({ ask: true })).toMatchObject({ ok: true, value: { path: place, stored: 1, isPlainText: false } })
    expect(existsSync(place)).toBe(true)
    expect(readFileSync(place).includes('key-of-the-table')).toBe(false)
    expect(fake.dialogs.saves).toHaveLength(2)
    expect(fake.dialogs.saves[0]?.defaultPath).toMatch(/rekey-\d{4}-\d\d-\d\d\.\w+$/)
    expect(await ask({ path: join(folder, 'elsewhere') })).toMatchObject({ ok: false, failure: { code: 'not-here' } })
  })

  it('tells its page what was chosen in the menu', async () => {
    const file = fake.menus.at(-1)?.find(({ label }) => label === 'File')?.submenu as unknown as readonly {
      readonly label?: string
      readonly click?: () => void
    }[]
    const events: unknown[] = []
    const stop = window().bridge?.listen((event) => events.push(event))
    window().hide()
    file.find(({ label }) => label === 'Import…')?.click?.()
    expect(window().isShown).toBe(true)
    await expect.poll(() => events).toContainEqual({ type: 'menu.chosen', item: 'import' })
    window().hide()
    stop?.()
  })

  it('hides its window while there is a tray, comes back for a second start, and keeps its place', () => {
    const { isShown } = window()
    expect(isShown).toBe(false)
    window().close()
    expect(window().isGone).toBe(false)
    fake.app.emit('second-instance', {}, [], '/')
    expect(window().isShown).toBe(true)
    const kept = JSON.parse(readFileSync(join(folder, 'data/window.json'), 'utf8')) as { window: unknown }
    expect(kept.window).toEqual({ x: 10, y: 20, width: 900, height: 600 })
  })

  it('comes forward by its shortcut, and is asked to offer every key', async () => {
    window().hide()
    const events: unknown[] = []
    const stop = window().bridge?.listen((event) => events.push(event))
    expect([...fake.shortcuts.keys()]).toEqual(['CommandOrControl+Shift+K'])
    fake.shortcuts.get('CommandOrControl+Shift+K')?.()
    expect(window().isShown).toBe(true)
    await expect.poll(() => events).toContainEqual({ type: 'rotate.asked' })
    stop?.()
    await call('settings.change', { globalShortcut: false })
    expect(fake.shortcuts.size).toBe(0)
  })

  it('locks with the desktop: nothing is answered, the page starts anew, the tray knows no names', async () => {
    const before = window().webContents.reloads
    fake.powerMonitor.emit('suspend')
    expect(window().webContents.reloads).toBe(before + 1)
    const answer = await window().bridge?.operations['credential.list']?.({})
    expect(answer).toMatchObject({ ok: false, failure: { code: 'locked' } })
    await expect.poll(() => fake.trays[0]?.menu.map(({ label }) => label)).toContain('Rekey is locked')
    expect(JSON.stringify(fake.trays[0]?.menu)).not.toContain('sandbox/')
    await call('session.unlock', { passphrase })
    expect(await call('credential.list')).toHaveLength(6)
  })

  it('writes no secret into its settings, with a mode for its owner alone', async () => {
    const { statSync } = await import('node:fs')
    const file = join(folder, 'data/window.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}.broken`)).toBe(false)
    expect(readFileSync(file, 'utf8')).not.toContain(passphrase)
  })

  it('waits for what is in the air before it ends, and leaves alone what somebody copied since', async () => {
    await call('clipboard.copy', { name: 'sandbox/hienergy' })
    fake.clipboard.items = { 'text/plain': 'a shopping list' }
    const running = call<RotationResult[]>('rotation.run', { selection: { names: ['sandbox/conjur'] } })
    await expect.poll(() => fake.blockers.size, { interval: 1 }).toBe(1)
    fake.app.quit()
    expect(fake.app.exitCode).toBeNull()
    expect(await running).toMatchObject([{ outcome: 'rotated' }])
    await expect.poll(() => fake.app.exitCode, { timeout: 10_000 }).toBe(0)
    expect(fake.clipboard.text).toBe('a shopping list')
  })
})
