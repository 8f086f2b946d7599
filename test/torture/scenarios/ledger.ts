import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { rotationRows } from '../ledger.ts'
import { drawMoment, untilMoment } from '../moments.ts'
import { signalTo } from '../running.ts'
import type { Played, Scenario } from '../scenario.ts'
import { mintsOf } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, reached } from '../victims.ts'
import type { Held, World } from '../world.ts'

/** The data folder is not what it was: damaged, of yesterday, elsewhere, or the clock beside it is. */
const database = ({ home }: World): string => join(home, 'ledger.sqlite')

async function killed(world: World): Promise<{ readonly held: Held; readonly phase: string }> {
  const held = await addDrawn(world)
  const running = world.start(['rotate', held.name, '--yes', '--json'])
  await untilMoment(world, running, drawMoment(world))
  hit(world, ['app'])
  await running.ended
  return { held, phase: reached(world, held) }
}

/** Couriers first: whoever copies or changes files of a home waits until nobody writes them. */
async function untilQuiet(world: World): Promise<void> {
  while (world.look().some(({ pid }) => signalTo(pid, 'SIGCONT')))
    await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Every command ends with a failure that has a name, or does what it should; none asks a vendor to mint. */
async function mustNotMint(world: World, held: Held): Promise<void> {
  const before = mintsOf(world, held).length
  for (const args of [
    ['list', '--json'],
    ['recover', '--json'],
    ['show', held.name, '--json'],
    ['doctor', '--json'],
  ]) {
    const ran = await world.rekey(args)
    if (ran.code === 1 || ran.code === null) world.wrong(`${args[0]} met a bug: ${ran.stderr}`)
  }
  if (mintsOf(world, held).length !== before) world.wrong('a vendor was asked to mint by something else than rotate')
}

export const bitFlip: Scenario = {
  name: 'ledger-damage',
  about: 'a bit of the ledger flipped, or its WAL torn, after a kill: named, never a bug, and well once it is restored',
  stores: ['sealed'],
  play: async (world): Promise<Played> => {
    const { chance, home } = world
    const { held, phase } = await killed(world)
    await untilQuiet(world)
    const kept = join(home, '..', 'kept')
    // with modes: a home that others can open is refused
    execFileSync('cp', ['-a', home, kept])
    const wal = `${database(world)}-wal`
    const isWal = existsSync(wal) && statSync(wal).size > 0 && chance.in100(50)
    const file = isWal ? wal : database(world)
    if (isWal && chance.in100(50)) truncateSync(file, chance.between(0, statSync(file).size))
    else {
      const bytes = readFileSync(file)
      const at = chance.between(0, bytes.length - 1)
      bytes[at]! ^= 1 << chance.between(0, 7)
      writeFileSync(file, bytes)
    }
    await mustNotMint(world, held)
    rmSync(home, { recursive: true })
    renameSync(kept, home)
    const fates = await checkTruth(world)
    if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
    return { tallies: [`${isWal ? 'wal' : 'ledger'} at ${phase}`], fates }
  },
}

export const ledgerOfYesterday: Scenario = {
  name: 'ledger-rollback',
  about: 'the ledger restored from before the rotation: nothing is written over, the key is found and taken on a word',
  stores: ['sealed'],
  play: async (world): Promise<Played> => {
    const { home } = world
    const held = await addDrawn(world)
    const kept = join(home, '..', 'ledger.kept')
    // the last command has gone: what it wrote is in the one file
    copyFileSync(database(world), kept)
    const ran = await world.rekey(['rotate', held.name, '--yes', '--json'])
    if (ran.code !== 0) world.wrong(`it did not rotate: ${ran.stdout}`)
    for (const end of ['-wal', '-shm']) rmSync(`${database(world)}${end}`, { force: true })
    copyFileSync(kept, database(world))
    await mustNotMint(world, held)
    const item = await world.keychain.item(held.name)
    if (world.sandbox.keyState(held.vendor, item) !== 'works') world.wrong('the key that works was written over')
    const again = await world.rekey(['rotate', held.name, '--yes', '--json'])
    if (again.code === 0 || mintsOf(world, held).length !== 1) world.wrong(`rotated over a key that it did not know`)
    const set = await world.rekey(['set', held.name, '--json'], { stdin: `${item}\n` })
    if (set.code !== 0) world.wrong(`the key is not taken on a word: ${set.stdout}${set.stderr}`)
    const got = await world.rekey(['get', held.name], { isSecret: true })
    if (got.stdout.trimEnd() !== item) world.wrong('get gives another key')
    return { tallies: ['restored'], fates: [{ name: held.name, end: 'rotated' }] }
  },
}

/** A clock that is years off in some commands and not in others. */
const shifted = (years: number): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `const Real = Date; const off = ${years * 31_557_600_000}; globalThis.Date = class extends Real {
      constructor(...args) { super(...(args.length === 0 ? [Real.now() + off] : args)) }
      static now() { return Real.now() + off } }`,
  )}`,
})

export const clockJumps: Scenario = {
  name: 'clock-jumps',
  about: 'the clock years ahead or behind while it rotates, while it recovers, or both',
  play: async (world): Promise<Played> => {
    const { chance } = world
    const held = await addDrawn(world)
    const years = chance.pick([-30, -1, 1, 10])
    const running = world.start(['rotate', held.name, '--yes', '--json'], { env: shifted(years) })
    await untilMoment(world, running, drawMoment(world))
    if (chance.in100(70)) hit(world, ['app'])
    const ended = await running.ended
    world.note(`it ended ${ended.code ?? ended.signal}: ${ended.stdout}${ended.stderr}`)
    const phase = reached(world, held)
    const back = chance.pick([0, 0, -years, years])
    if (back !== 0) await world.rekey(['recover', '--json'], { env: shifted(back) })
    const fates = await checkTruth(world)
    if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
    return { tallies: [`${years} years at ${phase}`], fates }
  },
}

export const homeMoved: Scenario = {
  name: 'home-moved',
  about: 'the data folder moved between the kill and the recovery',
  stores: ['sealed'],
  play: async (world): Promise<Played> => {
    const { held, phase } = await killed(world)
    await untilQuiet(world)
    const elsewhere = join(world.home, '..', 'elsewhere')
    renameSync(world.home, elsewhere)
    const ran = await world.rekey(['recover', '--json'], { env: { REKEY_HOME: elsewhere } })
    if (ran.code !== 0) world.wrong(`recover exits ${ran.code} where the home now is: ${ran.stdout}${ran.stderr}`)
    renameSync(elsewhere, world.home)
    const fates = await checkTruth(world)
    if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
    return { tallies: [`moved at ${phase}`], fates }
  },
}

/** The same data folder under another /etc/machine-id: a copy that was carried elsewhere, or one that is shared. */
export const otherMachine: Scenario = {
  name: 'other-machine',
  about:
    'the data folder on another machine with a rotation open: nobody is asked, nothing goes on, until a person says so',
  stores: ['sealed'],
  play: async (world): Promise<Played> => {
    const { chance, home, sandbox } = world
    const { held, phase } = await killed(world)
    await untilQuiet(world)
    const file = join(home, '..', 'machine-id')
    writeFileSync(file, `${'0123456789abcdef'.repeat(2)}\n`)
    const wrap = ['unshare', '-m', 'sh', '-c', `mount --bind ${file} /etc/machine-id && exec "$@"`, 'sh']
    const [command = '', ...args] = [...wrap, 'true'] as readonly string[]
    if (spawnSync(command, args).status !== 0) return { tallies: ['nothing can be mounted here'], fates: [] }
    world.wrap = wrap
    const asked = sandbox.log.length
    const isOpen = rotationRows(home).some(({ settled }) => settled === 0)
    const ran = await world.rekey(['recover', '--json'])
    if (isOpen && (ran.code === 0 || ran.code === 1)) world.wrong(`recover exits ${ran.code} on another machine`)
    if (sandbox.log.length !== asked) world.wrong('a vendor was asked from another machine, unasked')
    const isTaken = chance.in100(50)
    if (isTaken) await world.rekey(['recover', '--json', '--here'])
    else world.wrap = []
    const fates = await checkTruth(world)
    if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
    return { tallies: [`${isTaken ? 'taken over' : 'back home'} at ${phase}`], fates }
  },
}
