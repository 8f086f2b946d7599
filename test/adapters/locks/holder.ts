/** A child of the tests: takes a lock, says what came of it and how long that took, and holds it until it is ended. Arguments: folder, name, kind. */
import { writeSync } from 'node:fs'
import { openLocks } from '../../../src-main/adapters/locks/sqlite-locks.ts'

const [folder = '', name = '', kind = ''] = process.argv.slice(2)
const locks = openLocks(folder)
const started = performance.now()
const lock = kind === 'shared' ? locks.shared(name) : locks.exclusive(name)
const tookMs = performance.now() - started
writeSync(1, `${JSON.stringify({ held: lock !== null, tookMs })}\n`)
if (lock) {
  // The lock itself is let go of: only the module keeps its handle.
  setInterval(() => globalThis.gc?.(), 20)
}
