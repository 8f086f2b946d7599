import type { Facts } from '../../../../src-main/core/rotation/machine-types.ts'
import { effectSteps } from './effects.ts'
import { journalSteps, started } from './journal.ts'
import { outsideSteps } from './outside.ts'
import { asBuilt, nothing, type Rules, type Sealed, type Step, type Vendor, type World } from './state.ts'

/** Every world that can be reached, breadth first: the first way found to a bad one is a shortest one. */
export const stepsOf = (world: World): readonly Step[] => [
  ...journalSteps(world),
  ...effectSteps(world),
  ...outsideSteps(world),
]

/** Two worlds with one key are one. What holds for the whole run is left out, and what a value is made of stands for it. */
export function keyOf(world: World): string {
  const { vendor, row, process } = world
  const machine = process?.machine
  return [
    ...[vendor.asked, vendor.act, vendor.old, vendor.fresh, world.courier, world.saysNotSent, world.pasted, world.item],
    ...[world.lateWrite, world.credential, sealedKey(world.wire), sealedKey(world.sealed)],
    ...(row ? [row.reached, row.outcome, row.code, row.settled, row.chosen, row.hasProof] : ['no row']),
    ...(process ? [process.isFresh, process.candidates, process.chosen, process.isPastSettle, process.heldProof] : []),
    ...(process?.event ? Object.values(process.event).map((value) => JSON.stringify(value)) : []),
    ...(machine
      ? Object.entries(machine).map(([name, value]) =>
          name === 'facts' ? 'm' : typeof value === 'object' ? JSON.stringify(value) : value,
        )
      : []),
  ].join('|')
}

const sealedKey = (sealed: Sealed): string => Object.values(sealed).join('+')

export type Reached = {
  readonly worlds: ReadonlyMap<string, World>
  /** The labels of a shortest way to it. */
  readonly wayTo: (world: World) => readonly string[]
}

export function explore(start: World, onStep: (from: World, step: Step) => void, limit = 2_000_000): Reached {
  const worlds = new Map([[keyOf(start), start]])
  const parents = new Map<string, { readonly from: string; readonly label: string }>()
  let front: readonly World[] = [start]
  while (front.length > 0) {
    const next: World[] = []
    for (const world of front) {
      const from = keyOf(world)
      for (const step of stepsOf(world)) {
        const key = keyOf(step.next)
        onStep(world, step)
        if (worlds.has(key)) continue
        worlds.set(key, step.next)
        parents.set(key, { from, label: step.label })
        next.push(step.next)
        if (worlds.size > limit) throw new Error('the model has more states than it should')
      }
    }
    front = next
  }
  const wayTo = (world: World): readonly string[] => {
    const labels: string[] = []
    for (let at = parents.get(keyOf(world)); at; at = parents.get(at.from)) labels.unshift(at.label)
    return labels
  }
  return { worlds, wayTo }
}

const bools = [true, false] as const

/** Every kind of rotation there is: what the vendor file offers, who asks, what the baseline saw. */
export function allFacts(): readonly Facts[] {
  const probes = [
    { canProbe: true, isProbeFree: true },
    { canProbe: true, isProbeFree: false },
    { canProbe: false, isProbeFree: false },
  ]
  const inPlace = probes.flatMap((probe) =>
    bools.flatMap((canReread) =>
      bools.flatMap((hasOperator) =>
        (['works', 'unknown'] as const)
          .filter((oldAtStart) => probe.canProbe || oldAtStart === 'unknown')
          .map((oldAtStart) => ({ strategy: 'in-place' as const, ...probe, canReread, hasOperator, oldAtStart })),
      ),
    ),
  )
  const guided = probes.map((probe) => ({
    ...{ strategy: 'guided' as const, ...probe, canReread: false, hasOperator: false, oldAtStart: 'unknown' as const },
  }))
  return [...inPlace, ...guided]
}

/** Where it begins: the order is armed and `sent` committed; or somebody waits for a key from the dashboard. */
export function beginningsOf(facts: Facts, rules: Rules = asBuilt): readonly World[] {
  const olds: readonly Vendor['old'][] = facts.oldAtStart === 'works' ? ['works'] : ['works', 'dead']
  return olds.map((old) => {
    const isGuided = facts.strategy === 'guided'
    const world: World = {
      facts,
      rules,
      vendor: { asked: 0, act: 'none', old, fresh: 'none' },
      courier: isGuided ? 'over' : 'armed',
      wire: nothing,
      sealed: nothing,
      saysNotSent: false,
      pasted: null,
      row: {
        reached: isGuided ? 'waiting' : 'sent',
        outcome: null,
        code: null,
        settled: false,
        chosen: null,
        hasProof: false,
      },
      item: 'old',
      lateWrite: null,
      credential: 'old',
      process: null,
    }
    return isGuided ? world : { ...world, process: started(world, true) }
  })
}
