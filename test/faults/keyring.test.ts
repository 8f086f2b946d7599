import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotationResult } from '../../src-contract/views.ts'
import type { Sandbox } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { startKeyring, type Keyring } from '../fixtures/keyring.ts'

/** The built command line over a real gnome-keyring: whatever befalls the keychain, no key is lost and none is overwritten. */
const cli = join(import.meta.dirname, '../../dist/cli.js')
const VENDOR = 'projectdiscovery'
let keyring: Keyring | null = null
let sandbox: Sandbox
let folder: string
beforeAll(async () => {
  keyring = await startKeyring()
  sandbox = await startSandbox({ quiet: true })
  folder = mkdtempSync(join(tmpdir(), 'rekey-keyring-cli-'))
})
afterAll(async () => {
  await keyring?.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }
const run = (ring: Keyring, home: string, args: readonly string[], stdin = '', more: NodeJS.ProcessEnv = {}) =>
  new Promise<Ran>((resolve, reject) => {
    const env = { ...ring.env, REKEY_HOME: join(folder, home), REKEY_KEYCHAIN: 'os', REKEY_REPLY_WAIT: '5', ...more }
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: 'pipe' })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => undefined).end(stdin)
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }))
  })

const item = async (ring: Keyring, name: string): Promise<string> =>
  (await ring.secretTool(['lookup', 'service', 'rekey', 'account', name])).stdout.trim()
const put = (ring: Keyring, name: string, value: string) =>
  ring.secretTool(['store', '--label=x', 'service', 'rekey', 'account', name], value)
/** The daemon tells its file's times apart by the second. */
const aSecondLater = () => new Promise((resolve) => setTimeout(resolve, 1050))
const mints = (principal: string): number =>
  sandbox.log.filter((entry) => entry.class === 'mint' && entry.target === principal).length

async function added(ring: Keyring, home: string, name: string) {
  const who = sandbox.addPrincipal(VENDOR)
  const flags = ['--base-url', sandbox.vendors[VENDOR].baseUrl]
  const ran = await run(ring, home, ['add', VENDOR, name, ...flags], `${who.key}\n`)
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  return who
}
const asks = (ring: Keyring, home: string, args: readonly string[], stdin = '') =>
  run(ring, home, [...args, '--json'], stdin).then((ran) => ({
    code: ran.code,
    result: ran.stdout.trim() === '' ? null : rotationResult.parse(JSON.parse(ran.stdout)),
  }))
const rotated = (ring: Keyring, home: string, name: string) => asks(ring, home, ['rotate', name, '--yes'])

/** Starts a rotation whose vendor takes its time, and does something while the request is in the air. */
async function meanwhile(ring: Keyring, home: string, name: string, principal: string, act: () => unknown) {
  sandbox.inject({ vendor: VENDOR, kind: 'delay', ms: 1500, principal })
  const rotating = rotated(ring, home, name)
  await sandbox.waitFor((entry) => entry.class === 'mint' && entry.target === principal)
  await act()
  return rotating
}

