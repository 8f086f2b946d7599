import { keyOf, stepsOf } from './explore.ts'
import type { Told, World } from './state.ts'

/** What one recovery says when nothing is in its way any more: every ending it may come to. */
export function endingsOf(world: World): readonly { readonly told: Told; readonly next: World }[] {
  const endings: { told: Told; next: World }[] = []
  const seen = new Set<string>()
  const stack = [world]
  for (let at = stack.pop(); at; at = stack.pop()) {
    for (const { isTrouble, next, told } of stepsOf(at)) {
      if (isTrouble) continue
      if (told) {
        endings.push({ told, next })
        continue
      }
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      stack.push(next)
    }
  }
  return endings
}
