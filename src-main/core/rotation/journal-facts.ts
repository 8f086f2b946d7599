import type { JournalEntry } from './record.ts'

/** Whether the key that was chosen has the vendor's yes: before it was to be stored, or when it was asked about after. */
export function hasJournaledProof(journal: readonly JournalEntry[]): boolean {
  const chosen = journal.findLastIndex(({ step, phase }) => step === 'store' && phase === 'intent')
  if (journal[chosen]?.detail['isProven'] === true) return true
  return journal
    .slice(Math.max(0, chosen))
    .some(({ step, phase, detail }) => step === 'verify' && phase === 'done' && detail['answer'] === 'works')
}
