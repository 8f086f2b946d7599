import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exportedRows } from '../ledger.ts'
import { lifeOfLook, turn } from '../moments.ts'
import { openPage } from '../page.ts'
import type { Running } from '../running.ts'
import type { Scenario } from '../scenario.ts'
import { checkTruth } from '../truth.ts'
import { hit } from '../victims.ts'
import type { World } from '../world.ts'
import { drawTable } from './vaults.ts'

/**
 * An export over a file (by the command line) or beside everything (by a page), killed: the file is the old one or the whole
 * new one. Half of the blows are aimed at the moment in which it takes its place: shortly before, by how long the same
 * export took a moment ago, or as soon as its name is seen.
 */
const kinds = ['rekey', 'csv', 'kdbx', 'bitwarden'] as const
type Kind = (typeof kinds)[number]
const OLD = 'the old file\n'

type Going = {
  readonly running: Running
  readonly folder: string
  /** The name that it is to have, once it has it. */
  readonly taken: () => string | null
}

const partsIn = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.part'))

function exportBy(world: World, folder: string, kind: Kind): Going {
  const path = join(folder, kind === 'bitwarden' ? 'all.json' : `all.${kind}`)
  writeFileSync(path, OLD, { mode: 0o600 })
  const before = statSync(path).ino
  const words = join(dirname(world.temp), 'passphrase')
  const seal = kind === 'csv' ? ['--plain-text'] : ['--passphrase-file', words]
  const running = world.start(['export', path, '--format', kind, ...seal, '--overwrite', '--json', '--yes'])
  return { running, folder, taken: () => (statSync(path).ino === before ? null : path) }
}

/** A page's file goes among the person's downloads, under a name that nobody has. */
async function exportByPage(world: World, kind: Kind): Promise<Going> {
  const folder = join(world.env['HOME'] ?? '', 'Downloads')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const before = new Set(readdirSync(folder))
  const { running, call } = await openPage(world)
  const startedAt = performance.now()
  let isAnswered = false
  const seal = kind === 'csv' ? { plainText: true } : { passphrase: world.passphrase }
  void call('vault.export', { to: { ask: true }, format: kind, ...seal }).then(
    () => (isAnswered = true),
    () => (isAnswered = true),
  )
  const taken = (): string | null => {
    const name = readdirSync(folder).find((each) => !before.has(each) && !each.endsWith('.part'))
    return name === undefined ? null : join(folder, name)
  }
  return { running: { ...running, startedAt, isOver: () => isAnswered || running.isOver() }, folder, taken }
}

/** Milliseconds until it was written to, and from there to its name; looked at as often as can be. */
async function untilTaken({ running, folder, taken }: Going): Promise<{ partAt: number; takenAt: number }> {
  let partAt = Number.NaN
  while (!running.isOver() && Number.isNaN(partAt)) {
    if (partsIn(folder).length > 0) partAt = performance.now()
    else await turn()
  }
  while (!running.isOver() && taken() === null) await turn()
  return { partAt, takenAt: performance.now() }
}

type Aim = 'start' | 'part' | 'name' | 'taken'

async function untilBlow(
  world: World,
  going: Going,
  aim: Aim,
  measure: { life: number; toName: number },
): Promise<string> {
  const { chance } = world
  const { running, folder, taken } = going
  if (aim === 'start') {
    const ms = Math.round((measure.life * chance.between(60, 400)) / 100)
    await Promise.race([sleep(ms), running.ended])
    return `${ms} ms after its start`
  }
  while (partsIn(folder).length === 0 && taken() === null && !running.isOver()) await turn()
  const partAt = performance.now()
  if (aim === 'taken') {
    const ms = chance.pick([0, 0, 0, 1, 3])
    while (taken() === null && !running.isOver()) await turn()
    if (ms > 0) await sleep(ms)
    return `${ms} ms after its name was seen`
  }
  const ms = aim === 'part' ? chance.between(0, 60) : Math.max(0, measure.toName - chance.between(-5, 40) / 10)
  while (performance.now() < partAt + ms && !running.isOver()) await turn()
  return `${ms.toFixed(1)} ms after it was begun`
}

