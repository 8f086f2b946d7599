import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppEvent } from '../../src-contract/events.ts'
import { answeredWhenLocked, operationNames } from '../../src-contract/operation-names.ts'
import { operations } from '../../src-contract/operations.ts'
import { createApp, type App } from '../../src-main/hosts/create-app.ts'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { describeClient } from '../contract/client.ts'
import { fakeWindow } from '../fakes/window-services.ts'
import { failed, valueOf } from './operations/world.ts'

/** What a window asks of the app: its lock, its keychain, its settings, the clipboard and the vendors' stand-ins. */
const passphrase = 'a passphrase of the tests'
const home = mkdtempSync(join(tmpdir(), 'rekey-window-'))
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ quiet: true })
})
afterAll(async () => {
  await sandbox.close()
  rmSync(home, { recursive: true, force: true })
})

const vendorsOf = ({ vendors }: Sandbox) =>
  Object.fromEntries(
    Object.entries(vendors).map(([id, { baseUrl, key, inputs }]) => [id, { baseUrl, key, inputs: inputs ?? {} }]),
  )

async function open(window = fakeWindow({ vendors: vendorsOf(sandbox) })) {
  const app = valueOf(
    await createApp({
      homePath: home,
      storeKind: 'os',
      passphrase: window.askPassphrase,
      isInteractive: true,
      courierEntry: new URL('../../src-main/courier/main.ts', import.meta.url).pathname,
      keychainEntry: '/nonexistent',
      vaultEntry: new URL('../../dist/vault-worker.js', import.meta.url).pathname,
      replyWaitSeconds: null,
      environment: {},
      sealedKdf: { memoryKib: 1024, passes: 1, parallelism: 1 },
      window: window.services,
    }),
  )
  const events: AppEvent[] = []
  app.listen((event) => events.push(event))
  return { app, window, events }
}

const withApp = async (run: (opened: Awaited<ReturnType<typeof open>>) => Promise<void>): Promise<void> => {
  const opened = await open()
  try {
    await run(opened)
  } finally {
    await opened.app.close()
  }
}

describe('the names that cross a process boundary', () => {
  it('are the table’s, each once', () => {
    expect([...operationNames].toSorted()).toEqual(Object.keys(operations).toSorted())
  })
})

describe('a window over a sealed store, from its making on', () => {
  it('makes the store with a passphrase long enough, and only then', async () => {
    await withApp(async ({ app, window }) => {
      expect(valueOf(await app.call('session.status', {}))).toEqual({ isLocked: false, unlockBy: 'click' })
      expect(valueOf(await app.call('keychain.status', {}))).toMatchObject({ kind: 'sealed', state: 'new' })
      const short = await app.call('keychain.choose', { kind: 'sealed', passphrase: 'short' })
      expect(short).toMatchObject(failed('bad-input'))
      expect(await app.call('keychain.choose', { kind: 'sealed' })).toMatchObject(failed('needs-passphrase'))
      const chosen = valueOf(await app.call('keychain.choose', { kind: 'sealed', passphrase }))
      expect(chosen).toMatchObject({ kind: 'sealed', state: 'ready', isFixed: false })
      expect(window.settings().keychain).toBe('sealed')
      expect(await window.askPassphrase()).toMatchObject(failed('needs-passphrase'))
    })
  })

  it('adds a key of every stand-in vendor, and starting again starts afresh', async () => {
    await withApp(async ({ app }) => {
      expect(valueOf(await app.call('session.unlock', { passphrase }))).toMatchObject({ isLocked: false })
      const { names } = valueOf(await app.call('sandbox.start', {}))
      expect(names).toEqual(Object.keys(sandbox.vendors).map((vendor) => `sandbox/${vendor}`))
      expect(valueOf(await app.call('sandbox.start', {})).names).toEqual(names)
      expect(valueOf(await app.call('credential.list', {}))).toHaveLength(names.length)
    })
  })

  it('begins locked, says so and nothing else, and opens by the passphrase alone', async () => {
    await withApp(async ({ app, events }) => {
      expect(valueOf(await app.call('session.status', {}))).toEqual({ isLocked: true, unlockBy: 'passphrase' })
      for (const name of operationNames.filter((each) => !answeredWhenLocked.has(each))) {
        const answer = await (app as unknown as { call(name: string, input: unknown): Promise<unknown> }).call(name, {})
        expect(answer, name).toMatchObject(failed('locked'))
      }
      expect(await app.call('session.unlock', {})).toMatchObject(failed('needs-passphrase'))
      const wrong = await app.call('session.unlock', { passphrase: 'another passphrase' })
      expect(wrong).toMatchObject(failed('wrong-passphrase'))
      expect(await app.call('credential.list', {})).toMatchObject(failed('locked'))
      valueOf(await app.call('session.unlock', { passphrase }))
      expect(events).toContainEqual({ type: 'session.changed', isLocked: false })
      expect(valueOf(await app.call('credential.list', {})).length).toBeGreaterThan(0)
    })
  })

  it('forgets the keys when it is locked: the passphrase is needed again', async () => {
    await withApp(async ({ app }) => {
      await app.call('session.unlock', { passphrase })
      expect(await app.call('credential.reveal', { name: 'sandbox/scrapebit' })).toMatchObject({ ok: true })
      valueOf(await app.call('session.lock', {}))
      await new Promise((resolve) => setImmediate(resolve))
      // the lock was taken off behind the store's back: what it held must be gone all the same
      app.session.unlock()
      const locked = await app.call('credential.reveal', { name: 'sandbox/scrapebit' })
      expect(locked).toMatchObject(failed('needs-passphrase'))
    })
  })

  it('finishes a rotation that runs while it is locked, and then forgets', async () => {
    await withApp(async ({ app }) => {
      await app.call('session.unlock', { passphrase })
      const running = app.call('rotation.run', { selection: { names: ['sandbox/scrapebit'] } })
      await app.call('session.lock', {})
      const wrong = await app.call('session.unlock', { passphrase: 'while the keys are still held' })
      expect(wrong).toMatchObject(failed('wrong-passphrase'))
      expect(valueOf(await running)).toMatchObject([{ outcome: 'rotated' }])
      await app.call('session.unlock', { passphrase })
      const { secret } = valueOf(await app.call('credential.reveal', { name: 'sandbox/scrapebit' }))
      expect(sandbox.keyState('scrapebit', secret)).toBe('works')
    })
  })
})

