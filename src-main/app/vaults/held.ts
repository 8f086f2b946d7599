/** What keychains and the ledger hold of many credentials, asked for in few goes: one by one, ten thousand take a second. */
import { ok, type Result } from '../../../src-contract/result.ts'
import { readItems, userItem } from '../../core/credentials/custody.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { Item } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { Context } from '../context.ts'

export type Held = {
  /** Null: it was not among them, or is not there; whoever needs it asks for it alone. */
  value(kind: Credential['store'], item: Item): Secret | null
  fingerprints(credentialId: string): readonly string[]
  /** The id of the key that fingerprints are made with there. */
  keyId(kind: Credential['store']): string | null
}

/** Fewer than these are asked for one by one. */
export const FEW = 20

/** Reads ahead where a keychain gives many at once, and there are many. */
export async function heldOf(context: Context, credentials: readonly Credential[]): Promise<Result<Held>> {
  const { ledger } = context.ports
  const isFew = credentials.length < FEW
  const values = new Map<string, Secret>()
  for (const [kind, all] of Map.groupBy(isFew ? [] : credentials, ({ store }) => store)) {
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
    for (const [at, { account }] of items.entries()) {
      const value = read.value[at]
      if (value) values.set(keyOf(kind, account), value)
    }
  }
  const kinds = new Set(credentials.map(({ store }) => store))
  const keyIds = new Map([...kinds].map((kind) => [kind, ledger.internalKeyId(kind, 'fingerprint-key')]))
  const fingerprints = isFew ? null : ledger.fingerprints()
  return ok({
    value: (kind, { account }) => values.get(keyOf(kind, account)) ?? null,
    fingerprints: (id) => (fingerprints ? (fingerprints.get(id) ?? []) : ledger.fingerprintsOf(id)),
    keyId: (kind) => keyIds.get(kind) ?? null,
  })
}

const keyOf = (kind: Credential['store'], account: string): string => `${kind} ${account}`
