import { randomBytes } from 'node:crypto'
import { monotonicFactory } from 'ulid'
import type { Ids } from '../../core/ports.ts'

/** ULIDs that ascend within this process, also within one millisecond and when the clock is set back. */
export function openIds(): Ids {
  const ulid = monotonicFactory(randomNumbers())
  return { next: () => ulid() }
}

/** Numbers from 0 to below 1, from the system's random bytes, which cost as much for one as for many. */
function randomNumbers(): () => number {
  const each = 4
  let drawn = randomBytes(0)
  let at = 0
  return () => {
    if (at === drawn.length) [drawn, at] = [randomBytes(1024 * each), 0]
    const number = drawn.readUInt32LE(at) / 2 ** 32
    at += each
    return number
  }
}
