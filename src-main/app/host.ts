/** What only a host with a window can do: its settings, the clipboard, links, another window, the vendors' stand-ins. */
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { HostAbout, Settings } from '../../src-contract/window-views.ts'
import { add } from './adding.ts'
import { named, type Context, type Handler } from './context.ts'
import { remove } from './editing.ts'
import { giveOut } from './keys.ts'
import type { WindowServices } from './window-services.ts'

const SANDBOX = 'sandbox'

const withWindow = (context: Context, what: string): Result<WindowServices> =>
  context.ports.window === null
    ? err(fail('not-here', { what, fix: 'open the window with rekey serve' }))
    : ok(context.ports.window)

const nothing: HostAbout['can'] = {
  copy: false,
  openLinks: false,
  anotherWindow: false,
  tray: false,
  notifications: false,
  startAtLogin: false,
  contentProtection: false,
  globalShortcut: false,
}

export const about: Handler<'host.about'> = (context) => {
  const known = context.ports.window?.about ?? { host: 'none', platform: 'other', versions: {}, can: nothing }
  return ok({ ...known, home: context.ports.home.folder })
}

export const readSettings: Handler<'settings.read'> = (context) => {
  const window = withWindow(context, 'settings')
  return window.ok ? ok(window.value.settings.read()) : window
}

export const changeSettings: Handler<'settings.change'> = (context, input) => {
  const window = withWindow(context, 'settings')
  if (!window.ok) return window
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const next: Settings = { ...window.value.settings.read(), ...(Object.fromEntries(given) as Partial<Settings>) }
  const written = window.value.settings.write(next)
  if (!written.ok) return written
  context.emit({ type: 'settings.changed' })
  return ok(next)
}

export const copy: Handler<'clipboard.copy'> = async (context, input) => {
  const window = withWindow(context, 'copying')
  if (!window.ok) return window
  const { clipboard, settings } = window.value
  if (clipboard === null) return err(fail('not-here', { what: 'copying', fix: 'reveal the key and copy it there' }))
  const key = await giveOut(context, input, 'copied')
  if (!key.ok) return key
  const clearsAfterSeconds = settings.read().clipboardSeconds
  const copied = await clipboard.copy(key.value, clearsAfterSeconds)
  return copied.ok ? ok({ clearsAfterSeconds, isOutOfHistory: copied.value.isOutOfHistory }) : copied
}

export const clear: Handler<'clipboard.clear'> = async (context) => {
  await context.ports.window?.clipboard?.clear()
  return ok({})
}

/** Only an address that the vendor's own file names is ever opened. */
export const openLink: Handler<'link.open'> = async (context, input) => {
  const credential = named(context, input.name)
  if (!credential.ok) return credential
  const vendor = context.registry.open(credential.value.vendor)
  if (!vendor.ok) return vendor
  const url = vendor.value.file.guided?.dashboard ?? null
  if (url === null || !url.startsWith('https://'))
    return err(fail('bad-input', { what: `${vendor.value.file.name} has no dashboard on file`, fix: 'open its site' }))
  const open = context.ports.window?.openLink ?? null
  return ok({ url, isOpened: open === null ? false : await open(url) })
}

export const anotherWindow: Handler<'window.another'> = async (context) => {
  const open = context.ports.window?.anotherWindow ?? null
  if (open === null) return err(fail('not-here', { what: 'a second window', fix: 'use the one that is open' }))
  return ok({ url: await open() })
}

const sandboxNames = (context: Context): string[] =>
  context.ports.ledger
    .credentials()
    .filter((credential) => credential.tags.includes(SANDBOX) && credential.name.startsWith(`${SANDBOX}/`))
    .map((credential) => credential.name)

async function removeSandbox(context: Context): Promise<Result<unknown>> {
  const names = sandboxNames(context)
  return names.length === 0 ? ok([]) : remove(context, { names })
}

export const startSandbox: Handler<'sandbox.start'> = async (context) => {
  const window = withWindow(context, 'the sandbox')
  if (!window.ok) return window
  const removed = await removeSandbox(context)
  if (!removed.ok) return removed
  const started = await window.value.sandbox.start()
  if (!started.ok) return started
  const names: string[] = []
  for (const [vendor, known] of Object.entries(started.value)) {
    const name = `${SANDBOX}/${vendor}`
    const added = await add(context, {
      vendor,
      name,
      secret: known.key,
      adopt: false,
      unproven: false,
      baseUrl: known.baseUrl,
      inputs: { ...known.inputs },
      secretInputs: {},
      tags: [SANDBOX],
      usedBy: [],
    })
    if (!added.ok) return added
    names.push(name)
  }
  return ok({ names })
}

export const stopSandbox: Handler<'sandbox.stop'> = async (context) => {
  const removed = await removeSandbox(context)
  if (!removed.ok) return removed
  await context.ports.window?.sandbox.stop()
  return ok({})
}
