import { randomFillSync } from 'node:crypto'
import { monotonicFactory } from 'ulid'
import type { Ids } from '../../core/ports.ts'

/** ULIDs that ascend within this process, also within one millisecond and when the clock is set back. */
export function openIds(): Ids {
  const ulid = monotonicFactory(randomNumbers())
  return { next: () => ulid() }
}

/** Numbers from 0 to below 1, from the system's random bytes, which cost as much for one as for many. */
function randomNumbers(): () => number {
  const drawn = new Uint32Array(1024)
  let at = drawn.length
  return () => {
    if (at === drawn.length) {
      randomFillSync(drawn)
      at = 0
    }
    const number = (drawn[at] ?? 0) / 2 ** 32
    at += 1
    return number
  }
}
