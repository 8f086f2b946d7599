/**
 * What a backup holds: every credential with its past, what open rotations have of its keys, and the user's vendor files. All of it
 * or nothing: a key that cannot be read, or is in the air, ends it.
 */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { BackupReceipt } from '../../../src-contract/vault-views.ts'
import type { HistoryEntry } from '../../../src-contract/views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { RotationRecord } from '../../core/rotation/record.ts'
import type { Vault, VaultEntry, VaultVendorFile } from '../../formats/define-format.ts'
import type { Context } from '../context.ts'
import { heldOf, type Held } from './held.ts'
import { toEntry } from './to-entry.ts'
import { IMPORT_LOCK, undoAll } from './undo-imports.ts'
import { unsettledOf } from './unsettled.ts'

type Open = BackupReceipt['open'][number]
export type Gathered = { readonly vault: Vault; readonly open: readonly Open[]; readonly warnings: readonly string[] }

/** Nobody imports meanwhile: an import writes its keys before the ledger knows them. */
export async function gatherAll(context: Context): Promise<Result<Gathered>> {
  const { ledger, locks, escrow } = context.ports
  const lock = locks.exclusive(IMPORT_LOCK)
  if (!lock) return err(fail('import-running'))
  try {
    const undone = await undoAll(context)
    if (!undone.ok) return undone
    const credentials = ledger.credentials()
    if (credentials.length === 0) {
      const what = 'there is nothing to back up'
      return err(fail('bad-input', { what, fix: 'rekey add takes a key into care' }))
    }
    const found = escrow.list().map((rotation) => ledger.rotation(rotation))
    const files = found.filter((record) => record !== null)
    const pasts = ledger.historiesOf(credentials.map(({ name }) => name))
    const historyOf = (name: string): readonly HistoryEntry[] => pasts.get(name) ?? ledger.history({ name })
    const held = await heldOf(context, credentials)
    if (!held.ok) return held
    const entries: VaultEntry[] = []
    const open: Open[] = []
    for (const [index, { id }] of credentials.entries()) {
      if (context.isLeaving()) return err(fail('cancelled'))
      if (index % 100 === 0)
        context.emit({ type: 'vault.progressed', step: 'reading', done: index, of: credentials.length })
      const gathered = await gatherOne(context, id, { files, historyOf, held: held.value })
      if (!gathered.ok) return gathered
      entries.push(...gathered.value.entries)
      open.push(...gathered.value.open)
    }
    const { vendorFiles, warnings } = vendorFilesOf(context)
    const orphans = found.length - files.length
    return ok({
      vault: { entries, notes: [], ...(vendorFiles.length === 0 ? {} : { vendorFiles }) },
      open,
      warnings: [
        ...warnings,
        ...(orphans === 0 ? [] : [`${orphans} sealed files belong to no rotation of this ledger and are not in it`]),
      ],
    })
  } finally {
    lock.release()
  }
}

type One = { readonly entries: readonly VaultEntry[]; readonly open: readonly Open[] }

/** What was read of all at once, before the first had its turn. */
type Ahead = {
  readonly files: readonly RotationRecord[]
  readonly historyOf: (name: string) => readonly HistoryEntry[]
  readonly held: Held | null
}

async function gatherOne(context: Context, id: string, ahead: Ahead): Promise<Result<One>> {
  const { ledger, locks } = context.ports
  // read anew, each at its turn: a long backup sees what was renamed, rotated or removed meanwhile
  const credential = ledger.credentialById(id)
  if (!credential) return ok({ entries: [], open: [] })
  const isOpen = ledger.openRotationOf(id) !== null
  // what is rotating now has its key in the air
  const lease = isOpen ? locks.exclusive(id) : null
  if (isOpen && !lease) return err(fail('busy', { name: credential.name }))
  try {
    const unsettled = await unsettledOf(context, credential, ahead.files)
    if (!unsettled.ok) return unsettled
    // of an open rotation nobody can tell whether what was read before is what is there
    const held = isOpen ? null : ahead.held
    const entry = await toEntry(context, credential, ahead.historyOf(credential.name), { isOpen, held })
    if (!entry.ok) {
      const isStale = held !== null || rotatedMeanwhile(context, credential)
      return isStale ? gatherOne(context, id, { ...ahead, held: null }) : entry
    }
    const fields = unsettled.value.flatMap((each) => each.fields)
    return ok({
      entries: [{ ...entry.value, fields: [...entry.value.fields, ...fields] }],
      open: unsettled.value.map(({ rotationId, outcome }) => ({ name: credential.name, rotationId, outcome })),
    })
  } finally {
    lease?.release()
  }
}

/** Its key changed between the look at the ledger and the look at the keychain. */
const rotatedMeanwhile = ({ ports: { ledger } }: Context, { id, fingerprint }: Credential): boolean => {
  const now = ledger.credentialById(id)
  return now === null || now.fingerprint !== fingerprint
}

/** The user's own that are in use. What is not trusted here is not handed on; the person is told. */
function vendorFilesOf({ registry }: Context): {
  readonly vendorFiles: readonly VaultVendorFile[]
  readonly warnings: readonly string[]
} {
  const own = registry.all().filter(({ source }) => source === 'user')
  return {
    vendorFiles: own.map(({ file, vendor }) => ({ id: file.id, text: vendor.fileText })),
    warnings: registry.unusable().map(({ vendor }) => `the vendor file ${vendor} is not in it: it is not in use here`),
  }
}