describe('keys that leave the app', () => {
  const unlocked = (run: (opened: Awaited<ReturnType<typeof open>>) => Promise<void>) =>
    withApp(async (opened) => {
      await opened.app.call('session.unlock', { passphrase })
      await run(opened)
    })
  const events = async (app: App, name: string) =>
    valueOf(await app.call('history.list', { name })).map(({ event }) => event)

  it('are copied by the host, and each copy and reveal is kept in the history', async () => {
    await unlocked(async ({ app, window }) => {
      const copied = valueOf(await app.call('clipboard.copy', { name: 'sandbox/hienergy' }))
      expect(copied).toEqual({ clearsAfterSeconds: 30, isOutOfHistory: true })
      expect(window.copied).toEqual([{ text: sandbox.vendors.hienergy.key, seconds: 30 }])
      await app.call('credential.reveal', { name: 'sandbox/hienergy' })
      expect((await events(app, 'sandbox/hienergy')).slice(0, 2)).toEqual(['revealed', 'copied'])
    })
  })

  it('are not given out by the dozen', async () => {
    await unlocked(async ({ app }) => {
      const answers = []
      for (let count = 0; count < 13; count += 1) {
        answers.push(await app.call('credential.reveal', { name: 'sandbox/conjur' }))
      }
      expect(answers.slice(0, 12).every(({ ok }) => ok)).toBe(true)
      expect(answers[12]).toMatchObject(failed('too-many-reveals'))
    })
  })

  it('open no address but the one their vendor file names', async () => {
    await unlocked(async ({ app, window }) => {
      expect(valueOf(await app.call('link.open', { name: 'sandbox/userplane' })).isOpened).toBe(true)
      expect(window.links).toEqual([expect.stringMatching(/^https:\/\/[a-z.]*userplane\.io\//)])
      expect(await app.call('link.open', { name: 'sandbox/scrapebit' })).toMatchObject(failed('bad-input'))
    })
  })
})

describe('settings', () => {
  it('change one by one, refuse what they do not know, and tell every window', async () => {
    await withApp(async ({ app, window, events }) => {
      await app.call('session.unlock', { passphrase })
      expect(valueOf(await app.call('settings.change', { theme: 'dark' }))).toMatchObject({ theme: 'dark' })
      expect(window.settings()).toMatchObject({ theme: 'dark', clipboardSeconds: 30 })
      expect(events).toContainEqual({ type: 'settings.changed' })
      const unknown = { keychain: 'os' } as Record<string, string>
      expect(await app.call('settings.change', unknown)).toMatchObject(failed('bad-input'))
      expect(await app.call('settings.change', { clipboardSeconds: 0 })).toMatchObject(failed('bad-input'))
      expect(window.settings().keychain).toBe('sealed')
    })
  })
})

describe('in process', () => {
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
    await opened.app.call('session.unlock', { passphrase })
  })
  afterAll(() => opened.app.close())

  describeClient('in process', () => opened.app)
})
