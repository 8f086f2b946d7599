/** What an import leaves in the ledger, in one transaction of the caller's. */
import type { ParsedInputOf } from '../../../src-contract/operations.ts'
import type { HistoryEntry, StoreKind } from '../../../src-contract/views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import { userItem } from '../../core/credentials/custody.ts'
import { originOf } from '../../core/rotation/run.ts'
import { Secret, tailOf } from '../../core/secret.ts'
import type { Context } from '../context.ts'
import type { Choices, Chosen } from './choose.ts'
import type { Judged } from './judge.ts'
import { hasKept, KEPT, LONGEST_TEXT, namesKept } from './kept.ts'
import type { Preview } from './open-previews.ts'
import { tagsOf } from './entry-view.ts'

/** Rekey's own events are short and few; what a file says beyond that would bury everything else that happened here. */
const mostPast = { events: 10_000, eventText: 64, detailText: 4096 }

export type Recorded = {
  readonly dropped: readonly { readonly name: string; readonly what: string; readonly why: string }[]
  readonly unconfirmed: readonly string[]
}
/** The keychain an item was just written to, and the fingerprint of what each now holds, by its account. */
type Into = {
  readonly custody: { readonly store: { readonly kind: StoreKind } }
  readonly fingerprints: ReadonlyMap<string, string>
}
type Confirmed = Pick<ParsedInputOf<'vault.import'>, 'confirmOrigins' | 'confirmOperators'>

export function record(
  context: Context,
  preview: Preview,
  { inserts, replaces, renamed }: Choices,
  confirmed: Confirmed,
  into: (kind: StoreKind) => Into,
): Recorded {
  const { ledger, clock } = context.ports
  const at = clock.now().toISOString()
  const kind = context.ports.defaultStore()
  const ours = ledger.internalKeyId(kind, 'fingerprint-key')
  const added = inserts.map((chosen) => {
    const credential = credentialOf(context, chosen, confirmed, into(kind), at)
    const { brought, forgotten } = pastOf(chosen, credential)
    return { credential, chosen, forgotten, past: [...brought, said(preview, chosen.judged, at, 'imported')] }
  })
  ledger.insertCredentials(added, at)
  for (const { credential, chosen } of added) bringFingerprints(context, chosen, credential, ours)
  for (const judged of replaces) replace(context, preview, judged, into, at)
  const dropped = added.flatMap(({ credential, chosen, forgotten }) => [
    ...forgotten,
    ...linkOperator(context, chosen, credential, confirmed, renamed),
  ])
  const names = added
    .map(({ credential, chosen }) =>
      // only an operator changes it after it was stored
      chosen.judged.entry.rekey?.operator ? (ledger.credentialById(credential.id) ?? credential) : credential,
    )
    .filter(({ unconfirmed }) => unconfirmed.length > 0)
    .map(({ name }) => name)
  return { dropped, unconfirmed: names }
}

function credentialOf(
  context: Context,
  { judged, name }: Chosen,
  { confirmOrigins }: Confirmed,
  into: Into,
  at: string,
): Credential {
  const { entry, place, kept } = judged
  const secret = Secret.of(entry.secret ?? '')
  const label = entry.rekey ? entry.rekey.label : entry.name === name || entry.name === '' ? null : entry.name
  const origin = originOf(place.baseUrl ?? '')
  const isConfirmed = place.baseUrl !== null && confirmOrigins.some((said) => originOf(said) === origin)
  return {
    id: context.ports.ids.next(),
    name,
    label: label?.slice(0, LONGEST_TEXT) ?? null,
    vendor: place.vendor,
    baseUrl: place.baseUrl,
    inputs: place.inputs,
    secretInputs: [...Object.keys(place.secretInputs), ...(hasKept(kept) ? [KEPT] : [])],
    subject: place.subject,
    operatorId: null,
    tags: tagsOf(entry),
    usedBy: (entry.rekey?.usedBy ?? []).map((where) => where.slice(0, LONGEST_TEXT)),
    store: into.custody.store.kind,
    fingerprint: fingerprintIn(into, name),
    tail: tailOf(secret),
    createdAt: entry.createdAt ?? at,
    rotatedAt: entry.rekey?.rotatedAt ?? null,
    // seen to work elsewhere is not seen to work
    verifiedAt: null,
    expiresAt: entry.expiresAt,
    maxAgeDays: entry.rekey?.maxAgeDays ?? null,
    tls: place.tls,
    unconfirmed: place.unconfirmed.filter((what) => what === 'address' && !isConfirmed),
  }
}

