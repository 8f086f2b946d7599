import type { Ledger } from '../core/ports.ts'

const EVERY_MS = 400

/** Tells when another process has committed to the ledger: the command line, or a second app. Returns the way to stop. */
export function watchLedger(ledger: Pick<Ledger, 'foreignCommits'>, onChange: () => void): () => void {
  let known = ledger.foreignCommits()
  const timer = setInterval(() => {
    const now = ledger.foreignCommits()
    if (now === known) return
    known = now
    onChange()
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
