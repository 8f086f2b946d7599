import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fail } from '../../../src-contract/failures.ts'
import { ok } from '../../../src-contract/result.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { compose, type App } from '../../../src-main/app/compose.ts'
import type { SecretStore } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { openPorts } from '../../../src-main/hosts/create-app.ts'
import { crashes, type CrashPoint } from '../../fakes/crashing.ts'
import { keptStore } from '../../fakes/kept-store.ts'
import { valueOf } from '../operations/world.ts'
import { preview, table } from './vault-world.ts'

/** An import that dies at any step is all there or not at all, and what was there before is whole. */
const root = join(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'rekey-import-crash-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type World = { readonly home: string; readonly store: ReturnType<typeof keptStore> }

function openApp({ home, store }: World, change: (ports: AppPorts) => AppPorts = (same) => same): App {
  const opened = openPorts(
    {
      homePath: home,
      storeKind: 'sealed',
      passphrase: async () => ok(Secret.of('unused')),
      isInteractive: false,
      courierEntry: join(root, 'dist/courier.js'),
      keychainEntry: '',
      replyWaitSeconds: 2,
      environment: {},
    },
    () => undefined,
  )
  if (!opened.ok) throw new Error(opened.failure.code)
  return compose(change({ ...opened.value.ports, openStore: async () => ok(store) }), opened.value.close)
}

const file = table(
  ['name', 'password', 'notes'],
  ['new/one', 'key-one', 'a note'],
  ['kept/changed', 'the-second-key', ''],
  ['new/two', 'key-two', ''],
)

/** Nothing is replaced, so that there is nothing to clear away after it. */
const newKeys = table(['name', 'password'], ['new/one', 'key-one'], ['new/two', 'key-two'])

async function newWorld(): Promise<World> {
  const world = { home: mkdtempSync(join(folder, 'home-')), store: keptStore() }
  const app = openApp(world)
  valueOf(await app.call('credential.add', { vendor: 'other', name: 'kept/changed', secret: 'the-first-key' }))
  await app.close()
  return world
}

const keyIn = ({ store }: World, name: string): string | null =>
  store.items.get(`rekey ${name}`)?.use((value) => value) ?? null

/** What a person sees after the next start: names, and what each key is. */
async function stateOf(world: World): Promise<Readonly<Record<string, string | null>>> {
  const app = openApp(world)
  valueOf(await app.call('rotation.recover', {}))
  const listed = valueOf(await app.call('credential.list', {}))
  const seen: Record<string, string | null> = {}
  for (const { name } of listed) seen[name] = valueOf(await app.call('credential.reveal', { name })).secret
  await app.close()
  return seen
}

const before = { 'kept/changed': 'the-first-key' }
const after = { 'kept/changed': 'the-second-key', 'new/one': 'key-one', 'new/two': 'key-two' }

/** Nothing of ours is in the keychain but what the ledger knows. */
function leftovers({ store }: World, seen: Readonly<Record<string, unknown>>): readonly string[] {
  const known = new Set(Object.keys(seen).flatMap((name) => [`rekey ${name}`, `rekey ${name}#+kept`]))
  return [...store.items.keys()].filter(
    (name) => (name.startsWith('rekey ') && !known.has(name)) || name.includes(':import:'),
  )
}

async function importInto(world: World, from: string, change: (ports: AppPorts) => AppPorts): Promise<boolean> {
  const app = openApp(world, change)
  const { id } = await preview({ app }, from)
  const done = await app.call('vault.import', { id, onConflict: 'replace' })
  await app.close().catch(() => undefined)
  return done.ok
}

type Walk = { readonly from: string; readonly done: Readonly<Record<string, string>> }

async function dieAt(
  point: CrashPoint,
  { from, done }: Walk,
): Promise<{ readonly died: boolean; readonly trace: readonly string[] }> {
  const world = await newWorld()
  const crash = crashes(point)
  await importInto(world, from, (ports) => ({
    ...ports,
    ledger: crash.wrap('ledger', ports.ledger, [
      'beginImport',
      'clearImport',
      'endImport',
      'insertCredentials',
      'updateCredential',
    ]),
    openStore: async () => ok(crash.wrap<SecretStore>('store', world.store, ['write', 'remove'])),
  }))
  const where = `${crash.trace.at(-1)} (${point.when} call ${point.call})`
  const seen = await stateOf(world)
  expect([before, done], where).toContainEqual(seen)
  expect(leftovers(world, seen), where).toEqual([])
  expect(await stateOf(world), where).toEqual(seen)
  return { died: crash.hasDied(), trace: crash.trace }
}

/** Dies before and after every call there is; what was called. */
async function dieEverywhere(walk: Walk): Promise<readonly string[]> {
  const passed = new Set<string>()
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; ; call += 1) {
      const { died, trace } = await dieAt({ call, when }, walk)
      for (const name of trace) passed.add(name)
      if (!died) break
    }
  }
  return [...passed]
}

