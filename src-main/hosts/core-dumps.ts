import { readFileSync, writeFileSync } from 'node:fs'

/**
 * SECURITY: 40 — a core dump holds what was in memory, and keys were. Node cannot lower its own limit, but on Linux a process says which of
 * its memory goes into a dump, and its children take that over: none of ours does. Elsewhere `ulimit -c 0` is the person's.
 */
const filterFile = '/proc/self/coredump_filter'

/** Leaves memory out of every dump of this process and of those it starts. Returns what lets those it starts later have theirs. */
export function leaveMemoryOutOfDumps(): { readonly putBack: () => void } {
  try {
    const before = readFileSync(filterFile, 'utf8').trim()
    writeFileSync(filterFile, '0')
    return {
      putBack: () => {
        try {
          writeFileSync(filterFile, `0x${before}`)
        } catch {
          // it stays closed
        }
      },
    }
  } catch {
    // not Linux, or a kernel that writes no dumps
    return { putBack: () => undefined }
  }
}
