/** What a key derivation may ask for, checked before it is begun: a file must not take the machine's memory or its day. */
import { ok, type Result } from '../../src-contract/result.ts'
import { beyond } from './define-failures.ts'
import { limits } from './define-format.ts'

/** KiB times passes: some half a minute, where the other limits are on memory. */
const MAX_WORK = 48 * 1024 * 1024

export function checkArgon2(memoryKib: number, passes: number): Result<void> {
  if (memoryKib > limits.kdfMemoryKib)
    return beyond('the memory of its key derivation', `${limits.kdfMemoryKib / 1024} MiB`)
  if (passes > limits.kdfPasses) return beyond('its key derivation', `${limits.kdfPasses} passes`)
  if (memoryKib * passes > MAX_WORK)
    return beyond('its key derivation', `${MAX_WORK / 1024 / 1024} GiB through all passes`)
  return ok(undefined)
}
