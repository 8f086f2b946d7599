/**
 * What a later start does with escrow files: the one of a `rotated` goes only when the keychain has given back the right
 * fingerprint in this process, which is not the one that wrote it. A `not-rotated` is probed once more and its record
 * corrected if the old key died late. One that nothing came of goes, if a crash left it. Anything else stays; a file no
 * rotation knows is reported, never swept.
 */
import { userItem, type Custody } from '../credentials/custody.ts'
import { dropHeld, isWithoutReply } from './await-reply.ts'
import type { RotationRecord } from './record.ts'
import { resume } from './recover.ts'
import { askVendor, type Deps } from './run.ts'

/** Rotation ids of escrow files that the ledger knows nothing of. */
export function orphans(deps: Pick<Deps, 'escrow' | 'ledger'>): readonly string[] {
  return deps.escrow.list().filter((id) => deps.ledger.rotation(id) === null)
}

/** What ended in this process is left to a later one, and what is being rotated to its own baseline. */
export async function keepHouse(deps: Deps, except: ReadonlySet<string> = new Set()): Promise<void> {
  for (const id of deps.escrow.list()) {
    const record = deps.ledger.rotation(id)
    if (!record?.settled || except.has(record.credentialId) || !isEarlier(deps, record)) continue
    if (record.dismissed || isWithoutReply(record.outcome)) await drop(deps, record)
    else if (record.outcome === 'rotated') await dropIfKept(deps, record)
    else if (record.outcome === 'not-rotated') await probeOnceMore(deps, record)
  }
}

/** A clock that was ahead wrote what this process cannot have written: that is an earlier start's, too. */
function isEarlier(deps: Deps, record: RotationRecord): boolean {
  const at = new Date(record.updatedAt)
  return at < deps.startedAt || at > deps.clock.now()
}

/** The keychain has just given back the credential's right fingerprint: what earlier starts rotated is kept. */
export function dropKept(deps: Deps, custody: Custody, credentialId: string): void {
  for (const record of deps.ledger.rotationsOf(credentialId, deps.escrow.list())) {
    if (record.outcome !== 'rotated' || !isEarlier(deps, record)) continue
    // one without an end may have left its reply in the keychain: that takes its time, and is housekeeping's
    const read = deps.escrow.read({ rotationId: record.id, credentialId }, custody.escrowKey)
    if (read.ok && read.value?.end) deps.escrow.remove(record.id)
  }
}

async function drop(deps: Deps, record: RotationRecord): Promise<void> {
  const custody = await deps.custody(record.snapshot.store)
  if (!custody.ok) return
  await dropHeld(deps, { id: record.id, custody: custody.value })
  deps.escrow.remove(record.id)
}

async function dropIfKept(deps: Deps, record: RotationRecord): Promise<void> {
  const credential = deps.ledger.credentialById(record.credentialId)
  if (!credential) return
  const custody = await deps.custody(record.snapshot.store)
  if (!custody.ok) return
  const read = await custody.value.store.read(userItem(credential.name))
  if (!read.ok || !read.value || custody.value.fingerprint(read.value) !== credential.fingerprint) return
  await dropHeld(deps, { id: record.id, custody: custody.value })
  deps.escrow.remove(record.id)
}

async function probeOnceMore(deps: Deps, record: RotationRecord): Promise<void> {
  if (deps.ledger.journal(record.id).some((entry) => entry.step === 'probe-once-more')) return
  if (deps.ledger.openRotationOf(record.credentialId)) return
  const resumed = await resume(deps, record)
  if (!resumed.ok) return
  const run = resumed.value
  const item = await run.custody.readKnown(userItem(run.itemName))
  if (!item.ok || run.custody.fingerprint(item.value) !== record.snapshot.oldFingerprint) return
  const { answer } = await askVendor(deps, run, item.value)
  if (answer === 'unknown') return
  const at = deps.clock.now().toISOString()
  const entry = { step: 'probe-once-more', mints: false, phase: 'done', detail: { answer } } as const
  const isLate = answer === 'dead'
  deps.ledger.transaction(() => {
    deps.ledger.advanceRotation(
      record.id,
      { oldKey: answer, ...(isLate ? ({ outcome: 'lost', settled: false, code: 'old-key-dead' } as const) : {}) },
      [entry],
      at,
    )
    if (isLate) {
      const detail = { code: 'old-key-dead', oldKey: 'dead', corrects: 'not-rotated' }
      deps.ledger.appendHistory({ at, name: run.credential.name, event: 'lost', rotationId: record.id, detail })
    }
  })
}
