/** How many keys a window may have in a short time: a page that was taken over cannot carry them all away at once. */
import { fail, type Failure } from '../../src-contract/failures.ts'
import type { Clock } from '../core/ports.ts'

const MOST = 12
const WINDOW_MS = 60_000

/** Counts one reveal, or says why it must wait. */
export function revealLimit(clock: Clock): () => Failure | null {
  let given: number[] = []
  return () => {
    const now = clock.ticks()
    given = given.filter((at) => now - at < WINDOW_MS)
    const [oldest] = given
    if (oldest !== undefined && given.length >= MOST) {
      const at = new Date(clock.now().getTime() + WINDOW_MS - (now - oldest)).toISOString()
      return fail('too-many-reveals', { at: at.slice(11, 19) })
    }
    given.push(now)
    return null
  }
}
