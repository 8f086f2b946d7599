import { tmpdir } from 'node:os'
import { keepAlive } from './process.ts'
import { serve } from './serve.ts'

/** The courier's process: orders on stdin, reports on stdout, no other tie to its parent. */
keepAlive()

// A parent that is stopped reads nothing for long; what it was to be told is in the escrow.
const partingMs = 2_000

serve({
  input: process.stdin,
  output: process.stdout,
  environment: process.env,
  tempFolder: tmpdir(),
  onDone: () => {
    setTimeout(() => process.exit(0), partingMs)
    process.stdout.end(() => process.exit(0))
  },
})
