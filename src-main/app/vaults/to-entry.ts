/** A credential as a vault file holds it: everything Rekey knows of it, and what an import kept beside it. */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { HistoryEntry } from '../../../src-contract/views.ts'
import { userItem } from '../../core/credentials/custody.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { Item } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { VaultEntry } from '../../formats/define-format.ts'
import type { Context } from '../context.ts'
import type { Held } from './held.ts'
import { KEPT, keptOf, nothingKept } from './kept.ts'

/**
 * `history`: its own, newest first. Fails where its keychain does not give out what the ledger says is there; `isOpen`: a rotation
 * is open and may have put another key there, which is then as good as the one that the ledger knows. `held`: what was read
 * ahead.
 */
export async function toEntry(
  context: Context,
  credential: Credential,
  history: readonly HistoryEntry[],
  { isOpen = false, held = null }: { readonly isOpen?: boolean; readonly held?: Held | null } = {},
): Promise<Result<VaultEntry>> {
  const { ledger } = context.ports
  const opened = await context.custody(credential.store)
  if (!opened.ok) return opened
  const custody = opened.value
  // what is at hand is not waited for, not even for a turn: there are ten thousand
  const atHand = (item: Item): Result<Secret> | null => {
    const value = held?.value(credential.store, item) ?? null
    return value && ok(value)
  }
  const item = userItem(credential.name)
  const secret = atHand(item) ?? (await custody.readKnown(item))
  if (!secret.ok) return secret
  if (!isOpen && custody.fingerprint(secret.value) !== credential.fingerprint)
    return err(fail('superseded-before', { name: credential.name }))
  const secretInputs: Record<string, string> = {}
  for (const input of credential.secretInputs) {
    const beside = userItem(credential.name, input)
    const value = atHand(beside) ?? (await custody.readKnown(beside))
    if (!value.ok) return value
    secretInputs[input] = value.value.use((text) => text)
  }
  const { [KEPT]: keptItem, ...inputs } = secretInputs
  const kept = keptItem === undefined ? nothingKept : keptOf(keptItem)
  const keyId = held ? held.keyId(credential.store) : ledger.internalKeyId(credential.store, 'fingerprint-key')
  const operator = credential.operatorId === null ? null : (ledger.credentialById(credential.operatorId)?.name ?? null)
  const fingerprints = held?.fingerprints(credential.id) ?? ledger.fingerprintsOf(credential.id)
  const [group] = credential.tags
  return ok({
    where: credential.name,
    name: credential.name,
    folder: group === undefined ? [] : [group],
    secret: secret.value.use((text) => text),
    account: kept.account ?? credential.subject,
    urls: [...(credential.baseUrl === null ? [] : [credential.baseUrl]), ...kept.urls],
    notes: kept.notes,
    tags: credential.tags,
    createdAt: credential.createdAt,
    modifiedAt: credential.rotatedAt ?? credential.createdAt,
    expiresAt: credential.expiresAt,
    fields: kept.fields,
    rekey: {
      vendor: credential.vendor,
      label: credential.label,
      baseUrl: credential.baseUrl,
      inputs: { ...credential.inputs },
      secretInputs: inputs,
      operator,
      subject: credential.subject,
      usedBy: [...credential.usedBy],
      maxAgeDays: credential.maxAgeDays,
      rotatedAt: credential.rotatedAt,
      caPem: credential.tls.caPem,
      pinSha256: credential.tls.pinSha256,
      history: history.toReversed().map(({ at, event, detail }) => ({ at, event, detail })),
      fingerprints: keyId === null ? null : { keyId, values: [...fingerprints] },
    },
    left: [],
  })
}
