import { describe, expect, it } from 'vitest'
import type { Facts } from '../../../../src-main/core/rotation/machine-types.ts'
import { allFacts, beginningsOf, explore, type Reached } from './explore.ts'
import { endingsOf } from './liveness.ts'
import { brokenIn, isAtRest, isGone, untrueIn } from './properties.ts'
import { asBuilt, type Rules, type Told, type World } from './state.ts'

/**
 * Every state that the real machine can reach together with a vendor, a courier, a keychain, the journal and any number of
 * deaths and recoveries. MODEL=whole walks every kind of rotation; without it the kinds whose worlds are the many of others.
 */
const isWhole = process.env['MODEL'] === 'whole'
const isOften = ({ canReread, hasOperator, isProbeFree, oldAtStart }: Facts): boolean =>
  !canReread || (!hasOperator && isProbeFree && oldAtStart === 'works')
const kinds = allFacts().filter((facts) => isWhole || isOften(facts))
const nameOf = ({ strategy, ...rest }: Facts): string =>
  [
    strategy,
    ...Object.entries(rest).flatMap(([name, value]) =>
      value === false ? [] : value === true ? [name] : [`${name} ${value}`],
    ),
  ].join(', ')

const storyOf = (reached: Reached, world: World, ...more: readonly string[]): string =>
  [...reached.wayTo(world).filter((label) => label !== 'commit'), ...more].join(' › ')

/** The first thing that is wrong, with a shortest way to it; null if nothing is. */
function wrongIn(start: World): { readonly reached: Reached; readonly wrong: readonly string[] } {
  const found = new Map<string, () => string>()
  const reached: Reached = explore(start, (from, step) => {
    const wrong = brokenIn(step.next) ?? untrueIn(from, step)
    if (wrong && !found.has(wrong)) found.set(wrong, () => `${wrong}: ${storyOf(reached, from, step.label)}`)
  })
  return { reached, wrong: [...found.values()].map((tell) => tell()) }
}

/** Why something may stay open although nothing is in the way any more: it is a person's turn. */
function personsTurn(facts: Facts, world: World, told: Told): boolean {
  switch (told.outcome) {
    case 'lost':
      return isGone(world)
    case 'waiting':
      return facts.strategy === 'guided'
    case 'old-key-alive':
      return world.vendor.old === 'stays'
    case 'held':
      return world.item === 'foreign'
    case 'unknown':
      // nobody can be asked, or only at a price that a guess is not worth, or another program has a hand in it
      return !facts.canProbe || !facts.isProbeFree || world.item === 'foreign'
    case 'rotated-unverified':
      return !facts.canProbe
    default:
      return false
  }
}

let states = 0

describe('the rotation, in every state it can reach', () => {
  it.each(kinds.map((facts) => ({ facts, name: nameOf(facts) })))(
    '$name: asks once, says what is true, and ends or asks a person',
    ({ facts }) => {
      for (const start of beginningsOf(facts)) {
        const { reached, wrong } = wrongIn(start)
        expect(wrong).toEqual([])
        const open = [...reached.worlds.values()].filter((world) => isAtRest(world) && world.row?.settled === false)
        for (const world of open.filter(({ row }) => row?.reached !== 'waiting')) {
          const endings = endingsOf(world)
          if (endings.length === 0) throw new Error(`nothing goes on: ${storyOf(reached, world)}`)
          for (const { told } of endings) {
            if (told.settled || personsTurn(facts, world, told)) continue
            throw new Error(`stays ${told.outcome} (${told.code}): ${storyOf(reached, world)}`)
          }
        }
        states += reached.worlds.size
      }
    },
    120_000,
  )

  it('was explored, not looked at', () => {
    process.stderr.write(`the model of the rotation: ${states.toLocaleString('en')} states of ${kinds.length} kinds\n`)
    expect(states).toBeGreaterThan(300_000)
  })
})

/** Counterexamples of the past, and what would be one if a rule were taken away. */
describe('the model would tell', () => {
  const facts: Facts = {
    ...{ strategy: 'in-place', canProbe: true, isProbeFree: true, canReread: true },
    ...{ hasOperator: false, oldAtStart: 'works' },
  }
  const without = (rule: keyof Rules, given: Facts = facts): string =>
    wrongIn(beginningsOf(given, { ...asBuilt, [rule]: false })[0]!).wrong.join('\n')

  it('of a key left in the keychain by a process that died over the write, and of a keychain that went back', () => {
    const wrong = without('looksAtItem', { ...facts, canReread: false })
    expect(wrong).toMatch(
      /not-rotated, but the old key is not the one that is kept: .* store: written › the process dies/,
    )
    expect(wrong).toMatch(/rotated, but the new key is not the one that is kept: .* the keychain goes back/)
    expect(wrong).toMatch(/stored, it says, but it is not/)
  })

  it('of a key that was read again and stored unsealed', () => {
    expect(without('sealsReread')).toContain('the item was written before the key was sealed')
  })

  it('of a request that is sent again', () => {
    expect(without('sendsOnce', { ...facts, canReread: false })).toContain('the vendor was asked twice')
  })

  it('of an old key that is believed too early', () => {
    expect(without('waitsForSettle', { ...facts, canReread: false })).toContain('not-rotated, but the old key dies')
  })
})
