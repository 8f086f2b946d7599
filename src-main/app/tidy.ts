/** What is done for the ledger beside something else: a little at a time, and never in the way of it. */
import { LedgerError } from '../core/ports.ts'
import type { ReadingContext } from './context.ts'

/** A year of audits, and then some. */
const FOLDED_AFTER_DAYS = 400
const MOST_MS = 150

/** A rotation whose sealed file is still here may be gone back to, and keeps its steps. */
export function tidyLedger({ ports: { ledger, clock, escrow, log } }: ReadingContext): void {
  const before = new Date(clock.now().getTime() - FOLDED_AFTER_DAYS * 86_400_000).toISOString()
  try {
    ledger.compact({ before, except: escrow.list(), forMs: MOST_MS })
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    log.warn('the ledger was not tidied', { code: error.failure.code })
  }
}
