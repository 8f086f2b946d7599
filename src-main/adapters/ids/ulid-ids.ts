import { monotonicFactory } from 'ulid'
import type { Ids } from '../../core/ports.ts'

/** ULIDs that ascend within this process, also within one millisecond and when the clock is set back. */
export function openIds(): Ids {
  const ulid = monotonicFactory()
  return { next: () => ulid() }
}
