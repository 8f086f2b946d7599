/**
 * Custody: the keychain as the ledger knows it. What the ledger knows and the keychain does not show is a named failure,
 * never created anew; an item is written only if it holds what it should (compare and set), and read back.
 */
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import type { Clock, Crypto, InternalPurpose, Item, Ledger, Locks, SecretStore } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { waitForLock } from '../wait-for-lock.ts'

export type CustodyDeps = {
  readonly ledger: Ledger
  readonly locks: Locks
  readonly crypto: Crypto
  readonly clock: Clock
  /** Opens the store of that kind, once; never another in its place. */
  readonly openStore: (kind: StoreKind) => Promise<Result<SecretStore>>
}

export type StoreResult =
  | { readonly kind: 'written' }
  /** The item holds something that nobody here put there. Nothing was written. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure }

export const userItem = (name: string, input?: string): Item => ({
  service: 'rekey',
  account: input === undefined ? name : `${name}#${input}`,
})

/**
 * The item's value; null only of a store that has just shown that it keeps what it takes. It may also pass over what
 * another program put there until something is written beside it: gnome-keyring 42 shows an item of secret-tool, which
 * names no schema, to a search that names one only once it has read its file again, and that is in a later second
 * (2026-11-21).
 */
export async function readProven(store: SecretStore, item: Item): Promise<Result<Secret | null>> {
  const read = await store.read(item)
  if (!read.ok || read.value) return read
  const proof = await store.prove()
  return proof.ok ? store.read(item) : proof
}

/** Many items, in one go where the store can. */
export async function readItems(
  store: SecretStore,
  items: readonly Item[],
): Promise<Result<readonly (Secret | null)[]>> {
  if (store.readAll) return store.readAll(items)
  const secrets: (Secret | null)[] = []
  for (const item of items) {
    const read = await store.read(item)
    if (!read.ok) return read
    secrets.push(read.value)
  }
  return ok(secrets)
}

/** One store with its internal keys in hand. */
export type Custody = {
  readonly store: SecretStore
  readonly escrowKey: Secret
  readonly escrowKeyId: string
  fingerprint(secret: Secret): string
  /** The keychain still gives the escrow key that is in memory. */
  confirmEscrowKey(): Promise<Result<void>>
  /** The item's value; `keychain-locked-or-item-missing` where the ledger knows that it must be there. */
  readKnown(item: Item): Promise<Result<Secret>>
  /** Writes if the item's fingerprint is one of `expected` (null: absent) or the value is there already. */
  compareAndSet(item: Item, expected: readonly (string | null)[], value: Secret): Promise<StoreResult>
}

const internalItem = (ledgerId: string, purpose: InternalPurpose): Item => ({
  service: 'rekey-internal',
  account: `${ledgerId}:${purpose}`,
})

/** Opens the store and its internal keys; makes them only on a proven store that the ledger has never used. */
export async function openCustody(deps: CustodyDeps, kind: StoreKind): Promise<Result<Custody>> {
  const opened = await deps.openStore(kind)
  if (!opened.ok) return opened
  const store = opened.value
  const escrowKey = await internalKey(deps, store, 'escrow-key')
  if (!escrowKey.ok) return escrowKey
  const fingerprintKey = await internalKey(deps, store, 'fingerprint-key')
  if (!fingerprintKey.ok) return fingerprintKey
  const fingerprint = (secret: Secret): string => deps.crypto.fingerprint(fingerprintKey.value, secret)

  const readKnown = async (item: Item): Promise<Result<Secret>> => {
    const read = await readProven(store, item)
    if (!read.ok) return read
    return read.value ? ok(read.value) : err(fail('keychain-locked-or-item-missing', { item: item.account }))
  }

  const confirmEscrowKey = async (): Promise<Result<void>> => {
    const read = await readKnown(internalItem(deps.ledger.ledgerId, 'escrow-key'))
    if (!read.ok) return read
    return read.value.equals(escrowKey.value) ? ok(undefined) : err(fail('keychain-changed', { item: 'escrow key' }))
  }
  let confirming: Promise<Result<void>> | null = null

  return ok({
    store,
    escrowKey: escrowKey.value,
    escrowKeyId: deps.crypto.keyId(escrowKey.value),
    fingerprint,
    readKnown,
    // rotations that begin together ask once
    confirmEscrowKey: () => {
      confirming ??= confirmEscrowKey().finally(() => {
        confirming = null
      })
      return confirming
    },
    compareAndSet: async (item, expected, value) => {
      const before = await (expected.includes(null) ? store.read(item) : readProven(store, item))
      if (!before.ok) return { kind: 'refused', failure: before.failure }
      if (before.value === null && !expected.includes(null)) {
        return { kind: 'refused', failure: fail('keychain-locked-or-item-missing', { item: item.account }) }
      }
      if (before.value?.equals(value)) return { kind: 'written' }
      if (before.value && !expected.includes(fingerprint(before.value))) return { kind: 'changed' }
      return settleWrite(store, item, value)
    },
  })
}

/** The store reads back what it wrote before it says so; what it could not say is looked at once more. */
async function settleWrite(store: SecretStore, item: Item, value: Secret): Promise<StoreResult> {
  const written = await store.write(item, value)
  if (written.kind === 'written') return written
  if (written.kind === 'not-written') return { kind: 'refused', failure: written.failure }
  const after = await store.read(item)
  return after.ok && after.value?.equals(value) ? { kind: 'written' } : { kind: 'unknown', failure: written.failure }
}

async function internalKey(deps: CustodyDeps, store: SecretStore, purpose: InternalPurpose): Promise<Result<Secret>> {
  const known = deps.ledger.internalKeyId(store.kind, purpose)
  return known === null ? createInternalKey(deps, store, purpose) : readInternalKey(deps, store, purpose, known)
}

async function readInternalKey(
  deps: CustodyDeps,
  store: SecretStore,
  purpose: InternalPurpose,
  keyId: string,
): Promise<Result<Secret>> {
  const read = await readProven(store, internalItem(deps.ledger.ledgerId, purpose))
  if (!read.ok) return read
  if (read.value === null) return err(fail('keychain-locked-or-item-missing', { item: purpose }))
  return deps.crypto.keyId(read.value) === keyId ? ok(read.value) : err(fail('keychain-changed', { item: purpose }))
}

/** Two processes may come here at once: a home-wide lock lets one make the key, the other finds it. */
async function createInternalKey(
  deps: CustodyDeps,
  store: SecretStore,
  purpose: InternalPurpose,
): Promise<Result<Secret>> {
  const lock = await waitForLock(deps, 'internal-keys', 15_000)
  if (!lock) return err(fail('keychain-unavailable', { why: 'another rekey is setting it up' }))
  try {
    const known = deps.ledger.internalKeyId(store.kind, purpose)
    if (known !== null) return await readInternalKey(deps, store, purpose, known)
    const proof = await store.prove()
    if (!proof.ok) return proof
    const item = internalItem(deps.ledger.ledgerId, purpose)
    // a key that a crash left between the write and the record is ours: its account carries the ledger's id
    const found = await store.read(item)
    if (!found.ok) return found
    const key = found.value ?? deps.crypto.newKey()
    if (!found.value) {
      const written = await settleWrite(store, item, key)
      if (written.kind === 'refused' || written.kind === 'unknown') return err(written.failure)
    }
    deps.ledger.recordInternalKey(store.kind, purpose, deps.crypto.keyId(key), deps.clock.now().toISOString())
    return ok(key)
  } finally {
    lock.release()
  }
}
