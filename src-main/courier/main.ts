import { tmpdir } from 'node:os'
import { serve } from './serve.ts'

/**
 * The courier's process: orders on stdin, reports on stdout, no other tie to its parent. While it lives, a reply may be
 * in its hands, so nothing but the end of its work (or kill -9) ends it: no hangup, no Ctrl-C, no closed pipe, no bug.
 */

// A reply that cannot be written over a file-size limit (XFSZ) is held and tried again.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGXFSZ'] as const) {
  if (process.platform !== 'win32' || signal !== 'SIGXFSZ') process.on(signal, () => {})
}
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})
process.umask(0o077)

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
