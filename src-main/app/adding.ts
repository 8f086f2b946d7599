/**
 * Takes a key in: checked against its vendor file, proven against its vendor, written to the keychain, then to the ledger. A
 * key or principal that is kept already, or an item that somebody else made, is refused and nothing is changed.
 */
import { fail, type Failure } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { KeySight } from '../../src-contract/outcomes.ts'
import type { ParsedInputOf } from '../../src-contract/operations.ts'
import type { Credential } from '../core/credentials/credential.ts'
import { readProven, userItem, type Custody } from '../core/credentials/custody.ts'
import { hostOf } from '../core/rotation/engine.ts'
import { originOf, askVendor } from '../core/rotation/run.ts'
import { contextOf, whoIs } from '../core/rotation/prepare.ts'
import type { Item } from '../core/ports.ts'
import { Secret, tailOf } from '../core/secret.ts'
import { view, type Context, type Handler } from './context.ts'
import { checkSecret } from './secret-input.ts'
import { checkTraits, type Traits } from './traits.ts'

type Input = ParsedInputOf<'credential.add'>
export type Proof = { readonly sight: KeySight | 'not-asked'; readonly subject: string | null }

export const add: Handler<'credential.add'> = async (context, input) => {
  const { ledger } = context.ports
  const taken = ledger.credentialByName(input.name)
  if (taken) return err(fail('name-taken', { name: taken.name }))
  const traits = checkTraits(context, {
    name: input.name,
    vendor: input.vendor,
    baseUrl: input.baseUrl ?? null,
    inputs: input.inputs,
    secretInputs: input.secretInputs,
    operator: input.operator ?? null,
    hasTrust: input.caPem !== undefined || input.pinSha256 !== undefined,
  })
  if (!traits.ok) return traits
  const opened = await context.custody(context.ports.defaultStore())
  if (!opened.ok) return opened
  const custody = opened.value
  const taking = await takeSecret(custody, input)
  if (!taking.ok) return taking
  const { secret, replaces } = taking.value

  const fingerprint = custody.fingerprint(secret)
  const twin = ledger.credentialByFingerprint(fingerprint)
  if (twin) return err(fail('known-secret', { name: twin.name }))
  const draft = draftOf(context, input, traits.value, custody, secret)
  const proof = await prove(context, draft, traits.value, secret, input.unproven)
  if (!proof.ok) return proof
  const credential = {
    ...draft,
    subject: draft.subject ?? proof.value.subject,
    verifiedAt: proof.value.sight === 'works' ? draft.createdAt : null,
  }
  const same =
    credential.subject === null || credential.baseUrl === null
      ? null
      : ledger.credentialBySubject(credential.vendor, originOf(credential.baseUrl), credential.subject)
  if (same)
    return err(fail('known-subject', { subject: credential.subject ?? '', vendor: credential.vendor, name: same.name }))

  const stored = await store(custody, input, secret, replaces)
  if (!stored.ok) return stored
  ledger.transaction(() => {
    ledger.insertCredential(credential, credential.createdAt)
    ledger.addFingerprint(credential.id, fingerprint, credential.createdAt)
    const detail = { vendor: credential.vendor, proof: proof.value.sight, adopted: replaces !== null }
    ledger.appendHistory({ at: credential.createdAt, name: credential.name, event: 'added', rotationId: null, detail })
  })
  context.emit({ type: 'credentials.changed', names: [credential.name] })
  const words = { works: 'works', dead: 'no-answer', unknown: 'no-answer', 'not-asked': 'not-asked' } as const
  return ok({
    credential: view(context, credential),
    proof: words[proof.value.sight],
    warning: traits.value.found ? secret.use((value) => traits.value.found?.vendor.shapeWarning(value) ?? null) : null,
  })
}

/** The secret to keep, and the fingerprint of the item it takes over. */
async function takeSecret(
  custody: Custody,
  input: Input,
): Promise<Result<{ secret: Secret; replaces: string | null }>> {
  const existing = await readProven(custody.store, userItem(input.name))
  if (!existing.ok) return existing
  if (existing.value && !input.adopt) return err(fail('item-exists', { name: input.name }))
  const replaces = existing.value ? custody.fingerprint(existing.value) : null
  if (input.secret !== null) {
    const checked = checkSecret(input.secret)
    return checked.ok ? ok({ secret: checked.value, replaces }) : checked
  }
  if (!existing.value) {
    if (!input.adopt) return err(fail('empty-secret'))
    const fix = 'give the key on standard input, or unlock the keychain'
    return err(fail('bad-input', { what: `the keychain shows no item called ${input.name} to take over`, fix }))
  }
  const checked = existing.value.use(checkSecret)
  return checked.ok ? ok({ secret: checked.value, replaces }) : checked
}

