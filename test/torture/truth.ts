import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findSecrets } from '../canary/find-secrets.ts'
import type { LogEntry } from '../../src-main/sandbox/log.ts'
import type { RotationResult } from '../../src-contract/views.ts'
import { rotationRows, unsoundness } from './ledger.ts'
import { checkTold, mintsOf, resultsIn } from './told.ts'
import type { Held, World } from './world.ts'

/**
 * What must hold whatever was done to a world, once the trouble is over: recovery tells the truth and a second one nothing
 * new; no key whose reply came is lost; nobody was asked twice; the databases are sound; no secret lies about.
 */
export type Expectation = {
  /** Whoever held the reply was killed: a key may be lost, if its last byte had not come. Or: this answer gave no key. */
  readonly mayLose?: boolean | ((answer: LogEntry) => boolean)
  /** The vendor may say that it acted and leave the old key as it was, or give one that it refuses. */
  readonly isVendorOdd?: boolean
  /** The key that a credential's last rotation was to replace; its first one unless told. */
  readonly oldOf?: (held: Held) => string | null
  readonly env?: NodeJS.ProcessEnv
}

/** What became of each credential, for the table of results. */
export type Fate = {
  readonly name: string
  readonly end: 'unchanged' | 'rotated' | 'lost, unread' | 'lost, just read' | 'open'
}
export const isOpen = ({ end }: Fate): boolean => end !== 'unchanged' && end !== 'rotated'

export async function checkTruth(world: World, expected: Expectation = {}): Promise<readonly Fate[]> {
  const oldOf = expected.oldOf ?? (({ first }) => first)
  await recoverTwice(world, oldOf)
  const fates: Fate[] = []
  const listed = await world.rekey(['list', '--json'])
  const views = JSON.parse(listed.stdout || '[]') as readonly View[]
  for (const held of world.held) {
    const view = views.find(({ name }) => name === held.name)
    if (view) fates.push(await checkKey(world, held, view, expected))
    else world.wrong(`${held.name} is not listed any more`)
  }
  await checkGet(world, fates)
  await checkFiles(world)
  await checkQuiet(world)
  return fates
}

type View = {
  readonly name: string
  readonly tail: string | null
  readonly openRotation: { readonly outcome: string | null } | null
}

async function recoverTwice(world: World, oldOf: (held: Held) => string | null): Promise<void> {
  const recover = async (): Promise<{ code: number | null; results: readonly RotationResult[] }> => {
    const ran = await world.rekey(['recover', '--json'])
    const results = resultsIn(ran.stdout)
    for (const result of results) {
      const held = world.held.find(({ name }) => name === result.name)
      await checkTold(world, result, held ? oldOf(held) : null)
    }
    const isLeft = results.some(({ settled }) => !settled)
    if (ran.code !== (isLeft ? 4 : 0)) world.wrong(`recover exits ${ran.code}: ${ran.stdout}${ran.stderr}`)
    return { code: ran.code, results }
  }
  const first = await recover()
  const second = await recover()
  const open = first.results.filter(({ settled }) => !settled)
  if (said(open) !== said(second.results)) world.wrong(`a second recovery says ${said(second.results)}`)
}

const said = (results: readonly RotationResult[]): string =>
  JSON.stringify(
    results.map((result) => ({ ...result, durationMs: 0 })).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  )

/**
 * A courier takes bytes from its socket and seals them half a millisecond later; on a machine that has no turn for it, later.
 * Whoever is killed in between takes them along: no process can do better, and it is said.
 */
const inHandMs = 100

