/**
 * Waits for the reply to be sealed: from the courier of this run, or, when resumed, by waiting until whichever courier
 * holds the rotation's lock is done. Nothing is sent here except the one `go`.
 */
import type { Outcome } from '../../../src-contract/outcomes.ts'
import type { Item } from '../ports.ts'
import type { MachineEvent } from './machine-types.ts'
import type { Deps, Run } from './run.ts'

const GRACE_MS = 10_000
const LOOKS_A_TURN = 10

export async function awaitReply(deps: Deps, run: Run): Promise<MachineEvent> {
  return run.prepared ? sendAndWait(deps, run) : findSealed(deps, run)
}

async function sendAndWait(deps: Deps, run: Run): Promise<MachineEvent> {
  if (!run.prepared) return { type: 'reply-sealed' }
  const report = await run.prepared.go((step) => deps.onStep(run.credential.name, run.id, step))
  run.endedTicks = deps.clock.ticks()
  switch (report.kind) {
    case 'not-sent':
      return { type: 'not-sent', code: report.failure.code }
    case 'ended':
      run.sealMs = report.sealMs
      return { type: 'reply-sealed' }
    case 'unsealed':
      run.heldWire = deps.crypto.bytes(report.held)
      await keepHeld(deps, run, report.held)
      return { type: 'reply-sealed' }
    case 'gone':
      return findSealed(deps, run)
  }
}

/** The last rung of the ladder: bytes that no file would take go to the keychain, under the ledger's own name. */
async function keepHeld(deps: Deps, run: Run, held: Parameters<typeof run.custody.store.write>[1]): Promise<void> {
  const written = await run.custody.store.write(heldItem(deps, run.id), held)
  deps.log.warn('reply held outside the escrow', { rotation: run.id, keychain: written.kind })
}

const heldItem = (deps: Deps, rotationId: string): Item => ({
  service: 'rekey-internal',
  account: `${deps.ledger.ledgerId}:reply:${rotationId}`,
})

/** The whole reply as a courier handed it over before it died with it; null if none did. */
export async function readHeld(deps: Deps, run: Pick<Run, 'id' | 'custody'>): Promise<Uint8Array | null> {
  const held = await run.custody.store.read(heldItem(deps, run.id))
  return held.ok && held.value ? deps.crypto.bytes(held.value) : null
}

/** Takes it out of the keychain once its rotation is over. */
export async function dropHeld(deps: Deps, run: Pick<Run, 'id' | 'custody'>): Promise<void> {
  if ((await readHeld(deps, run)) !== null) await run.custody.store.remove(heldItem(deps, run.id))
}

/** Endings with no reply to keep: their escrow goes with them, or with a later start if the process died in between. */
export const isWithoutReply = (outcome: Outcome | null): boolean =>
  outcome === 'not-sent' || outcome === 'refused' || outcome === 'cancelled'

async function findSealed(deps: Deps, run: Run): Promise<MachineEvent> {
  const deadline = deps.clock.ticks() + deps.replyWaitMs(run.vendor, run.context.baseUrl) + GRACE_MS
  let lock = deps.locks.exclusive(run.id)
  for (let look = 0; !lock; look += 1) {
    // one that found no room on any disk is still trying: what it handed over is the whole, and nothing to wait for
    if (look % LOOKS_A_TURN === 0) {
      run.heldWire = await readHeld(deps, run)
      if (run.heldWire !== null) break
    }
    if (deps.clock.ticks() >= deadline) return { type: 'courier-busy' }
    deps.onStep(run.credential.name, run.id, 'waiting-for-courier')
    await deps.clock.sleep(200)
    lock = deps.locks.exclusive(run.id)
  }
  lock?.release()
  const opened = deps.escrow.read({ rotationId: run.id, credentialId: run.credential.id }, run.custody.escrowKey)
  const contents = opened.ok ? opened.value : null
  if (contents?.end?.kind === 'not-sent') return { type: 'not-sent', code: contents.end.failure.code }
  // counted from now: how long the vendor went on after a courier died is not known
  run.endedTicks = deps.clock.ticks()
  return { type: 'reply-sealed' }
}