function draftOf(context: Context, input: Input, traits: Traits, custody: Custody, secret: Secret): Credential {
  return {
    id: context.ports.ids.next(),
    name: input.name,
    label: input.label ?? null,
    vendor: input.vendor,
    baseUrl: traits.baseUrl,
    inputs: traits.inputs,
    secretInputs: Object.keys(input.secretInputs),
    subject: traits.subject,
    operatorId: traits.operator?.id ?? null,
    tags: [...new Set(input.tags)],
    usedBy: [...new Set(input.usedBy)],
    store: custody.store.kind,
    fingerprint: custody.fingerprint(secret),
    tail: tailOf(secret),
    createdAt: context.ports.clock.now().toISOString(),
    rotatedAt: null,
    verifiedAt: null,
    expiresAt: input.expiresAt ?? null,
    maxAgeDays: input.maxAgeDays ?? null,
    unconfirmed: [],
    tls: { caPem: input.caPem ?? null, pinSha256: input.pinSha256 ?? null },
  }
}

/** What the vendor says of the key: under that address, those inputs and that subject. A dead key is a failure. */
export async function prove(
  context: Context,
  draft: Credential,
  traits: Pick<Traits, 'found' | 'operator'>,
  secret: Secret,
  unproven: boolean,
): Promise<Result<Proof>> {
  const vendor = traits.found?.vendor
  if (!vendor?.probe || unproven) return ok({ sight: 'not-asked', subject: null })
  const look = { vendor, context: contextOf(draft, traits.operator), tls: draft.tls, who: whoIs(draft) }
  const seen = await askVendor(context.deps, look, secret)
  if (seen.failure === 'tls' && traits.found && traits.found.file.tls.length > 0) {
    const unknown = await unknownServer(context, draft)
    if (unknown) return err(unknown)
  }
  if (seen.answer === 'dead') return err(fail(seen.code ?? 'key-invalid', { vendor: vendor.name, name: draft.name }))
  const isOther = seen.subject !== null && draft.subject !== null && seen.subject !== draft.subject
  if (seen.answer === 'works' && isOther)
    return err(fail('wrong-subject', { found: seen.subject ?? '', expected: draft.subject ?? '' }))
  return ok({ sight: seen.answer, subject: seen.subject })
}

/** A server whose certificate this machine does not trust: named by what a person can compare, and then pin. */
async function unknownServer(context: Context, { baseUrl, tls }: Credential): Promise<Failure | null> {
  if (baseUrl === null || tls.pinSha256 !== null) return null
  const leaf = await context.ports.http.leafOf(baseUrl)
  return leaf.ok && leaf.value !== null ? fail('tls-unknown', { host: hostOf(baseUrl), sha256: leaf.value }) : null
}

/** The other secret inputs first: the key's own item is what makes the credential exist. */
async function store(
  custody: Custody,
  { name, secretInputs, adopt }: Input,
  secret: Secret,
  replaces: string | null,
): Promise<Result<void>> {
  for (const [input, value] of Object.entries(secretInputs)) {
    const kept = await putInput(custody, userItem(name, input), Secret.of(value), { isOurs: adopt })
    if (!kept.ok) return kept
  }
  const stored = await custody.compareAndSet(userItem(name), [replaces], secret)
  if (stored.kind === 'written') return ok(undefined)
  return err('failure' in stored ? stored.failure : fail('item-exists', { name }))
}

/** Writes a secret input's item: over what it held if it is ours, since that is the person's own word; else only where none is. */
export async function putInput(
  custody: Custody,
  item: Item,
  value: Secret,
  { isOurs }: { readonly isOurs: boolean },
): Promise<Result<void>> {
  const before = await custody.store.read(item)
  if (!before.ok) return before
  const expected = before.value && isOurs ? custody.fingerprint(before.value) : null
  const stored = await custody.compareAndSet(item, [expected], value)
  if (stored.kind === 'written') return ok(undefined)
  if ('failure' in stored) return err(stored.failure)
  return err(isOurs ? fail('keychain-changed', { item: item.account }) : fail('item-exists', { name: item.account }))
}
