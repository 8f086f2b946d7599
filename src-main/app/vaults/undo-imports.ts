/**
 * An import, or a rename, that did not come to its end is undone: items that hold what it wrote go, or get back what they held. It asks
 * nobody and is done again until it is through; while another process is importing, that one sees to it itself.
 */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { readProven, type Custody } from '../../core/credentials/custody.ts'
import type { ImportItem, Item, OpenImport, SecretStore } from '../../core/ports.ts'
import type { Context } from '../context.ts'

export const IMPORT_LOCK = 'import'

/** The copy of what an item held before, until the import counts. */
export const copyOf = (context: Context, importId: string, account: string): Item => ({
  service: 'rekey-internal',
  account: `${context.ports.ledger.ledgerId}:import:${importId}:${account}`,
})
export const itemOf = (account: string): Item => ({ service: 'rekey', account })

/** Undoes what a crash left, unless somebody is at it. */
export async function undoImports(context: Context): Promise<Result<void>> {
  if (context.ports.ledger.openImports().length === 0) return ok(undefined)
  const lock = context.ports.locks.exclusive(IMPORT_LOCK)
  if (!lock) return err(fail('import-running'))
  try {
    return await undoAll(context)
  } finally {
    lock.release()
  }
}

/** The caller holds the lock. What cannot be undone now stays open for the next start, and does not keep the rest. */
export async function undoAll(context: Context): Promise<Result<void>> {
  let result: Result<void> = ok(undefined)
  for (const open of context.ports.ledger.openImports()) {
    const undone = await undoImport(context, open)
    if (!undone.ok) result = undone
  }
  return result
}

async function undoImport(context: Context, open: OpenImport): Promise<Result<void>> {
  const custody = await context.custody(open.store)
  if (!custody.ok) return custody
  const read = lookingTwice(custody.value.store)
  for (const item of open.items) {
    if (open.state === 'writing') {
      const back = await giveBack(context, custody.value, open.id, { ...item, read })
      if (!back.ok) return back
    }
    if (item.before === null) continue
    const gone = await custody.value.store.remove(copyOf(context, open.id, item.account))
    if (!gone.ok) return gone
  }
  context.ports.ledger.endImport(open.id)
  return ok(undefined)
}

type Read = SecretStore['read']

/** A locked keychain shows nothing, too: the first time that one shows nothing it has to prove itself. */
function lookingTwice(store: SecretStore): Read {
  let isProven = false
  return async (item) => {
    const seen = await (isProven ? store.read(item) : readProven(store, item))
    isProven ||= seen.ok && seen.value === null
    return seen
  }
}

/** What is not what the import wrote is somebody's, and stays. */
async function giveBack(
  context: Context,
  custody: Custody,
  importId: string,
  { account, fingerprint, before, read }: ImportItem & { readonly read: Read },
): Promise<Result<void>> {
  const { store } = custody
  const now = await read(itemOf(account))
  if (!now.ok) return now
  if (now.value === null || custody.fingerprint(now.value) !== fingerprint || fingerprint === before)
    return ok(undefined)
  // a name that was taken since then, by a rename or on a person's word, is no leftover; no name has a # in it
  const [name = ''] = account.split('#')
  if (before === null && context.ports.ledger.credentialByName(name)?.name === name) return ok(undefined)
  if (before === null) return store.remove(itemOf(account))
  const copy = await store.read(copyOf(context, importId, account))
  if (!copy.ok) return copy
  if (copy.value === null || custody.fingerprint(copy.value) !== before)
    return err(fail('keychain-locked-or-item-missing', { item: `the copy of ${account}` }))
  const written = await store.write(itemOf(account), copy.value)
  return written.kind === 'written' ? ok(undefined) : err(written.failure)
}
