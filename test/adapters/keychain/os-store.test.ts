import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { lookup } from 'node:dns/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Item } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { openOsStore, type OsStore, type OsStoreOptions } from '../../../src-main/adapters/keychain/os-store.ts'
import { describeSecretStore } from '../../contract/secret-store.ts'
import { childrenOf } from '../../fixtures/children.ts'
import { startKeyring, type Keyring } from '../../fixtures/keyring.ts'

const childPath = join(import.meta.dirname, '../../../src-main/adapters/keychain/child.ts')
const ITEM: Item = { service: 'rekey', account: 'prod/key' }
const value = (text: string): Secret => Secret.of(text)

const openOn = (keyring: Keyring, options: Partial<OsStoreOptions> = {}): OsStore =>
  openOsStore({ childPath, env: keyring.env, interactive: false, deadlineMs: 1500, ...options })

describeSecretStore('gnome-keyring', async () => {
  const keyring = await startKeyring()
  if (!keyring) return null
  const store = openOn(keyring, { deadlineMs: 10_000 })
  return {
    store,
    close: async () => {
      await store.close()
      await keyring.close()
    },
  }
})

describe('the OS keychain in trouble', () => {
  let keyring: Keyring | null = null
  let store: OsStore
  beforeAll(async () => {
    keyring = await startKeyring()
    if (keyring) store = openOn(keyring)
  })
  afterAll(async () => {
    await store?.close()
    await keyring?.close()
  })

  const using = (title: string, test: (ring: Keyring) => Promise<void>): void => {
    it(title, async ({ skip }) => {
      if (!keyring) return skip()
      await test(keyring)
    })
  }
  const seen = async (): Promise<string | null> => {
    const read = await store.read(ITEM)
    if (!read.ok) throw new Error(read.failure.code)
    return read.value?.use((text) => text) ?? null
  }

  using('locked: hides items, takes nothing, proves nothing and removes nothing (X6)', async (ring) => {
    await store.write(ITEM, value('before'))
    await ring.lock()
    expect(await seen()).toBeNull()
    expect(await store.prove()).toMatchObject({ ok: false, failure: { code: 'keychain-locked' } })
    expect(await store.write(ITEM, value('after'))).toMatchObject({
      kind: 'not-written',
      failure: { code: 'keychain-locked' },
    })
    expect(await store.remove(ITEM)).toMatchObject({ ok: false, failure: { code: 'keychain-locked' } })
    await ring.unlock()
    expect(await seen()).toBe('before')
  })

  using('stalled: gives up at the deadline, and files and names of this process go on meanwhile (X8)', async (ring) => {
    await store.write(ITEM, value('before'))
    ring.stopDaemon()
    const reading = store.read(ITEM)
    const started = performance.now()
    await Promise.all([readFile(import.meta.filename), readFile(childPath), lookup('localhost'), lookup('localhost')])
    expect(performance.now() - started).toBeLessThan(1000)
    expect(await reading).toMatchObject({ ok: false, failure: { code: 'keychain-timeout' } })
    // ours of 1.5 seconds, not D-Bus's own of 25
    expect(performance.now() - started).toBeLessThan(10_000)
    ring.contDaemon()
    expect(await seen()).toBe('before')
  })

  using('stalled in a write: the write is unknown, and a later look tells what it came to (X9)', async (ring) => {
    await store.write(ITEM, value('before'))
    ring.stopDaemon()
    expect(await store.write(ITEM, value('after'))).toMatchObject({ kind: 'unknown' })
    ring.contDaemon()
    // the daemon had the message all the time: it takes it as soon as it runs
    await expect.poll(seen).toBe('after')
  })

  using('stalled for a moment in a write: the read-back finds it written', async (ring) => {
    const patient = openOn(ring, { deadlineMs: 1500 })
    await patient.write(ITEM, value('before'))
    ring.stopDaemon()
    setTimeout(() => ring.contDaemon(), 1900)
    expect(await patient.write(ITEM, value('late'))).toEqual({ kind: 'written' })
    await patient.close()
  })

  using('killed: is unavailable; restarted: answers again, to the same store (X10)', async (ring) => {
    await store.write(ITEM, value('kept'))
    await ring.killDaemon()
    expect(await store.read(ITEM)).toMatchObject({ ok: false, failure: { code: 'keychain-unavailable' } })
    await ring.restartDaemon()
    expect(await seen()).toBe('kept')
    expect(await store.write(ITEM, value('new'))).toEqual({ kind: 'written' })
  })

  using('changed by another program: shows what is there now', async (ring) => {
    await store.write(ITEM, value('ours'))
    await ring.secretTool(['store', '--label=x', 'service', 'rekey', 'account', ITEM.account], 'theirs')
    expect(await seen()).toBe('theirs')
    expect((await ring.secretTool(['lookup', 'service', 'rekey', 'account', ITEM.account])).stdout).toBe('theirs')
  })

  using(
    'with a second item planted under the name: a write that is not seen again is not called written (X13)',
    async (ring) => {
      const planted: Item = { service: 'rekey', account: 'planted/key' }
      await store.write(planted, value('ours'))
      await ring.secretTool(
        ['store', '--label=x', 'service', 'rekey', 'account', planted.account, 'extra', '1'],
        'planted',
      )
      const before = await store.read(planted)
      const written = await store.write(planted, value('ours again'))
      const after = await store.read(planted)
      const shown = after.ok ? after.value?.use((text) => text) : null
      expect(before.ok).toBe(true)
      // either the store shows ours, or it does not claim to have kept it
      expect(written.kind === 'written').toBe(shown === 'ours again')
    },
  )

  using('its process killed in the middle of calls: each answer is still the truth', async (ring) => {
    const own = openOn(ring)
    await own.write(ITEM, value('start'))
    for (let round = 0; round < 5; round += 1) {
      const wanted = `round-${round}`
      const writing = own.write(ITEM, value(wanted))
      const pids = childrenOf(process.pid, 'keychain/child.ts')
      await new Promise((resolve) => setTimeout(resolve, round))
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // it had ended already
        }
      }
      const written = await writing
      const now = await own.read(ITEM)
      const shown = now.ok ? now.value?.use((text) => text) : 'unread'
      if (written.kind === 'written') expect(shown).toBe(wanted)
      if (written.kind === 'not-written') expect(shown).not.toBe(wanted)
    }
    await own.close()
  })

  it('says at once that there is none where no bus is', async () => {
    const { DBUS_SESSION_BUS_ADDRESS: _, ...rest } = process.env
    const none = openOsStore({
      childPath,
      env: { ...rest, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' },
      interactive: false,
    })
    const started = performance.now()
    const proof = await none.prove()
    expect(performance.now() - started).toBeLessThan(5000)
    if (process.platform === 'linux')
      expect(proof).toMatchObject({ ok: false, failure: { code: 'keychain-unavailable' } })
    await none.close()
  })

  using('too long for the platform: refused before anything is written', async (ring) => {
    const windows = openOn(ring, { maxBytes: 2560 })
    await windows.write(ITEM, value('short'))
    expect(await windows.write(ITEM, value('k'.repeat(2561)))).toMatchObject({
      kind: 'not-written',
      failure: { code: 'keychain-too-long' },
    })
    expect(await windows.write(ITEM, value('k'.repeat(2560)))).toEqual({ kind: 'written' })
    await windows.close()
  })

  using('gives the person a sentence when a call takes its time', async (ring) => {
    const sentences: string[] = []
    const slow = openOn(ring, { waitingAfterMs: 50, onWaiting: (sentence) => sentences.push(sentence) })
    ring.stopDaemon()
    setTimeout(() => ring.contDaemon(), 300)
    await slow.read(ITEM)
    expect(sentences).toHaveLength(1)
    await slow.close()
  })
})

describe('the keychain’s process', () => {
  it('ends when its parent is killed', async () => {
    const script = `
      const { openOsStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src-main/adapters/keychain/os-store.ts'))})
      const store = openOsStore({ childPath: ${JSON.stringify(childPath)}, env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }, interactive: false })
      await store.warm()
      process.stdout.write('warm\\n')
      setInterval(() => undefined, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await new Promise((resolve) => parent.stdout.once('data', resolve))
    const [child = 0] = childrenOf(parent.pid ?? 0)
    expect(child).toBeGreaterThan(0)
    parent.kill('SIGKILL')
    const isAlive = (): boolean => {
      try {
        // a zombie is dead: whoever reaps orphans here may be late
        return !/\) Z/.test(readFileSync(`/proc/${child}/stat`, 'utf8'))
      } catch {
        return false
      }
    }
    await expect.poll(isAlive, { timeout: 3000 }).toBe(false)
  })
})
