import type { MachineEvent } from '../../../../src-main/core/rotation/machine-types.ts'
import { nothing, type Key, type Process, type Sealed, type Step, type Vendor, type World } from './state.ts'

/** What happens by itself: the courier at its work, the vendor at its own pace, a write that lands late, death of either process. */
export function outsideSteps(world: World): readonly Step[] {
  return [
    ...courierSteps(world),
    ...vendorSteps(world),
    ...lateWriteSteps(world),
    ...keychainSteps(world),
    ...deaths(world),
  ]
}

const step = (label: string, next: World, isTrouble = false): Step => ({ label, next, isTrouble })

/** Everything that a minting request may come to at the vendor, and what of its answer may arrive. */
function answers(
  world: World,
): readonly { readonly label: string; readonly vendor: Vendor; readonly wires: readonly Sealed[] }[] {
  const { vendor } = world
  const asked = { ...vendor, asked: Math.min(vendor.asked + 1, 2) }
  const isDead = vendor.old === 'dead'
  const rotated = (['works', 'settling', 'rejected'] as const).flatMap((fresh) =>
    (['dead', 'lingers', 'stays'] as const)
      .filter((old) => !isDead || old === 'dead')
      .map((old) => ({
        label: `the vendor rotates: the new key ${fresh}, the old one ${old}`,
        vendor: { ...asked, act: 'done' as const, fresh, old },
        wires: withKey,
      })),
  )
  return [
    ...rotated,
    { label: 'the vendor will act late', vendor: { ...asked, act: 'pending' }, wires: withoutKey },
    { label: 'the vendor does nothing', vendor: asked, wires: withoutKey },
    { label: 'the vendor refuses', vendor: asked, wires: [{ kind: 'refused', auth: false }] },
    { label: 'the vendor refuses the key', vendor: asked, wires: [{ kind: 'refused', auth: true }] },
    { label: 'the key died just before', vendor: { ...asked, old: 'dead' }, wires: [{ kind: 'refused', auth: true }] },
    { label: 'the vendor gives the old key', vendor: asked, wires: [{ kind: 'success', key: 'old' }] },
  ]
}

const unclear = (...keys: readonly Key[]): Sealed => ({ kind: 'unclear', code: 'odd-reply', keys })
const withoutKey: readonly Sealed[] = [nothing, unclear(), unclear('junk')]
const withKey: readonly Sealed[] = [
  { kind: 'success', key: 'new' },
  { kind: 'unclear', code: 'torn-reply', keys: ['new'] },
  unclear('junk', 'new'),
  ...withoutKey,
]

/** What is left of an answer when the courier dies over it. */
const parts = (wire: Sealed): readonly Sealed[] =>
  wire.kind === 'success'
    ? [
        nothing,
        { kind: 'unclear', code: 'torn-reply', keys: [] },
        { kind: 'unclear', code: 'torn-reply', keys: [wire.key] },
      ]
    : [nothing, { kind: 'unclear', code: 'torn-reply', keys: [] }]

function courierSteps(world: World): readonly Step[] {
  // a parent that is gone takes an order without its `go` with it
  if (world.courier === 'armed' && world.process?.isFresh !== true) {
    return [step('the courier ends unsent', { ...world, courier: 'over', saysNotSent: true })]
  }
  if (world.courier === 'flying') {
    return [
      step('the request cannot leave', { ...world, courier: 'over', saysNotSent: true }, true),
      ...answers(world).flatMap(({ label, vendor, wires }) =>
        wires.map((wire) => step(`${label}; ${JSON.stringify(wire)}`, { ...world, vendor, wire, courier: 'arriving' })),
      ),
    ]
  }
  return world.courier === 'arriving'
    ? [step('the reply is sealed', { ...world, courier: 'over', sealed: world.wire, wire: nothing })]
    : []
}

/** Every change that a request set off is done before the settle time has passed: design, and an assumption. */
export const quiet = (vendor: Vendor): Vendor => ({
  ...vendor,
  ...(vendor.act === 'pending' ? { act: 'done', fresh: 'works', old: 'dead' } : {}),
  ...(vendor.old === 'lingers' ? { old: 'dead' } : {}),
  ...(vendor.fresh === 'settling' ? { fresh: 'works' } : {}),
})

export const isQuiet = ({ act, old, fresh }: Vendor): boolean =>
  act !== 'pending' && old !== 'lingers' && fresh !== 'settling'

/** In a dashboard a person rotates, at any time, or never. */
function vendorSteps(world: World): readonly Step[] {
  const { vendor, facts } = world
  if (facts.strategy === 'guided' && vendor.fresh === 'none') {
    return (['works', 'settling'] as const).flatMap((fresh) =>
      (vendor.old === 'dead' ? (['dead'] as const) : (['dead', 'lingers', 'stays'] as const)).map((old) =>
        step('a person rotates in the dashboard', { ...world, vendor: { ...vendor, act: 'done', fresh, old } }),
      ),
    )
  }
  return isQuiet(world.vendor) ? [] : [step('the vendor comes to rest', { ...world, vendor: quiet(world.vendor) })]
}

function lateWriteSteps(world: World): readonly Step[] {
  if (world.lateWrite === null) return []
  return [
    step('a late write lands', { ...world, item: world.lateWrite, lateWrite: null }, true),
    step('a late write comes to nothing', { ...world, lateWrite: null }),
  ]
}

/** A keychain that went back to an older state, or that another program wrote to. */
function keychainSteps(world: World): readonly Step[] {
  if (world.process !== null || world.row?.settled !== false) return []
  return [
    ...(world.item === 'new' || world.item === 'junk'
      ? [step('the keychain goes back to what it held', { ...world, item: 'old' }, true)]
      : []),
    ...(world.item === 'foreign' ? [] : [step('another program writes the item', { ...world, item: 'foreign' }, true)]),
  ]
}

function deaths(world: World): readonly Step[] {
  const found: Step[] = []
  if (world.process) found.push(step('the process dies', { ...world, process: null }, true))
  if (world.courier === 'armed') found.push(step('the courier dies unsent', { ...world, courier: 'over' }, true))
  if (world.courier === 'flying')
    found.push(step('the courier dies before it sent', { ...world, courier: 'over' }, true))
  if (world.courier === 'arriving') {
    for (const sealed of parts(world.wire)) {
      found.push(step('the courier dies over the reply', { ...world, courier: 'over', sealed, wire: nothing }, true))
    }
  }
  return found
}

/** Waiting for the reply: the order's own process, or one that found it. */
export function awaitReply(
  world: World,
  process: Process,
): readonly { readonly event: MachineEvent; readonly world: World }[] {
  if (process.isFresh && world.courier === 'armed')
    return [{ event: { type: 'paused' }, world: { ...world, courier: 'flying' } }]
  if (world.courier === 'over' && !world.rules.sendsOnce && world.sealed.kind === 'nothing' && !process.isFresh) {
    return [{ event: { type: 'paused' }, world: { ...world, courier: 'flying' } }]
  }
  if (world.courier === 'over') {
    return [{ event: world.saysNotSent ? { type: 'not-sent', code: 'connect' } : { type: 'reply-sealed' }, world }]
  }
  // a courier that was stopped holds its lock for longer than anybody waits
  return process.isFresh ? [] : [{ event: { type: 'courier-busy' }, world }]
}
