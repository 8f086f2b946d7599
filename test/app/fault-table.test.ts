import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../src-contract/result.ts'
import type { Outcome } from '../../src-contract/outcomes.ts'
import { rotationResult, type RotationResult } from '../../src-contract/views.ts'
import { compose, type App } from '../../src-main/app/compose.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { openPorts } from '../../src-main/hosts/create-app.ts'
import type { Fault } from '../../src-main/sandbox/faults/fault.ts'
import type { Sandbox } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { keptStore } from '../fakes/kept-store.ts'

/**
 * Vendor × fault, all of a vendor's cells in one run of many credentials. Whatever the wire or the vendor does: one request
 * at most, what is said is what is true at the vendor, and once the trouble is over recovery finds the truth and keeps it.
 */
const faults: Readonly<Record<string, readonly [Outcome, ...Fault[]]>> = {
  none: ['rotated'],
  before: ['not-rotated', { kind: 'before' }],
  'before, by reset': ['not-rotated', { kind: 'before', end: 'rst' }],
  after: ['lost', { kind: 'after' }],
  'after, by reset': ['lost', { kind: 'after', end: 'rst' }],
  'torn in the status line': ['lost', { kind: 'torn', at: 7 }],
  'torn in the headers': ['lost', { kind: 'torn', at: 40 }],
  'torn at the end of the headers': ['lost', { kind: 'torn', at: 0, from: 'body' }],
  'torn in the body': ['lost', { kind: 'torn', at: 12, from: 'body' }],
  'torn before the last byte': ['rotated', { kind: 'torn', at: -1 }],
  'hangs before acting, for longer than is waited': ['lost', { kind: 'hang', until: 'gone', when: 'before' }],
  'hangs after acting, for longer than is waited': ['lost', { kind: 'hang', until: 'gone', when: 'after' }],
  'slow, but comes': ['rotated', { kind: 'delay', ms: 700 }],
  '500 without acting': ['not-rotated', { kind: 'status', status: 500 }],
  '500 after acting': ['lost', { kind: 'status', status: 500, acts: true }],
  '502 page': ['not-rotated', { kind: 'status', status: 502, body: 'html' }],
  '504 page after acting': ['lost', { kind: 'status', status: 504, body: 'html', acts: true }],
  '408': ['not-rotated', { kind: 'status', status: 408, body: 'empty' }],
  '429': ['not-rotated', { kind: 'status', status: 429, retryAfterSeconds: 60 }],
  garbage: ['lost', { kind: 'garbage' }],
  portal: ['not-rotated', { kind: 'portal' }],
  'the same key': ['not-rotated', { kind: 'same-key' }],
  masked: ['lost', { kind: 'masked' }],
  'the wrong place': ['rotated', { kind: 'wrong-place' }],
  'a key it then refuses': ['lost', { kind: 'reject-new' }],
  redirect: ['not-rotated', { kind: 'redirect' }],
  'close-delimited': ['rotated', { kind: 'close-delimited' }],
  'an old key that lives a second longer': ['rotated', { kind: 'stale', ms: 1000 }],
  'verify down afterwards': ['rotated-unverified', { kind: 'verify-down', afterMint: true, times: 'all' }],
}

/** Where a vendor's own file makes another ending of the same fault. */
const exceptions: Readonly<Record<string, Outcome>> = {
  // a bare key cut short is no key, and its last character is nowhere
  'conjur: torn before the last byte': 'lost',
  'hienergy: 429': 'refused',
  'scrapebit: 429': 'refused',
}

const vendors = ['projectdiscovery', 'scrapebit', 'hienergy', 'conjur'] as const
type Vendor = (typeof vendors)[number]
const root = join(import.meta.dirname, '../..')
/** For a reply that never comes. All others are waited for as long as the product waits: a busy machine changes no ending. */
const WAIT_SECONDS = 4
const hangs = ({ fault }: Cell): boolean => fault.startsWith('hangs')

let folder: string
let sandbox: Sandbox
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-faults-'))
  sandbox = await startSandbox({ quiet: true })
  for (const vendor of vendors) sandbox.configure(vendor, { callLimits: [], mintEverySeconds: 0 })
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

function openApp(home: string, store: ReturnType<typeof keptStore>, replyWaitSeconds: number | null = null): App {
  const opened = openPorts(
    {
      homePath: home,
      storeKind: 'sealed',
      passphrase: async () => ok(Secret.of('unused')),
      isInteractive: false,
      courierEntry: join(root, 'dist/courier.js'),
      keychainEntry: '',
      replyWaitSeconds,
      environment: {},
    },
    () => undefined,
  )
  if (!opened.ok) throw new Error(opened.failure.code)
  return compose({ ...opened.value.ports, openStore: async () => ok(store) }, opened.value.close)
}

type Cell = { readonly fault: string; readonly name: string; readonly principal: string; readonly old: string }