async function checkKey(
  world: World,
  held: Held,
  view: View,
  { mayLose = false, isVendorOdd }: Expectation,
): Promise<Fate> {
  const { name, vendor, first } = held
  const { sandbox } = world
  const mints = mintsOf(world, held)
  const rows = rotationRows(world.home).filter((row) => row.name === name)
  if (mints.length > rows.length) world.wrong(`${name}: ${mints.length} requests for ${rows.length} rotations`)
  const item = await world.keychain.item(name)
  const isAlive = sandbox.keyState(vendor, item) === 'works'
  if (view.openRotation) {
    if (view.openRotation.outcome !== 'lost') {
      world.wrong(`${name} stays open as ${view.openRotation.outcome}`)
      return { name, end: 'open' }
    }
    const last = mints.findLast(({ acted }) => acted)
    const hadCome = last !== undefined && last.wholeReplySent && !last.wasReset
    const sinceReplyMs = world.courierStruckAt - (world.answeredAt.get(held.principal) ?? Infinity)
    world.note(`lost: ${JSON.stringify(last)}, the courier struck ${sinceReplyMs.toFixed(1)} ms after`)
    const isExcused =
      typeof mayLose === 'function'
        ? last !== undefined && mayLose(last)
        : mayLose && (!hadCome || sinceReplyMs < inHandMs)
    if (!isExcused) world.wrong(`${name} is lost, although its reply had come`)
    return { name, end: hadCome ? 'lost, just read' : 'lost, unread' }
  }
  if (!isAlive) world.wrong(`${name}: the key that is kept does not work`)
  if (!item.endsWith(view.tail ?? '')) world.wrong(`${name}: the ledger names another key than the keychain holds`)
  const hasActed = mints.some(({ acted }) => acted)
  if (!isVendorOdd && hasActed === (item === first))
    world.wrong(`${name}: the vendor acted: ${hasActed}, the key changed: ${!hasActed}`)
  return { name, end: item === first ? 'unchanged' : 'rotated' }
}

/** What is closed is given out, what is open is not. One of them is asked for: the rest is the same. */
async function checkGet(world: World, fates: readonly Fate[]): Promise<void> {
  const one = fates.length > 0 ? world.chance.pick(fates) : null
  if (!one) return
  const got = await world.rekey(['get', one.name], { isSecret: true })
  const wanted = isOpen(one) ? '' : `${await world.keychain.item(one.name)}\n`
  if (got.code !== (isOpen(one) ? 4 : 0) || got.stdout !== wanted) world.wrong(`get ${one.name} gives something else`)
}

async function checkFiles(world: World): Promise<void> {
  for (const file of ['ledger.sqlite', ...(world.keychain.kind === 'sealed' ? ['sealed.sqlite'] : [])]) {
    const what = unsoundness(join(world.home, file))
    if (what !== null) world.wrong(`${file} is not sound: ${what}`)
  }
  const rotated = new Set(rotationRows(world.home).flatMap((row) => (row.outcome === 'rotated' ? [row.id] : [])))
  const escrow = join(world.home, 'escrow')
  const left = existsSync(escrow) ? readdirSync(escrow).filter((id) => rotated.has(id)) : []
  if (left.length > 0) world.wrong(`escrow of what is rotated and kept stays: ${left.join(', ')}`)

  const secrets = [{ label: 'the passphrase', value: world.passphrase }]
  for (const held of world.held) {
    const current = world.sandbox.currentKey(held.vendor, held.principal)
    const values = new Set([held.first, current ?? held.first, await world.keychain.item(held.name)])
    for (const value of values) secrets.push({ label: `a key of ${held.name}`, value: hiddenOf(value) })
  }
  for (const hit of findSecrets([world.home, world.temp], world.outputs, secrets)) {
    world.wrong(`${hit.secret} lies in ${hit.where} (${hit.how})`)
  }
}

/**
 * The part of a key that nobody may see: what stands before the last underline is in the vendor file, and the last four may be
 * shown, in the ledger right behind a fingerprint that may end like the rest.
 */
const hiddenOf = (key: string): string => key.replace(/^.*_/, '').slice(0, -4)

/** Couriers end with their work: nothing is left running. */
async function checkQuiet(world: World): Promise<void> {
  const deadline = performance.now() + 10_000
  while (world.look().length > 0) {
    if (performance.now() > deadline) {
      return world.wrong(
        `still running: ${world
          .look()
          .map(({ command }) => command)
          .join(', ')}`,
      )
    }
    await sleep(50)
  }
}
