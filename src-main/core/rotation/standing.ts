/**
 * Where a rotation stands is what the journal and the keychain say together. A write to the keychain and the commit that
 * tells of it are two things, and a process may die between them: what the item holds decides which of the two came last.
 */
import { userItem } from '../credentials/custody.ts'
import { adopt } from './adopt.ts'
import { hasJournaledProof } from './journal-facts.ts'
import type { Start } from './machine.ts'
import type { JournalEntry, RotationRecord } from './record.ts'
import type { Deps, Run } from './run.ts'

type Reached = Exclude<RotationRecord['reached'], 'waiting'>

/** Where a resumed run begins; the ledger is set right first, if the keychain is ahead of it or has gone back. */
export async function whereItStands(deps: Deps, run: Run, record: RotationRecord, reached: Reached): Promise<Start> {
  if (reached === 'verified') return { at: reached, isProven: true }
  const isProven = reached === 'promoted' && hasJournaledProof(deps.ledger.journal(record.id))
  if (record.newFingerprint === null) return { at: reached, isProven }
  const item = await run.custody.store.read(userItem(run.itemName))
  const held = item.ok ? item.value : null
  const fingerprint = held && run.custody.fingerprint(held)
  const holdsNew = fingerprint === record.newFingerprint
  if (holdsNew === (reached === 'promoted')) return { at: reached, isProven }

  const at = holdsNew ? 'promoted' : isProven ? 'verified' : 'sealed'
  const isKnown = holdsNew || fingerprint === run.oldFingerprint
  const entry: JournalEntry = { step: 'look-at-item', mints: false, phase: 'done', detail: { holdsNew } }
  deps.ledger.transaction(() => {
    const now = deps.clock.now().toISOString()
    deps.ledger.advanceRotation(record.id, { state: at, reached: at }, [entry], now)
    if (held && isKnown) adopt(deps, run, held, false, now)
  })
  return { at, isProven }
}
