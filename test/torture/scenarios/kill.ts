import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'
import type { VendorId } from '../../../src-main/sandbox/vendor-id.ts'
import { rotationRows } from '../ledger.ts'
import { drawMoment, momentText, untilMoment } from '../moments.ts'
import { pidsOf } from '../processes.ts'
import { signalTo } from '../running.ts'
import type { Played, Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth, type Fate } from '../truth.ts'
import type { Held, World } from '../world.ts'

/** SIGKILL at a moment of one rotation: of the app, of the courier that holds its reply, of the keychain's process, of several. */
type Victim = 'app' | 'courier' | 'keychain'

const entries: Readonly<Record<Victim, string>> = {
  app: 'cli.js',
  courier: 'courier.js',
  keychain: 'keychain-child.js',
}

export const drawVendor = ({ chance }: World): VendorId =>
  chance.pick(['projectdiscovery', 'projectdiscovery', 'scrapebit', 'hienergy', 'conjur'] as const)

/** How the vendor answers: at once or late, in one piece or in many. Never wrongly: what goes wrong here is ours alone. */
export function drawPace({ chance }: World): Fault {
  const framing = chance.pick(['length', 'length', 'chunked'] as const)
  if (chance.in100(25)) return { kind: 'slow-drip', bytes: chance.between(5, 60), ms: chance.between(1, 6), framing }
  return { kind: 'delay', ms: chance.pick([0, 5, 20, 60]), framing }
}

/** How far it had come at this moment, by the journal, and while that says `sent`, by the vendor. */
export function reached(world: World, held: Held): string {
  const row = rotationRows(world.home).findLast(({ name }) => name === held.name)
  if (!row) return 'before sent'
  if (row.reached !== 'sent') return row.outcome ?? row.reached
  const mint = mintsOf(world, held).at(-1)
  return mint ? (mint.isOver ? 'answered' : 'asked') : 'sent'
}

async function killOnce(world: World, victims: readonly Victim[], mayLose: boolean): Promise<Played> {
  const { chance } = world
  const vendor = drawVendor(world)
  const isRereadable = vendor === 'conjur' && chance.in100(50)
  const held = await world.add(vendor, isRereadable ? ['--secret-input', 'password'] : [])
  world.sandbox.inject({ ...drawPace(world), vendor, principal: held.principal })
  const moment = drawMoment(world)
  const running = world.start(['rotate', held.name, '--yes', '--json'])
  await untilMoment(world, running, held, moment)
  const wasOver = running.isOver()
  world.look()
  // in one breath, in an order drawn from the seed
  const pids = victims.flatMap((victim) => pidsOf(world.temp, entries[victim]))
  const killed = pids.filter((pid) => signalTo(pid, 'SIGKILL')).length
  world.note(`killed ${killed} of ${victims.join(', ')} ${momentText(moment)}`)
  const ended = await running.ended
  world.note(`it had said ${ended.stdout.trim()}`)
  const phase = reached(world, held)
  for (const result of resultsIn(ended.stdout)) await checkTold(world, result, held.first)
  if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
  const fates = await checkTruth(world, { mayLose })
  await goesOn(world, held, fates)
  return { tallies: [wasOver ? 'too late' : killed === 0 ? 'nobody there' : `killed at ${phase}`], fates }
}

/** A world that recovered rotates as before. */
async function goesOn(world: World, held: Held, fates: readonly Fate[]): Promise<void> {
  const isOpen = fates.some(({ end }) => end === 'lost' || end === 'open')
  if (held.vendor === 'scrapebit' || isOpen || !world.chance.in100(20)) return
  const again = await world.rekey(['rotate', held.name, '--yes', '--json'])
  if (again.code !== 0) world.wrong(`does not rotate any more: ${again.stdout}${again.stderr}`)
}

export const killApp: Scenario = {
  name: 'kill-app',
  about: 'kill -9 of the app at any moment of a rotation: nothing may be lost at all',
  play: (world) => killOnce(world, ['app'], false),
}

export const killCourier: Scenario = {
  name: 'kill-courier',
  about: 'kill -9 of the courier: lost, and said to be, only where its last byte had not come',
  play: (world) => killOnce(world, ['courier'], true),
}

export const killBoth: Scenario = {
  name: 'kill-both',
  about: 'kill -9 of the app and its courier at once',
  play: (world) =>
    killOnce(
      world,
      world.chance.pick([
        ['app', 'courier'],
        ['courier', 'app'],
      ] as const),
      true,
    ),
}

export const killKeychainChild: Scenario = {
  name: 'kill-keychain-child',
  about: 'kill -9 of the process that speaks to the OS keychain, alone or with the app',
  stores: ['os'],
  play: (world) =>
    killOnce(world, world.chance.pick([['keychain'], ['keychain', 'app'], ['app', 'keychain']] as const), false),
}
