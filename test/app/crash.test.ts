import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../src-contract/result.ts'
import type { AppPorts } from '../../src-main/app/app-ports.ts'
import { compose, type App } from '../../src-main/app/compose.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { openPorts } from '../../src-main/hosts/create-app.ts'
import type { Sandbox } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { crashes, type CrashPoint } from '../fakes/crashing.ts'
import { keptStore } from '../fakes/kept-store.ts'

/**
 * The app dies before and after every journal write and every effect of a rotation; a new one opens the same folder and
 * recovers. However it died: no key is lost, the vendor was asked once at most, and what is said is what is true.
 */

const NAME = 'prod/key'
const root = join(import.meta.dirname, '../..')
let sandbox: Sandbox
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-crash-'))
  sandbox = await startSandbox({ quiet: true })
})

afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

type World = {
  readonly home: string
  readonly store: ReturnType<typeof keptStore>
  readonly principal: { readonly key: string }
}

function openApp(world: World, point: CrashPoint | null): { app: App; crash: ReturnType<typeof crashes> } {
  const opened = openPorts(
    {
      homePath: world.home,
      storeKind: 'sealed',
      passphrase: async () => ok(Secret.of('unused')),
      isInteractive: false,
      courierEntry: join(root, 'dist/courier.js'),
      keychainEntry: '',
      replyWaitSeconds: 5,
      environment: {},
    },
    () => undefined,
  )
  if (!opened.ok) throw new Error(opened.failure.code)
  const crash = crashes(point)
  const { ports, close } = opened.value
  const store = crash.wrap('store', world.store, ['write', 'remove'])
  const wrapped: AppPorts = {
    ...ports,
    ledger: crash.wrap('ledger', ports.ledger, [
      'insertRotation',
      'advanceRotation',
      'updateCredential',
      'appendHistory',
    ]),
    escrow: crash.wrap('escrow', ports.escrow, ['create', 'remove']),
    http: crash.wrap('http', ports.http, ['exchange']),
    openStore: async () => ok(store),
    couriers: {
      start: () => {
        const courier = ports.couriers.start()
        return {
          close: () => courier.close(),
          prepare: async (order) => {
            const prepared = await crash.guard('courier.prepare', () => courier.prepare(order))
            if (!prepared.ok) return prepared
            return ok({
              ...prepared.value,
              go: (onProgress) => crash.guard('courier.go', () => prepared.value.go(onProgress)),
            })
          },
        }
      },
    },
  }
  return { app: compose(wrapped, close), crash }
}

async function newWorld(): Promise<World> {
  const principal = sandbox.addPrincipal('projectdiscovery')
  const world = { home: mkdtempSync(join(folder, 'home-')), store: keptStore(), principal }
  const { app } = openApp(world, null)
  const { baseUrl } = sandbox.vendors.projectdiscovery
  const added = await app.call('credential.add', {
    vendor: 'projectdiscovery',
    name: NAME,
    secret: principal.key,
    baseUrl,
  })
  if (!added.ok) throw new Error(added.failure.code)
  await app.close()
  return world
}

const keyIn = (world: World): string => world.store.items.get(`rekey ${NAME}`)?.use((value) => value) ?? ''

/** One rotation that dies at the point, then recoveries until nothing changes. */
async function dieAndRecover(point: CrashPoint): Promise<{ died: boolean; trace: readonly string[] }> {
  const world = await newWorld()
  const asked = sandbox.log.length
  const { app, crash } = openApp(world, point)
  await app.call('rotation.run', { selection: { names: [NAME] } })
  const died = crash.hasDied()
  await app.close().catch(() => undefined)

  const where = `${crash.trace.at(-1)} (${point.when} call ${point.call})`
  const first = openApp(world, null).app
  const recovered = await first.call('rotation.recover', {})
  if (!recovered.ok) throw new Error(`${where}: recovery failed: ${recovered.failure.code}`)
  expect(
    recovered.value.every((result) => result.settled),
    `${where}: ${JSON.stringify(recovered.value)}`,
  ).toBe(true)
  const shown = await first.call('credential.show', { name: NAME })
  await first.close()

  const second = openApp(world, null).app
  const again = await second.call('rotation.recover', {})
  const shownAgain = await second.call('credential.show', { name: NAME })
  await second.close()
  expect(again, where).toEqual({ ok: true, value: [] })
  expect(shownAgain, where).toEqual(shown)

  const mints = sandbox.log.slice(asked).filter((entry) => entry.class === 'mint')
  expect(mints.length, where).toBeLessThanOrEqual(1)
  const key = keyIn(world)
  expect(sandbox.keyState('projectdiscovery', key), `${where}: the keychain's key`).toBe('works')
  expect(key === world.principal.key, where).toBe(mints.filter((entry) => entry.acted).length === 0)
  return { died, trace: crash.trace }
}

describe('an app that dies in a rotation', () => {
  it('loses nothing, asks once and recovers to the truth, wherever it dies', async () => {
    const seen = new Set<string>()
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const { died, trace } = await dieAndRecover({ call, when })
        for (const name of trace) seen.add(name)
        if (!died) break
      }
    }
    // the walk is only as good as the places it went through
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'http.exchange',
        'escrow.create',
        'courier.prepare',
        'ledger.insertRotation',
        'courier.go',
        'ledger.advanceRotation',
        'store.write',
        'ledger.updateCredential',
        'ledger.appendHistory',
      ]),
    )
  }, 240_000)
})
