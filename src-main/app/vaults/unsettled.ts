/**
 * What rotations that are not over, or that a person has not dismissed, hold beside the keychain: a reply, the key from
 * before, keys that were put in. Any of them may be the one key that works, so a backup carries them as secret fields of
 * their credential. It does not carry the rotation itself: that belongs to the data folder it was begun in, which may live on.
 */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import { userItem } from '../../core/credentials/custody.ts'
import { readHeld } from '../../core/rotation/await-reply.ts'
import type { RotationRecord } from '../../core/rotation/record.ts'
import type { VaultField } from '../../formats/define-format.ts'
import { outcomeOf, type Context } from '../context.ts'

export type Unsettled = {
  readonly rotationId: string
  readonly outcome: string
  readonly fields: readonly VaultField[]
}

/** `files`: the rotations that have an escrow file. The caller holds the credential's lease where a rotation is open. */
export async function unsettledOf(
  context: Context,
  credential: Credential,
  files: readonly RotationRecord[],
): Promise<Result<readonly Unsettled[]>> {
  const { ledger } = context.ports
  const open = ledger.openRotationOf(credential.id)
  const kept = files.filter((record) => record.credentialId === credential.id && isKept(record))
  const found: Unsettled[] = []
  for (const record of open ? [open, ...kept] : kept) {
    const fields = await fieldsOf(context, credential, record)
    if (!fields.ok) return fields
    found.push({ rotationId: record.id, outcome: outcomeOf(record), fields: fields.value })
  }
  return ok(found)
}

/** The new key of a `rotated` one is in the keychain; what a person dismissed is nobody's any more. */
const isKept = ({ settled, outcome, dismissed }: RotationRecord): boolean =>
  settled && outcome !== 'rotated' && !dismissed

async function fieldsOf(
  context: Context,
  credential: Credential,
  record: RotationRecord,
): Promise<Result<readonly VaultField[]>> {
  const { escrow, locks } = context.ports
  const custody = await context.custody(record.snapshot.store)
  if (!custody.ok) return custody
  // its courier may still be at work, and the reply half here
  const lock = locks.exclusive(record.id)
  if (!lock) return err(fail('busy', { name: credential.name }))
  lock.release()
  const read = escrow.read({ rotationId: record.id, credentialId: credential.id }, custody.value.escrowKey)
  if (!read.ok) return read
  const held = await readHeld(context.deps, { id: record.id, custody: custody.value })
  const now = await custody.value.store.read(userItem(credential.name))
  if (!now.ok) return now
  const field = (what: string, value: string): VaultField => ({
    name: `${what} of ${record.id}`,
    value,
    isSecret: true,
  })
  const { old = null, pasted = [], wire = new Uint8Array() } = read.value ?? {}
  const reply = held ?? wire
  return ok([
    ...(reply.length > 0 ? [field('sealed reply', textOf(reply))] : []),
    ...(old !== null && now.value?.equals(old) !== true
      ? [
          field(
            'old key',
            old.use((text) => text),
          ),
        ]
      : []),
    ...pasted.map((each, at) =>
      field(
        at === 0 ? 'key put in' : `key put in ${at + 1}`,
        each.use((text) => text),
      ),
    ),
  ])
}

/** Byte by byte, as `recover --show-reply` shows it. */
const textOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