describe('a rotation over the OS keychain', () => {
  const using = (title: string, test: (ring: Keyring) => Promise<void>): void => {
    it(title, async ({ skip }) => {
      if (!keyring) return skip()
      await test(keyring)
    })
  }

  using('puts the new key where other tools find it', async (ring) => {
    const who = await added(ring, 'a', 'prod/plain')
    expect(await item(ring, 'prod/plain')).toBe(who.key)
    expect(await rotated(ring, 'a', 'prod/plain')).toMatchObject({
      code: 0,
      result: { outcome: 'rotated', oldKey: 'dead' },
    })
    expect(sandbox.keyState(VENDOR, await item(ring, 'prod/plain'))).toBe('works')
    await added(ring, 'b', 'other-home')
    expect(await rotated(ring, 'a', 'prod/plain')).toMatchObject({ code: 0 })
    expect(await rotated(ring, 'b', 'other-home')).toMatchObject({ code: 0 })
  })

  using('touches nothing where another program changed the item', async (ring) => {
    const before = await added(ring, 'a', 'prod/before')
    await put(ring, 'prod/before', 'somebody-elses')
    expect(await rotated(ring, 'a', 'prod/before')).toMatchObject({ code: 3, result: { outcome: 'superseded' } })
    expect(mints(before.principal)).toBe(0)

    const during = await added(ring, 'a', 'prod/during')
    const ended = await meanwhile(ring, 'a', 'prod/during', during.principal, () => put(ring, 'prod/during', 'another'))
    expect(ended).toMatchObject({ code: 4, result: { outcome: 'held', code: 'keychain-changed-meanwhile' } })
    expect(await item(ring, 'prod/during')).toBe('another')
    await put(ring, 'prod/during', during.key)
    expect(await asks(ring, 'a', ['recover', 'prod/during'])).toMatchObject({ code: 0, result: { outcome: 'rotated' } })
  })

  using('sees what secret-tool put back or made, though it gives its items no schema', async (ring) => {
    const who = await added(ring, 'a', 'prod/put-back')
    await ring.secretTool(['clear', 'service', 'rekey', 'account', 'prod/put-back'])
    expect(await run(ring, 'a', ['get', 'prod/put-back'])).toMatchObject({ code: 5, stdout: '' })
    await put(ring, 'prod/put-back', who.key)
    await aSecondLater()
    expect(await run(ring, 'a', ['get', 'prod/put-back'])).toMatchObject({ code: 0, stdout: `${who.key}\n` })

    await put(ring, 'prod/made', 'by-somebody-else')
    await aSecondLater()
    const other = sandbox.addPrincipal(VENDOR)
    const flags = ['--base-url', sandbox.vendors[VENDOR].baseUrl]
    expect(await run(ring, 'a', ['add', VENDOR, 'prod/made', ...flags], `${other.key}\n`)).toMatchObject({ code: 2 })
    expect(await item(ring, 'prod/made')).toBe('by-somebody-else')
  })

  using('asks no vendor while locked, and holds a key that finds the keychain locked', async (ring) => {
    const who = await added(ring, 'a', 'prod/locked')
    await ring.lock()
    try {
      expect(await rotated(ring, 'a', 'prod/locked')).toMatchObject({ code: 5, result: { outcome: 'not-sent' } })
      expect(mints(who.principal)).toBe(0)
      for (const args of [['list'], ['show', 'prod/locked'], ['history'], ['vendors']]) {
        const dead = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }
        expect(await run(ring, 'a', args, '', dead)).toMatchObject({ code: 0 })
      }
    } finally {
      await ring.unlock()
    }
    const ended = await meanwhile(ring, 'a', 'prod/locked', who.principal, () => ring.lock())
    await ring.unlock()
    expect(ended).toMatchObject({ code: 4, result: { outcome: 'held' } })
    expect(await item(ring, 'prod/locked')).toBe(who.key)
    expect(await asks(ring, 'a', ['recover'])).toMatchObject({
      code: 0,
      result: { outcome: 'rotated', oldKey: 'dead' },
    })
    expect(sandbox.keyState(VENDOR, await item(ring, 'prod/locked'))).toBe('works')
    expect(mints(who.principal)).toBe(1)
  })

  using('outlives a daemon that is killed and started anew in the middle', async (ring) => {
    const who = await added(ring, 'a', 'prod/restarted')
    const ended = await meanwhile(ring, 'a', 'prod/restarted', who.principal, async () => {
      await ring.killDaemon()
      await ring.restartDaemon()
    })
    expect(['rotated', 'held']).toContain(ended.result?.outcome)
    await run(ring, 'a', ['recover'])
    expect(sandbox.keyState(VENDOR, await item(ring, 'prod/restarted'))).toBe('works')
    expect(mints(who.principal)).toBe(1)
  })

  using('makes internal keys once when four processes start on a new home', async (ring) => {
    const who = [1, 2, 3, 4].map((at) => ({ name: `four/${at}`, ...sandbox.addPrincipal(VENDOR) }))
    const flags = ['--base-url', sandbox.vendors[VENDOR].baseUrl]
    const all = await Promise.all(
      who.map(({ name, key }) => run(ring, 'four', ['add', VENDOR, name, ...flags], `${key}\n`)),
    )
    expect(all.map((ran) => `${ran.code} ${ran.stderr}`).filter((line) => !line.startsWith('0'))).toEqual([])
    for (const { name } of who) expect(await rotated(ring, 'four', name)).toMatchObject({ code: 0 })
  })

  using('never makes a fresh key over a keyring that was replaced', async (ring) => {
    const who = await added(ring, 'a', 'prod/replaced')
    const empty = await startKeyring()
    if (!empty) return
    try {
      const ended = await rotated(empty, 'a', 'prod/replaced')
      expect(ended).toMatchObject({ code: 5, result: { code: 'keychain-locked-or-item-missing' } })
      expect(mints(who.principal)).toBe(0)
      expect((await empty.secretTool(['search', '--all', 'service', 'rekey-internal'])).stdout).toBe('')
    } finally {
      await empty.close()
    }
    expect(await rotated(ring, 'a', 'prod/replaced')).toMatchObject({ code: 0 })
  })
})
