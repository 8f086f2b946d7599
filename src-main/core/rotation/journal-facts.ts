import type { JournalEntry } from './record.ts'

/** Whether the journal holds a yes of the vendor to the new key. A proof is journaled before anything builds on it. */
export const hasJournaledProof = (journal: readonly JournalEntry[]): boolean =>
  journal.some((entry) => entry.step === 'verify' && entry.phase === 'done' && entry.detail['answer'] === 'works')
