/**
 * The items of a credential under another name: copied, then the ledger, then the old ones removed, so that a death leaves a
 * copy and never a gap. What may be one copy too many is written down before, as an import writes down its items, and goes
 * with the next recovery.
 */
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { Credential } from '../core/credentials/credential.ts'
import { userItem, type Custody } from '../core/credentials/custody.ts'
import type { ImportItem, Item } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import { waitForLock } from '../core/wait-for-lock.ts'
import type { Context } from './context.ts'
import { IMPORT_LOCK, undoAll } from './vaults/undo-imports.ts'

const WAIT_MS = 10_000

type Held = { readonly input: string | undefined; readonly value: Secret }

type Move = {
  readonly custody: Custody
  readonly credential: Credential
  readonly to: string
  /** Gives the credential its new name in the ledger. */
  readonly commit: () => void
}

/** The caller holds the credential's lease. An import, a backup or another rename is waited for a little. */
export async function moveItems(context: Context, wanted: Move): Promise<Result<void>> {
  const lock = await waitForLock(context.ports, IMPORT_LOCK, WAIT_MS)
  if (!lock) return err(fail('import-running'))
  try {
    // what an earlier death left under one of these names would be undone later, over what is put there now
    const undone = await undoAll(context)
    if (!undone.ok) return undone
    return await move(context, wanted)
  } finally {
    lock.release()
  }
}

async function move(context: Context, { custody, credential, to, commit }: Move): Promise<Result<void>> {
  const { ledger, clock, ids } = context.ports
  const held = await readAll(custody, credential)
  if (!held.ok) return held
  const begin = (name: string): string => {
    const id = ids.next()
    const items = held.value.map(({ input, value }): ImportItem => {
      return { account: userItem(name, input).account, fingerprint: custody.fingerprint(value), before: null }
    })
    ledger.beginImport({ id, at: clock.now().toISOString(), store: credential.store, items })
    return id
  }
  const copying = begin(to)
  const copied = await copyAll(custody, held.value, to)
  if (!copied.ok) {
    await undoAll(context)
    return copied
  }
  const clearing = ledger.transaction(() => {
    commit()
    ledger.endImport(copying)
    return begin(credential.name)
  })
  // where it does not go now, it goes with the next recovery
  const removed = await removeItems(custody, credential)
  if (removed.ok) ledger.endImport(clearing)
  return ok(undefined)
}

const inputsOf = (credential: Credential): readonly (string | undefined)[] => [...credential.secretInputs, undefined]

async function readAll(custody: Custody, credential: Credential): Promise<Result<readonly Held[]>> {
  const held: Held[] = []
  for (const input of inputsOf(credential)) {
    const value = await custody.readKnown(userItem(credential.name, input))
    if (!value.ok) return value
    if (input === undefined && custody.fingerprint(value.value) !== credential.fingerprint) {
      return err(fail('superseded-before', { name: credential.name }))
    }
    held.push({ input, value: value.value })
  }
  return ok(held)
}

async function copyAll(custody: Custody, held: readonly Held[], to: string): Promise<Result<void>> {
  for (const { input, value } of held) {
    const stored = await custody.compareAndSet(userItem(to, input), [null], value)
    if (stored.kind === 'changed') return err(fail('item-exists', { name: to }))
    if (stored.kind !== 'written') return err(stored.failure)
  }
  return ok(undefined)
}

/** An item that holds something else than Rekey put there is somebody's: it stays. */
export async function removeItems(custody: Custody, credential: Credential): Promise<Result<void>> {
  for (const input of inputsOf(credential)) {
    const item: Item = userItem(credential.name, input)
    const value = await custody.store.read(item)
    if (!value.ok) return value
    if (input === undefined && value.value && custody.fingerprint(value.value) !== credential.fingerprint) continue
    const removed = await custody.store.remove(item)
    if (!removed.ok) return removed
  }
  return ok(undefined)
}