function fingerprintIn({ fingerprints }: Into, name: string): string {
  const fingerprint = fingerprints.get(userItem(name).account)
  if (fingerprint === undefined) throw new Error('an import recorded a key that it did not write')
  return fingerprint
}

type Event = Omit<HistoryEntry, 'name'>

/** Its past comes along. */
function pastOf(
  { judged }: Chosen,
  { name }: Credential,
): { readonly brought: readonly Event[]; readonly forgotten: Recorded['dropped'] } {
  const all = judged.entry.rekey?.history ?? []
  const ours = all.filter(isOfOurs).slice(-mostPast.events)
  const brought = ours.map(({ at, event, detail }) => ({ at, event, detail, rotationId: null }))
  const lost = all.length - brought.length
  if (lost === 0) return { brought, forgotten: [] }
  const what = `${lost} events of its past`
  const why = `they are longer, or more than ${mostPast.events}, than rekey keeps`
  return { brought, forgotten: [{ name, what, why }] }
}

/** Fingerprints come along only where they were made with this keychain's own key, whose id is `ours`. */
function bringFingerprints(context: Context, { judged }: Chosen, credential: Credential, ours: string | null): void {
  const brought = judged.entry.rekey?.fingerprints
  if (brought?.keyId !== ours) return
  const earlier = (brought?.values ?? []).filter((each) => each !== credential.fingerprint && isFingerprint(each))
  for (const each of [...earlier.toReversed(), credential.fingerprint])
    context.ports.ledger.addFingerprint(credential.id, each, credential.createdAt)
}

type PastEvent = NonNullable<Judged['entry']['rekey']>['history'][number]
const isOfOurs = ({ event, detail }: PastEvent): boolean =>
  event.length <= mostPast.eventText && JSON.stringify(detail).length <= mostPast.detailText
const isFingerprint = (text: string): boolean => /^[0-9a-f]{16}$/.test(text)

function said(preview: Preview, judged: Judged, at: string, event: string): Event {
  const kept = namesKept(judged.kept).map((each) => each.slice(0, LONGEST_TEXT))
  return { at, event, rotationId: null, detail: { format: preview.format, ...(kept.length > 0 ? { kept } : {}) } }
}

function replace(
  context: Context,
  preview: Preview,
  judged: Judged,
  into: (kind: StoreKind) => Into,
  at: string,
): void {
  const { existing, entry, kept } = judged
  if (!existing) return
  const { ledger } = context.ports
  const secret = Secret.of(entry.secret ?? '')
  const fingerprint = fingerprintIn(into(existing.store), existing.name)
  ledger.updateCredential(existing.id, {
    fingerprint,
    tail: tailOf(secret),
    tags: [...new Set([...existing.tags, ...tagsOf(entry)])],
    secretInputs: [...new Set([...existing.secretInputs, ...(hasKept(kept) ? [KEPT] : [])])],
    expiresAt: entry.expiresAt ?? existing.expiresAt,
    verifiedAt: null,
  })
  ledger.addFingerprint(existing.id, fingerprint, at)
  ledger.appendHistory({ ...said(preview, judged, at, 'replaced'), name: existing.name })
}

/** The operator that the file names, if it is here and may be one; it rotates nothing until a person confirms it. */
function linkOperator(
  context: Context,
  { judged }: Chosen,
  credential: Credential,
  { confirmOperators }: Confirmed,
  renamed: Choices['renamed'],
): Recorded['dropped'] {
  const said = judged.entry.rekey?.operator ?? null
  const wanted = renamed.find(({ from }) => from === said)?.to ?? said
  if (wanted === null || judged.place.found === null) return []
  const { ledger } = context.ports
  const operator = ledger.credentialByName(wanted)
  const no = (why: string): Recorded['dropped'] => [{ name: credential.name, what: `operator ${wanted}`, why }]
  if (!operator) return no('it is not here')
  if (operator.vendor !== credential.vendor || originOf(operator.baseUrl ?? '') !== originOf(credential.baseUrl ?? ''))
    return no('it is of another vendor or address')
  if (!judged.place.found.vendor.rotatesBy.operator) return no('this vendor lets a key rotate itself only')
  for (let next: Credential | null = operator; next;) {
    if (next.id === credential.id) return no('they would rotate each other')
    next = next.operatorId === null ? null : ledger.credentialById(next.operatorId)
  }
  const unconfirmed = confirmOperators ? credential.unconfirmed : [...credential.unconfirmed, 'operator' as const]
  ledger.updateCredential(credential.id, { operatorId: operator.id, unconfirmed })
  return []
}
