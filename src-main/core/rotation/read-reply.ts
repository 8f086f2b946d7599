/**
 * What the sealed bytes say. The old key and every key this credential ever had are taken out of the candidates first:
 * a vendor that gives one of them gave nothing new.
 */
import { fail } from '../../../src-contract/failures.ts'
import { readHeld } from './await-reply.ts'
import type { Reading } from './machine-types.ts'
import type { MachineState } from './machine-types.ts'
import { userItem } from '../credentials/custody.ts'
import { Secret } from '../secret.ts'
import type { Deps, Run } from './run.ts'

export async function readReply(deps: Deps, run: Run, state: MachineState): Promise<Reading> {
  const opened = deps.escrow.read({ rotationId: run.id, credentialId: run.credential.id }, run.custody.escrowKey)
  const contents = opened.ok ? opened.value : null
  run.old = contents?.old ?? run.old
  if (run.heldWire === null && !contents?.end && state.facts.strategy === 'in-place') {
    // without an end the escrow may lack what its courier could not write: what it handed over is the whole
    const held = await readHeld(deps, run)
    if (held && held.length > (contents?.wire.length ?? 0)) run.heldWire = held
  }
  if (state.at === 'verified' || state.at === 'promoted')
    return readChosen(deps, run, contents?.pasted ?? [], run.heldWire ?? contents?.wire)
  const wire = run.heldWire ?? contents?.wire ?? new Uint8Array()
  if (!contents && run.heldWire === null) return { kind: 'unreadable' }
  if (state.facts.strategy === 'guided') return readPasted(deps, run, contents?.pasted.at(-1) ?? null)

  const reply = wire.length > 0 ? await deps.wire.parse(wire, true) : null
  if (!reply) return { kind: 'unclear', code: wire.length > 0 ? 'torn-reply' : 'no-reply', candidates: 0 }
  const reading = run.vendor.readMint(reply, run.context)
  if (reading.verdict === 'refused') {
    if (reading.retryAfterSeconds !== null) {
      run.retryAt = new Date(deps.clock.now().getTime() + reading.retryAfterSeconds * 1000).toISOString()
    }
    return { kind: 'refused', code: reading.code, auth: reading.auth }
  }
  const { fresh, wasKnown } = withoutKnown(deps, run, reading.candidates)
  run.candidates = fresh
  if (reading.verdict === 'success') return wasKnown ? { kind: 'same-key' } : { kind: 'success' }
  return { kind: 'unclear', code: reading.torn ? 'torn-reply' : 'odd-reply', candidates: fresh.length }
}

/** Keys this credential had before: the old one and every earlier one, never the one that this very rotation chose. */
export function knownBefore(deps: Deps, run: Run): ReadonlySet<string> {
  const chosen = deps.ledger.rotation(run.id)?.newFingerprint ?? null
  const earlier = deps.ledger.fingerprintsOf(run.credential.id).filter((fingerprint) => fingerprint !== chosen)
  return new Set([...earlier, run.oldFingerprint])
}

function withoutKnown(deps: Deps, run: Run, texts: readonly string[]): { fresh: Secret[]; wasKnown: boolean } {
  const known = knownBefore(deps, run)
  const all = texts.map((text) => Secret.of(text))
  const fresh = all.filter((secret) => !known.has(run.custody.fingerprint(secret)))
  return { fresh, wasKnown: fresh.length < all.length }
}

function readPasted(deps: Deps, run: Run, pasted: Secret | null): Reading {
  if (!pasted) return { kind: 'unreadable' }
  const { fresh } = withoutKnown(deps, run, [pasted.use((value) => value)])
  run.candidates = fresh
  return fresh.length > 0 ? { kind: 'success' } : { kind: 'same-key' }
}

/** The key that was chosen before: from the escrow by its fingerprint, else from the keychain item it was written to. */
async function readChosen(
  deps: Deps,
  run: Run,
  pasted: readonly Secret[],
  wire: Uint8Array | undefined,
): Promise<Reading> {
  const wanted = deps.ledger.rotation(run.id)?.newFingerprint ?? null
  const isWanted = (secret: Secret): boolean => run.custody.fingerprint(secret) === wanted
  const held = [...run.candidates, ...pasted].find(isWanted)
  if (held) return take(run, held)
  if (wire && wire.length > 0) {
    const reply = await deps.wire.parse(wire, true)
    const reading = reply ? run.vendor.readMint(reply, run.context) : null
    const texts = reading && reading.verdict !== 'refused' ? reading.candidates : []
    const found = texts.map((text) => Secret.of(text)).find(isWanted)
    if (found) return take(run, found)
  }
  const item = await run.custody.store.read(userItem(run.itemName))
  if (item.ok && item.value && isWanted(item.value)) return take(run, item.value)
  deps.log.warn(fail('escrow-unreadable').code, { rotation: run.id })
  return { kind: 'unreadable' }
}

function take(run: Run, secret: Secret): Reading {
  run.candidates = [secret]
  run.chosen = secret
  return { kind: 'success' }
}
