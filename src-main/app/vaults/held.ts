/** What keychains and the ledger hold of many credentials, asked for in few goes: one by one, ten thousand take a second. */
import { ok, type Result } from '../../../src-contract/result.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import { readItems, userItem } from '../../core/credentials/custody.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { Item } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { Context } from '../context.ts'

export type Held = {
  /** Null: it was not among them, or is not there; whoever needs it asks for it alone. */
  value(kind: StoreKind, item: Item): Secret | null
  fingerprints(credentialId: string): readonly string[]
  /** The id of the key that fingerprints are made with there. */
  keyId(kind: StoreKind): string | null
}

/** Reads ahead where a keychain gives many at once. */
export async function heldOf(context: Context, credentials: readonly Credential[]): Promise<Result<Held>> {
  const { ledger } = context.ports
  const values = new Map<StoreKind, ReadonlyMap<string, Secret | null>>()
  const kinds = Map.groupBy(credentials, ({ store }) => store)
  for (const [kind, all] of kinds) {
    const custody = await context.custody(kind)
    if (!custody.ok) return custody
    const { store } = custody.value
    if (!store.readAll) continue
    const items = all.flatMap(({ name, secretInputs }) => [
      userItem(name),
      ...secretInputs.map((input) => userItem(name, input)),
    ])
    const read = await readItems(store, items)
    if (!read.ok) return read
    values.set(kind, new Map(items.map(({ account }, at) => [account, read.value[at] ?? null])))
  }
  const keyIds = new Map([...kinds.keys()].map((kind) => [kind, ledger.internalKeyId(kind, 'fingerprint-key')]))
  const fingerprints = ledger.fingerprints(credentials.map(({ id }) => id))
  return ok({
    value: (kind, { account }) => values.get(kind)?.get(account) ?? null,
    fingerprints: (id) => fingerprints.get(id) ?? [],
    keyId: (kind) => keyIds.get(kind) ?? null,
  })
}
