import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../src-contract/result.ts'
import type { AppPorts } from '../../src-main/app/app-ports.ts'
import { compose, type App } from '../../src-main/app/compose.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { openPorts } from '../../src-main/hosts/create-app.ts'
import type { FaultAt, Sandbox, SandboxPrincipal } from '../../src-main/sandbox/sandbox.ts'
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

type Vendor = keyof Sandbox['vendors']
type World = {
  readonly home: string
  readonly store: ReturnType<typeof keptStore>
  readonly principal: SandboxPrincipal
}

type Scenario = {
  readonly what: string
  readonly vendor: Vendor
  /** Rotated by somebody else's credential. */
  readonly hasOperator?: true
  /** What is wrong at the vendor while it rotates; gone once the app has died and recovered a first time. */
  readonly fault?: Readonly<Record<string, unknown>>
  /** How many times faster than life: patience with a vendor is waited out in every one of some forty deaths. */
  readonly haste?: number
  /** What a person does; a rotation unless told. */
  readonly act?: (app: App, world: World) => Promise<unknown>
  /** What a person does after a recovery that cannot end it alone. */
  readonly goOn?: (app: App, world: World) => Promise<unknown>
  readonly passesThrough: readonly string[]
}

const whole = [
  'http.exchange',
  'escrow.create',
  'courier.prepare',
  'ledger.insertRotation',
  'courier.go',
  'ledger.advanceRotation',
  'store.write',
  'ledger.updateCredential',
  'ledger.appendHistory',
]

/** The key that the dashboard made: once for each world, however often the person comes back to it. */
const made = new Map<string, string>()
const dashboardKey = ({ principal }: World): string => {
  const known = made.get(principal.principal) ?? sandbox.dashboardRotate('userplane', principal.principal)
  made.set(principal.principal, known)
  return known
}
const paste = (app: App, world: World) => app.call('guided.paste', { name: NAME, secret: dashboardKey(world) })

const scenarios: readonly Scenario[] = [
  { what: 'a rotation', vendor: 'projectdiscovery', passesThrough: whole },
  { what: 'a rotation by an admin', vendor: 'hienergy', hasOperator: true, passesThrough: whole },
  { what: 'a rotation by an operator with a session', vendor: 'conjur', hasOperator: true, passesThrough: whole },
  {
    what: 'a rotation whose reply lost its last byte',
    vendor: 'scrapebit',
    fault: { kind: 'torn', at: -1 },
    passesThrough: whole,
  },
  {
    what: 'a rotation whose proof is not to be had yet',
    vendor: 'projectdiscovery',
    fault: { kind: 'verify-down', afterMint: true, times: 'all' },
    haste: 10,
    passesThrough: whole,
  },
  {
    what: 'a rotation in a dashboard',
    vendor: 'userplane',
    act: async (app, world) => {
      const begun = await app.call('guided.begin', { name: NAME })
      return begun.ok ? paste(app, world) : begun
    },
    goOn: async (app, world) => {
      const begun = await app.call('guided.begin', { name: NAME })
      if (!begun.ok && begun.failure.code !== 'has-open-rotation') throw new Error(begun.failure.code)
      return paste(app, world)
    },
    passesThrough: [
      'escrow.create',
      'ledger.insertRotation',
      'ledger.advanceRotation',
      'store.write',
      'ledger.updateCredential',
    ],
  },
]

