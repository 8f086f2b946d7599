/** A child of the tests: takes a lock, says what came of it and how long that took at the least, and holds it until it is ended. Arguments: folder, name, kind. */
import { writeSync } from 'node:fs'
import { openLocks } from '../../../src-main/adapters/locks/sqlite-locks.ts'

const [folder = '', name = '', kind = ''] = process.argv.slice(2)
const locks = openLocks(folder)
const take = () => (kind === 'shared' ? locks.shared(name) : locks.exclusive(name))
let tookMs = Infinity
let lock: ReturnType<typeof take> = null
// refused, it is asked a few times: the quickest says what it takes where nobody else has the processor
for (let round = 0; round < 9 && lock === null; round += 1) {
  const started = performance.now()
  lock = take()
  tookMs = Math.min(tookMs, performance.now() - started)
}
writeSync(1, `${JSON.stringify({ held: lock !== null, tookMs })}\n`)
if (lock) {
  // The lock itself is let go of: only the module keeps its handle.
  setInterval(() => globalThis.gc?.(), 20)
}
