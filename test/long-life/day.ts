/** What a busy person, a second window and the command line do to one `rekey serve` in an hour of its day. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InputOf, OperationName, OutputOf } from '../../src-contract/operations.ts'
import type { Result } from '../../src-contract/result.ts'
import type { Fault } from '../../src-main/sandbox/faults/fault.ts'
import type { Held, World } from '../torture/world.ts'
import { plainWindow, type PlainWindow } from './plain-window.ts'
import type { Served } from './served.ts'

const catalog = join(import.meta.dirname, '../../src-main/vendors/catalog')

export type Day = {
  readonly world: World
  readonly served: Served
  readonly plain: PlainWindow
  readonly inPlace: readonly Held[]
  readonly guided: readonly Held[]
  /** What was done how often, and what came of it. */
  readonly did: Map<string, number>
  /** Streams that nobody reads. */
  readonly hung: Socket[]
  readonly unlock: () => Promise<void>
  /** For one more window; the app is not locked. */
  readonly freshAddress: () => Promise<string>
}

export async function openDay(world: World, served: Served): Promise<Day> {
  const guided = world.held.filter(({ vendor }) => vendor === 'userplane')
  const inPlace = world.held.filter(({ vendor }) => vendor !== 'userplane')
  const plain = plainWindow(served.origin)
  await plain.enter(served.url)
  const day: Day = {
    ...{ world, served, plain, inPlace, guided, did: new Map(), hung: [] },
    unlock: () => unlock(day),
    freshAddress: async () => {
      const another = await say(day, 'window.another', {})
      if (!another.ok) throw new Error(another.failure.code)
      return another.value.url
    },
  }
  await unlock(day)
  await plain.listen()
  return day
}

const count = ({ did }: Day, what: string): void => void did.set(what, (did.get(what) ?? 0) + 1)

/** What comes of it is counted; nothing that may come of it is wrong here. */
async function say<K extends OperationName>(day: Day, name: K, input: InputOf<K>): Promise<Result<OutputOf<K>>> {
  const answer = await day.plain.call(name, input)
  count(day, `${name}: ${answer.ok ? 'ok' : answer.failure.code}`)
  if (!answer.ok && answer.failure.code === 'internal') day.world.wrong(`${name}: ${JSON.stringify(answer.failure)}`)
  return answer
}

async function rotate(day: Day, names: readonly string[]): Promise<void> {
  const ran = await say(day, 'rotation.run', { selection: { names: [...names] } })
  if (!ran.ok) return
  for (const result of ran.value) {
    count(day, `rotation: ${result.outcome}${result.code === undefined ? '' : `, ${result.code}`}`)
    if (result.outcome === 'lost') await giveKey(day, result.name)
  }
}

/** The person got a key elsewhere, and puts it in. */
async function giveKey(day: Day, name: string): Promise<void> {
  const held = day.inPlace.find((each) => each.name === name)
  const secret = held ? day.world.sandbox.currentKey(held.vendor, held.principal) : null
  if (secret !== null) await say(day, 'credential.set', { name, secret })
}

const faults: readonly Fault[] = [
  { kind: 'before' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, retryAfterSeconds: 5 },
  { kind: 'portal' },
  { kind: 'verify-down', afterMint: true, times: 2 },
  { kind: 'slow-drip', bytes: 20, ms: 2 },
  { kind: 'torn', at: -5 },
  { kind: 'after' },
  { kind: 'garbage' },
]

async function lock(day: Day): Promise<void> {
  await say(day, 'session.lock', {})
}