function openApp(world: World, point: CrashPoint | null, haste = 1): { app: App; crash: ReturnType<typeof crashes> } {
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
  const { clock } = ports
  const wrapped: AppPorts = {
    ...ports,
    clock: {
      now: () => clock.now(),
      ticks: () => clock.ticks() * haste,
      sleep: async (ms) => clock.sleep(ms / haste),
    },
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
          isGone: () => courier.isGone(),
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

async function newWorld({ vendor, hasOperator }: Scenario): Promise<World> {
  const principal = sandbox.addPrincipal(vendor)
  const world = { home: mkdtempSync(join(folder, 'home-')), store: keptStore(), principal }
  const { app } = openApp(world, null)
  const { baseUrl } = sandbox.vendors[vendor]
  const add = async (name: string, who: SandboxPrincipal, operator?: string): Promise<void> => {
    const inputs = { ...who.inputs }
    const added = await app.call('credential.add', {
      vendor,
      name,
      secret: who.key,
      baseUrl,
      inputs,
      ...(operator === undefined ? {} : { operator }),
    })
    if (!added.ok) throw new Error(`${added.failure.code} ${JSON.stringify(added.failure.fields)}`)
  }
  if (hasOperator === true) await add('admin/key', sandbox.addPrincipal(vendor, undefined, { isAdmin: true }))
  await add(NAME, principal, hasOperator === true ? 'admin/key' : undefined)
  await app.close()
  return world
}

const keyIn = (world: World): string => world.store.items.get(`rekey ${NAME}`)?.use((value) => value) ?? ''

/** One rotation that dies at the point, then recoveries until nothing changes. */
async function dieAndRecover(
  scenario: Scenario,
  point: CrashPoint,
): Promise<{ died: boolean; trace: readonly string[] }> {
  const { vendor, fault, haste, act, goOn } = scenario
  const world = await newWorld(scenario)
  const asked = sandbox.log.length
  if (fault) sandbox.inject({ vendor, principal: world.principal.principal, ...fault } as FaultAt)
  const { app, crash } = openApp(world, point, haste)
  await (act ? act(app, world) : app.call('rotation.run', { selection: { names: [NAME] } }))
  const died = crash.hasDied()
  await app.close().catch(() => undefined)

  const where = `${scenario.what}: ${crash.trace.at(-1)} (${point.when} call ${point.call})`
  const recover = async (isLast: boolean): Promise<void> => {
    const next = openApp(world, null, haste).app
    const recovered = await next.call('rotation.recover', {})
    if (!recovered.ok) throw new Error(`${where}: recovery failed: ${recovered.failure.code}`)
    const isOpen = recovered.value.some((result) => !result.settled)
    if (isLast && goOn && (isOpen || keyIn(world) === world.principal.key)) await goOn(next, world)
    else if (isLast) expect(isOpen, `${where}: ${JSON.stringify(recovered.value)}`).toBe(false)
    await next.close()
  }
  await recover(fault === undefined)
  if (fault) {
    sandbox.clearFaults(vendor)
    await recover(true)
  }
  const last = openApp(world, null).app
  const shown = await last.call('credential.show', { name: NAME })
  const again = await last.call('rotation.recover', {})
  const shownAgain = await last.call('credential.show', { name: NAME })
  await last.close()
  expect(again, where).toEqual({ ok: true, value: [] })
  expect(shownAgain, where).toEqual(shown)

  const key = keyIn(world)
  expect(sandbox.keyState(vendor, key), `${where}: the keychain's key`).toBe('works')
  if (goOn) expect(key, where).toBe(dashboardKey(world))
  else {
    const mints = sandbox.log.slice(asked).filter((entry) => entry.class === 'mint')
    expect(mints.length, where).toBeLessThanOrEqual(1)
    expect(key === world.principal.key, where).toBe(mints.filter((entry) => entry.acted).length === 0)
  }
  return { died, trace: crash.trace }
}

describe('an app that dies', () => {
  it.each(scenarios)(
    'in $what loses nothing, asks once and recovers to the truth, wherever it dies',
    async (scenario) => {
      const seen = new Set<string>()
      for (const when of ['before', 'after'] as const) {
        for (let call = 1; ; call += 1) {
          const { died, trace } = await dieAndRecover(scenario, { call, when })
          for (const name of trace) seen.add(name)
          if (!died) break
        }
      }
      // the walk is only as good as the places it went through
      expect([...seen]).toEqual(expect.arrayContaining([...scenario.passesThrough]))
    },
    240_000,
  )
})