async function cellsOf(app: App, vendor: Vendor): Promise<readonly Cell[]> {
  const cells: Cell[] = []
  for (const [fault, [, ...injected]] of Object.entries(faults)) {
    const who = sandbox.addPrincipal(vendor)
    const name = `cell/${cells.length}`
    const added = await app.call('credential.add', {
      vendor,
      name,
      secret: who.key,
      baseUrl: sandbox.vendors[vendor].baseUrl,
      inputs: { ...who.inputs },
    })
    if (!added.ok) throw new Error(`${fault}: ${added.failure.code}`)
    for (const each of injected) sandbox.inject({ ...each, vendor, principal: who.principal })
    cells.push({ fault, name, principal: who.principal, old: who.key })
  }
  return cells
}

const called = async (promise: ReturnType<App['call']>): Promise<readonly RotationResult[]> => {
  const result = await promise
  if (!result.ok) throw new Error(result.failure.code)
  return rotationResult.array().parse(result.value)
}

describe('whatever goes wrong', () => {
  it.concurrent.each(vendors)(
    '%s is asked once, and what is said is what is true',
    async (vendor) => {
      const home = mkdtempSync(join(folder, `${vendor}-`))
      const store = keptStore()
      const app = openApp(home, store)
      const impatient = openApp(home, store, WAIT_SECONDS)
      const cells = await cellsOf(app, vendor)
      const keyIn = (cell: Cell): string => store.items.get(`rekey ${cell.name}`)?.use((value) => value) ?? ''
      const isTrue = (cell: Cell, result: RotationResult, when: string): void => {
        const where = `${vendor}, ${cell.fault}, ${when}: ${JSON.stringify(result)}`
        const old = sandbox.keyState(vendor, cell.old)
        const kept = sandbox.keyState(vendor, keyIn(cell))
        if (result.oldKey !== 'unknown') expect(old, where).toBe(result.oldKey)
        if (result.settled) expect(kept, where).toBe('works')
        if (result.outcome === 'rotated') expect(keyIn(cell), where).not.toBe(cell.old)
        if (result.outcome === 'not-rotated' || result.outcome === 'refused') expect(keyIn(cell), where).toBe(cell.old)
        if (result.outcome === 'lost') expect(old, where).toBe('dead')
        if (result.newKey && result.outcome !== 'held')
          expect(keyIn(cell).endsWith(result.newKey.tail ?? ''), where).toBe(true)
      }

      const rotate = (by: App, some: readonly Cell[]): Promise<readonly RotationResult[]> =>
        called(by.call('rotation.run', { selection: { names: some.map(({ name }) => name) }, concurrency: 40 }))
      const ran = await Promise.all([
        rotate(
          app,
          cells.filter((cell) => !hangs(cell)),
        ),
        rotate(impatient, cells.filter(hangs)),
      ])
      const first = ran.flat()
      expect(first).toHaveLength(cells.length)
      for (const cell of cells) {
        const mints = sandbox.log.filter(
          (entry) => entry.vendor === vendor && entry.class === 'mint' && entry.target === cell.principal,
        )
        expect(mints.length, `${vendor}, ${cell.fault}`).toBe(1)
        const result = first.find((each) => each.name === cell.name)
        if (!result) throw new Error(`no result for ${cell.fault}`)
        isTrue(cell, result, 'at first')
        expect(result.outcome, `${vendor}: ${cell.fault}`).toBe(
          exceptions[`${vendor}: ${cell.fault}`] ?? faults[cell.fault]?.[0],
        )
      }
      await app.close()
      await impatient.close()

      // the trouble is over: what hung has acted, what was down is up
      sandbox.clearFaults(vendor)
      const later = openApp(home, store)
      await called(later.call('rotation.recover', {}))
      const again = await called(later.call('rotation.recover', {}))
      for (const cell of cells) {
        const shown = await later.call('credential.show', { name: cell.name })
        if (!shown.ok) throw new Error(shown.failure.code)
        const where = `${vendor}, ${cell.fault}, recovered: ${JSON.stringify(shown.value.openRotation)} ${JSON.stringify(shown.value.history[0])}`
        const mints = sandbox.log.filter(
          (entry) => entry.vendor === vendor && entry.class === 'mint' && entry.target === cell.principal,
        )
        expect(mints.length, where).toBe(1)
        if (shown.value.openRotation === null) expect(sandbox.keyState(vendor, keyIn(cell)), where).toBe('works')
        else {
          // only a key that never came here whole may stay open, and its loss is said
          expect(sandbox.keyState(vendor, cell.old), where).toBe('dead')
          expect(shown.value.openRotation.outcome, where).toMatch(/^(lost|unknown)$/)
        }
      }
      expect(again.every((result) => !result.settled)).toBe(true)
      await later.close()
    },
    // a machine that is busy with other things gives it a tenth of its time
    600_000,
  )
})