async function unlock(day: Day): Promise<void> {
  const { world, served, plain } = day
  const status = await say(day, 'session.status', {})
  if (!status.ok || !status.value.isLocked) return
  if (status.value.unlockBy === 'passphrase') {
    const done = await say(day, 'session.unlock', { passphrase: world.passphrase })
    if (!done.ok) world.wrong(`it stays locked: ${done.failure.code}`)
    return
  }
  // not more often than every five seconds
  await served.skip(6000)
  const before = served.said().length
  const asked = await plain.post('/session/relaunch', {})
  let url: string | undefined
  for (let wait = 0; url === undefined && wait < 100; wait += 1) {
    url = /http:\/\/\S+#token=[\w-]+/.exec(served.said().slice(before))?.[0]
    if (url === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  if (url === undefined) return day.world.wrong(`no fresh address was given: ${JSON.stringify(asked)}`)
  await plain.leave()
  await plain.enter(url)
  await plain.listen()
  count(day, 'window unlocked by a fresh address')
}

/** One thing after the other that a person does; each leaves the keys as many as they were. */
const doings: Readonly<Record<string, (day: Day, hour: number) => Promise<void>>> = {
  rotations: async (day, hour) => {
    const { world, inPlace } = day
    const { name, principal, vendor } = inPlace[hour % inPlace.length]!
    if (vendor !== 'scrapebit') await rotate(day, [name])
    const fault = faults[hour % faults.length]!
    const other = inPlace[(hour * 3 + 1) % inPlace.length]!
    world.sandbox.inject({ ...fault, vendor: other.vendor, principal: other.principal })
    world.sandbox.inject({ kind: 'delay', ms: 20, vendor, principal })
    await rotate(
      day,
      inPlace.map((each) => each.name),
    )
    world.sandbox.clearFaults()
    await say(day, 'rotation.plan', { all: true })
    await say(day, 'rotation.recover', {})
  },
  guided: async (day, hour) => {
    for (const { name, principal } of day.guided) {
      const begun = await say(day, 'guided.begin', { name, unproven: false })
      if (!begun.ok) continue
      if (hour % 3 === 2) await say(day, 'guided.cancel', { name })
      else await say(day, 'guided.paste', { name, secret: day.world.sandbox.dashboardRotate('userplane', principal) })
    }
  },
  keys: async (day, hour) => {
    const [first] = day.inPlace
    for (const { name } of day.inPlace.slice(0, 3)) await say(day, 'credential.reveal', { name })
    await say(day, 'credential.rename', { name: first!.name, to: `${first!.name}-renamed` })
    await say(day, 'credential.rename', { name: `${first!.name}-renamed`, to: first!.name })
    await say(day, 'credential.edit', { name: first!.name, label: `hour ${hour}`, tags: ['day'] })
    await say(day, 'credential.edit', { name: first!.name, removeTags: ['day'] })
    const who = day.world.sandbox.addPrincipal('scrapebit')
    const baseUrl = day.world.sandbox.vendors.scrapebit.baseUrl
    await say(day, 'credential.add', { vendor: 'scrapebit', name: 'passing', secret: who.key, baseUrl })
    await say(day, 'credential.remove', { names: ['passing'] })
    await say(day, 'credential.verify', { all: true })
  },
  looks: async (day) => {
    for (const { name } of day.inPlace) await say(day, 'credential.show', { name })
    await say(day, 'credential.list', {})
    await say(day, 'history.list', { limit: 500 })
    await say(day, 'vendor.list', {})
    await say(day, 'doctor.run', {})
    await say(day, 'settings.change', { theme: 'dark' })
    await say(day, 'keychain.status', {})
  },
  vaults: async (day, hour) => {
    const names = Array.from({ length: 60 }, (_, index) => `import-${hour}-${index}`)
    const table = ['name,password', ...names.map((name) => `${name},passing-value-of-${name}`)].join('\n')
    const source = { fileName: 'keys.csv', content: Buffer.from(table).toString('base64') }
    // one is forgotten, one left open, and one imported
    const first = await say(day, 'vault.preview', { source })
    if (first.ok) await say(day, 'vault.forget', { id: first.value.id })
    await say(day, 'vault.preview', { source })
    const preview = await say(day, 'vault.preview', { source })
    if (preview.ok) await say(day, 'vault.import', { id: preview.value.id })
    const [format, words] = [
      ['rekey', { passphrase: day.world.passphrase }],
      ['kdbx', { passphrase: day.world.passphrase }],
      ['csv', { plainText: true }],
    ][hour % 3] as [string, { readonly passphrase?: string; readonly plainText?: boolean }]
    const receipt = await say(day, 'vault.export', { to: { ask: true }, format, ...words, names })
    if (receipt.ok) {
      const { path } = receipt.value
      const content = readFileSync(path).toString('base64')
      const { passphrase } = words
      const given = passphrase === undefined ? {} : { passphrase }
      await say(day, 'vault.preview', { source: { fileName: path, content }, ...given })
      rmSync(path)
    }
    const all = await say(day, 'credential.list', {})
    const imported = all.ok ? all.value.map(({ name }) => name).filter((name) => name.startsWith('import-')) : []
    if (imported.length > 0) await say(day, 'credential.remove', { names: imported })
  },
  beside: async ({ world, served, inPlace }, hour) => {
    const env = served.sameTime()
    const name = inPlace[(hour + 1) % inPlace.length]!.name
    for (const args of [
      ['edit', name, '--tag', 'beside'],
      ['edit', name, '--remove-tag', 'beside'],
      ['rotate', name, '--yes', '--json'],
      ['list', '--json'],
    ])
      await world.rekey(args, { env })
  },
  vendorFiles: async (day, hour) => {
    const folder = join(day.world.home, 'vendors')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const text = readFileSync(join(catalog, 'hienergy.yaml'), 'utf8').replace(/^id: .*$/m, 'id: corporate')
    const path = join(folder, 'corporate.yaml')
    writeFileSync(path, text.replace(/^name: .*$/m, `name: Corporate ${hour}`), { mode: 0o600 })
    await say(day, 'vendor.unusable', {})
    const seen = await say(day, 'vendor.review', { path })
    if (seen.ok) await say(day, 'vendor.trust', { path, sha256: seen.value.sha256 })
    await say(day, 'vendor.list', {})
  },
  sandbox: async (day, hour) => {
    if (hour % 3 !== 1) return
    await say(day, 'sandbox.start', {})
    await say(day, 'sandbox.stop', {})
  },
  windows: async (day) => {
    // loaded anew, a second one opened and gone, one that hangs; that of the hour before is ended
    for (let reload = 0; reload < 20; reload += 1) await day.plain.listen()
    for (let other = 0; other < 3; other += 1) {
      const second = plainWindow(day.served.origin)
      await second.enter(await day.freshAddress())
      await second.listen()
      await second.call('credential.list', {})
      await second.leave()
    }
    for (const socket of day.hung.splice(0)) socket.destroy()
    day.hung.push(await day.plain.hang())
  },
  keychainAway: async (day, hour) => {
    const { world } = day
    const name = day.inPlace[0]!.name
    const { ring } = world.keychain
    if (!ring) {
      const file = join(world.home, 'sealed.sqlite')
      await rename(file, `${file}.away`)
      await say(day, 'credential.reveal', { name })
      await rename(`${file}.away`, file)
    } else if (hour % 2 === 0) {
      await ring.killDaemon()
      await say(day, 'credential.reveal', { name })
      await ring.restartDaemon()
    } else {
      await ring.lock()
      await say(day, 'credential.reveal', { name })
      await ring.unlock()
    }
    await lock(day)
    await unlock(day)
    const back = await say(day, 'credential.reveal', { name })
    if (!back.ok) world.wrong(`the keychain is back, and the key is not: ${back.failure.code}`)
  },
  twoAtOnce: async (day) => {
    const [one, other] = day.inPlace.filter(({ vendor }) => vendor === 'projectdiscovery' || vendor === 'conjur')
    const second = plainWindow(day.served.origin)
    await second.enter(await day.freshAddress())
    const selection = { names: [other!.name] }
    const [, ran] = await Promise.all([rotate(day, [one!.name]), second.call('rotation.run', { selection })])
    if (!ran.ok || ran.value[0]?.code === 'cancelled') day.world.wrong(`a second window's run: ${JSON.stringify(ran)}`)
  },
  deaths: async (day) => {
    // a courier that waits for a person to confirm, and the keychain's process
    await say(day, 'rotation.plan', { all: true })
    await sleep(300)
    for (const { pid, command } of day.world.look()) {
      if (!/courier\.js|keychain-child\.js/.test(command)) continue
      process.kill(pid, 'SIGKILL')
      count(day, `killed ${/\w[\w-]*\.js/.exec(command.replace(/cli\.js/, ''))?.[0] ?? 'a process'}`)
    }
    await sleep(100)
    await rotate(day, [day.inPlace.find(({ vendor }) => vendor === 'hienergy')!.name])
  },
  locks: async (day) => {
    await lock(day)
    await unlock(day)
    // nobody is there: the page says so no more
    await day.served.skip(16 * 60_000)
    const status = await day.plain.call('session.status', {})
    if (!status.ok || !status.value.isLocked) day.world.wrong('nobody touched it for 16 minutes, and it is not locked')
    else count(day, 'locked by itself')
    await unlock(day)
  },
}

/** One hour: what is done in it, and then its quiet rest. Nothing runs any more when it is over. */
export async function liveHour(day: Day, hour: number, only: readonly string[] = Object.keys(doings)): Promise<void> {
  const { served, world } = day
  const began = served.aheadMs() + performance.now()
  await unlock(day)
  for (const [name, act] of Object.entries(doings)) {
    if (!only.includes(name)) continue
    const since = performance.now()
    try {
      await act(day, hour)
    } catch (error) {
      world.wrong(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
    world.note(`hour ${hour}: ${name} took ${Math.round(performance.now() - since)} ms`)
    await served.skip(60_000)
  }
  const restMs = Math.max(0, 3_600_000 - (served.aheadMs() + performance.now() - began))
  await served.skip(restMs)
  world.sandbox.advance(3_600_000)
}
