import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../src-main/sandbox/faults/fault.ts'
import type { VendorId } from '../../src-main/sandbox/vendor-id.ts'
import { rotationRows } from './ledger.ts'
import { signalTo, type Running } from './running.ts'
import { mintsOf } from './told.ts'
import type { Held, World } from './world.ts'

/** Who is hit, how the vendor takes its time meanwhile, and how far it had come. */
export type Victim = 'app' | 'courier' | 'keychain'

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
  // the longest outlasts the start of a recovery: it finds the courier at work
  return { kind: 'delay', ms: chance.pick([0, 5, 20, 60, 1500]), framing }
}

/** A credential at a vendor that answers at a pace drawn from the seed; a Conjur user's reply may be read again. */
export async function addDrawn(world: World, vendor: VendorId = drawVendor(world)): Promise<Held> {
  const isRereadable = vendor === 'conjur' && world.chance.in100(50)
  const held = await world.add(vendor, isRereadable ? ['--secret-input', 'password'] : [])
  world.sandbox.inject({ ...drawPace(world), vendor, principal: held.principal })
  return held
}

const pidsOf = (world: World, victims: readonly Victim[]): readonly number[] => {
  const seen = world.look()
  return victims.flatMap((victim) =>
    seen.flatMap(({ pid, command }) => (command.includes(entries[victim]) ? [pid] : [])),
  )
}

function strike(world: World, pids: readonly number[], victims: readonly Victim[], signal: NodeJS.Signals): number {
  const count = pids.filter((pid) => signalTo(pid, signal)).length
  if (victims.includes('courier')) world.courierStruckAt = performance.now()
  return count
}

/** Signals every process of these kinds, in one breath and in this order; returns how many there were. */
export function hit(world: World, victims: readonly Victim[], signal: NodeJS.Signals = 'SIGKILL'): number {
  const pids = pidsOf(world, victims)
  const count = strike(world, pids, victims, signal)
  world.note(`${signal} to ${count} of ${victims.join(', ')}`)
  return count
}

/** Looks them up beforehand, so that the blow falls at the moment itself; the app's courier is waited for. */
export async function aim(world: World, running: Running, victims: readonly Victim[]): Promise<() => number> {
  let pids: readonly number[] = []
  while (pids.length < victims.length && !running.isOver()) {
    await sleep(2)
    pids = pidsOf(world, victims)
  }
  return () => {
    const count = strike(world, pids, victims, 'SIGKILL')
    world.note(`SIGKILL to ${count} of ${victims.join(', ')}`)
    return count
  }
}

/** How far a rotation had come at this moment, by the journal, and while that says `sent`, by the vendor. */
export function reached(world: World, held: Held): string {
  const row = rotationRows(world.home).findLast(({ name }) => name === held.name)
  if (!row) return 'before sent'
  if (row.reached !== 'sent') return row.outcome ?? row.reached
  const mint = mintsOf(world, held).at(-1)
  return mint ? (mint.isOver ? 'answered' : 'asked') : 'sent'
}