describe('an import', () => {
  it('that replaces nothing and dies anywhere is all there or not at all after the next start', async () => {
    const passed = await dieEverywhere({
      from: newKeys,
      done: { ...before, 'new/one': 'key-one', 'new/two': 'key-two' },
    })
    expect(passed).toEqual(expect.arrayContaining(['ledger.beginImport', 'store.write', 'ledger.endImport']))
    expect(passed).not.toContain('ledger.clearImport')
  }, 120_000)

  it('that dies anywhere is all there or not at all after the next start', async () => {
    const passed = await dieEverywhere({ from: file, done: after })
    expect(passed).toEqual(
      expect.arrayContaining([
        'ledger.beginImport',
        'store.write',
        'ledger.insertCredentials',
        'ledger.updateCredential',
        'ledger.clearImport',
        'store.remove',
        'ledger.endImport',
      ]),
    )
  }, 120_000)

  it.each([1, 2, 3, 4, 5])('whose keychain refuses write %i is undone, and says why', async (refused) => {
    const world = await newWorld()
    let writes = 0
    const app = openApp(world, (ports) => ({
      ...ports,
      openStore: async () =>
        ok({
          ...world.store,
          write: async (item, secret) => {
            if (secret.use((value) => value.length === 36)) return world.store.write(item, secret)
            writes += 1
            if (writes !== refused) return world.store.write(item, secret)
            return { kind: 'not-written', failure: fail('disk-full', { folder: world.home }) }
          },
        }),
    }))
    const { id } = await preview({ app }, file)
    expect(await app.call('vault.import', { id, onConflict: 'replace' })).toMatchObject({
      ok: false,
      failure: { code: 'disk-full' },
    })
    expect(valueOf(await app.call('credential.list', {})).map(({ name }) => name)).toEqual(['kept/changed'])
    expect(keyIn(world, 'kept/changed')).toBe('the-first-key')
    expect(leftovers(world, before)).toEqual([])
    // and the same file can be taken once there is room
    expect(await app.call('vault.import', { id, onConflict: 'replace' })).toMatchObject({
      ok: true,
      value: { stored: 3 },
    })
    await app.close()
    expect(await stateOf(world)).toEqual(after)
  })

  it('waits for nobody: a second one beside it is told so', async () => {
    const world = await newWorld()
    const app = openApp(world)
    const { id } = await preview({ app }, file)
    const other = openApp(world)
    const second = await preview({ app: other }, file)
    const [one, two] = await Promise.all([
      app.call('vault.import', { id, onConflict: 'replace' }),
      other.call('vault.import', { id: second.id, onConflict: 'replace' }),
    ])
    const stored = [one, two].filter((result) => result.ok && result.value.stored === 3)
    expect(stored).toHaveLength(1)
    await Promise.all([app.close(), other.close()])
    expect(await stateOf(world)).toEqual(after)
  })
})
