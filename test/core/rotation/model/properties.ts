import { worksAt } from './effects.ts'
import { isQuiet } from './outside.ts'
import { keyIn, type Step, type World } from './state.ts'

/** What must hold in every world that can be reached, and of everything that is said in it. Null: it holds. */
export function brokenIn({ vendor, item, sealed, pasted }: World): string | null {
  if (vendor.asked > 1) return 'the vendor was asked twice'
  const isSealed = keyIn(sealed, 'new') || pasted === 'new'
  return item === 'new' && !isSealed ? 'the item was written before the key was sealed' : null
}

/** Holds what was said against the vendor. Things at rest: what is said while the vendor still moves may be overtaken. */
export function untrueIn(before: World, { told, next }: Step): string | null {
  if (!told) return null
  const { vendor, item, credential, lateWrite } = before
  const isKept = item === 'new' && credential === 'new'
  switch (told.outcome) {
    case 'rotated':
      if (!isKept) return 'rotated, but the new key is not the one that is kept'
      return vendor.fresh === 'works' && vendor.old === 'dead' ? null : 'rotated, but not so at the vendor'
    case 'not-rotated':
    case 'refused':
      if (told.outcome === 'refused' && told.old !== 'works') return null
      // what another program wrote is not ours to undo; a person may be in the dashboard at any time
      if (item !== 'foreign' && (item !== 'old' || credential !== 'old'))
        return `${told.outcome}, but the old key is not the one that is kept`
      if (before.facts.strategy === 'guided') return null
      if (lateWrite !== null) return `${told.outcome}, but a write may still land over the old key`
      return vendor.old !== 'dead' && vendor.old !== 'lingers' && vendor.act !== 'pending'
        ? null
        : `${told.outcome}, but the old key dies`
    case 'not-sent':
      return vendor.asked === 0 && item !== 'new' ? null : 'not-sent, but it was sent'
    case 'lost':
      if (vendor.old !== 'dead') return 'lost, but the old key works'
      return vendor.fresh === 'works' && (item === 'new' || next.sealed.kind === 'success')
        ? 'lost, but the new key is here'
        : null
    case 'held':
      return vendor.fresh === 'works' &&
        (keyIn(before.sealed, 'new') || before.pasted === 'new' || before.facts.canReread)
        ? null
        : 'held, but nothing is'
    case 'rotated-unverified':
      return isKept || item === 'junk' ? null : 'stored, it says, but it is not'
    case 'old-key-alive':
      return isKept && vendor.fresh === 'works' ? null : 'the new key does not work'
    default:
      return null
  }
}

/** Nobody runs and nothing moves: what is open here is what a person finds the next morning. */
export const isAtRest = (world: World): boolean =>
  world.process === null && world.courier === 'over' && world.lateWrite === null && isQuiet(world.vendor)

/** The key that works is nowhere but at the vendor. */
export function isGone({ vendor, item, sealed, pasted, facts }: World): boolean {
  if (worksAt(vendor, item)) return false
  return !(vendor.fresh === 'works' && (keyIn(sealed, 'new') || pasted === 'new' || facts.canReread))
}