export const killExport: Scenario = {
  name: 'kill-export',
  about:
    'kill -9 of an export, by the command line over a file or by a page: the old file or the new one, and both are whole',
  play: async (world) => {
    const { chance } = world
    const table = drawTable(world)
    await world.rekey(['import', table.file, '--json', '--yes'])
    const folder = join(dirname(world.temp), 'out')
    mkdirSync(folder, { mode: 0o700 })
    const aim = chance.pick(['start', 'part', 'name', 'name', 'taken', 'taken'] as const)
    // how long a key takes to be drawn from a passphrase varies more than a blow may miss by
    const kind = chance.pick(aim === 'name' ? (['csv', 'csv', 'kdbx', 'bitwarden'] as const) : kinds)
    const isPage = chance.in100(40)
    const begin = async (into: string): Promise<Going> =>
      isPage ? exportByPage(world, kind) : exportBy(world, into, kind)

    const measure = { life: await lifeOfLook(world), toName: 0 }
    if (aim === 'name') {
      const before = join(dirname(world.temp), 'out-before')
      mkdirSync(before, { mode: 0o700 })
      const going = await begin(before)
      const { partAt, takenAt } = await untilTaken(going)
      while (!going.running.isOver()) await sleep(5)
      if (isPage) hit(world, ['app'])
      await going.running.ended
      measure.toName = takenAt - partAt
      world.note(`the same export took its name after ${measure.toName.toFixed(1)} ms`)
    }
    const before = exportedRows(world.home)
    const going = await begin(folder)
    const moment = await untilBlow(world, going, aim, measure)
    const wasOver = going.running.isOver()
    hit(world, ['app'])
    const ended = await going.running.ended

    const path = going.taken()
    const count = table.names.length + 1
    const isRecorded = exportedRows(world.home) > before
    const where = path === null ? await farFromName(world, going.folder, kind, count) : named(isRecorded)
    world.note(
      `${moment}, by ${isPage ? 'a page' : 'the command line'}, as ${kind}: ${where}; it ended ${ended.code ?? ended.signal}`,
    )
    if (ended.code === 0 && path === null) world.wrong('it said that it is written')
    if (isRecorded && path === null) world.wrong('it is recorded and not there')
    for (const name of readdirSync(going.folder)) {
      if ((statSync(join(going.folder, name)).mode & 0o077) !== 0) world.wrong(`${name} is open to others`)
    }
    const isOldThere = readdirSync(folder).some((name) => readFileSync(join(folder, name), 'latin1') === OLD)
    if (path === null && !isPage && !isOldThere) world.wrong('neither the old file nor a new one')
    if (path !== null && !(await isWhole(world, path, kind, count))) world.wrong('what was written is not whole')
    const fates = await checkTruth(world)
    if (path !== null && !existsSync(path)) world.wrong('what was written is gone')
    return { tallies: [wasOver ? 'too late' : where, isPage ? 'by a page' : 'by the command line'], fates }
  },
}

const named = (isRecorded: boolean): string => (isRecorded ? 'named and recorded' : 'named, not recorded')

async function farFromName(world: World, folder: string, kind: Kind, count: number): Promise<string> {
  const [part] = partsIn(folder)
  if (part === undefined) return 'before it was begun'
  const copy = join(dirname(world.temp), kind === 'bitwarden' ? 'part.json' : `part.${kind}`)
  copyFileSync(join(folder, part), copy)
  return (await isWhole(world, copy, kind, count)) ? 'whole, not named' : 'being written'
}

async function isWhole(world: World, path: string, kind: Kind, count: number): Promise<boolean> {
  const open = kind === 'csv' ? [] : ['--passphrase-file', join(dirname(world.temp), 'passphrase')]
  const read = await world.rekey(['import', path, ...open, '--dry-run', '--json'])
  if (read.code !== 0) return false
  return (JSON.parse(read.stdout) as { readonly entries: readonly object[] }).entries.length === count
}
