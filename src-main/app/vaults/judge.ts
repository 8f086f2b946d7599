/**
 * What would become of each entry of a file, against what is kept here now. Pure looking: nothing is written, and nobody is
 * asked. The first reason that applies wins, the file's own order decides between two entries that are alike.
 */
import type { ImportDoing, ImportKind } from '../../../src-contract/vault-views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { Custody } from '../../core/credentials/custody.ts'
import { originOf } from '../../core/rotation/run.ts'
import { Secret } from '../../core/secret.ts'
import type { VaultEntry } from '../../formats/define-format.ts'
import { outcomeOf, type Context } from '../context.ts'
import { namesOf } from './entry-name.ts'
import { keepOf, outdone, type Kept } from './kept.ts'
import { placeOf, type Place, type Said } from './place.ts'

export type Judged = {
  readonly index: number
  readonly entry: VaultEntry
  readonly name: string
  /** What the file's own title makes of it, whatever a person called it. */
  readonly called: string
  readonly place: Place
  readonly kept: Kept
  /** What of it stays in the file where it replaces a key that is here. */
  readonly outdone: readonly string[]
  readonly kind: ImportKind
  readonly reason: string | null
  readonly existing: Credential | null
  readonly doings: readonly ImportDoing[]
  /** What a careful importer stops at until told how to go on. */
  readonly isUnclear: boolean
}

type Verdict = Pick<Judged, 'kind' | 'reason' | 'existing' | 'doings' | 'isUnclear'>

const verdict = (kind: ImportKind, reason: string | null, more: Partial<Verdict> = {}): Verdict => ({
  kind,
  reason,
  existing: null,
  doings: kind === 'new' ? ['import', 'skip'] : ['skip'],
  isUnclear: false,
  ...more,
})

/** What is kept here now, and the keychains it lies in, open. */
export type KeptHere = {
  readonly kept: readonly Credential[]
  readonly open: ReadonlyMap<Credential['store'], Custody>
}

/** Said of single entries, by their index. */
export type Sayings = ReadonlyMap<number, Said & { readonly name?: string | undefined; readonly do?: ImportDoing }>

/** As many are judged in some 20 ms; then whatever else waits has its turn: a lock, a rotation, a window. */
const AT_ONCE = 1000

export async function judge(
  context: Context,
  entries: readonly VaultEntry[],
  here: KeptHere,
  said: Sayings = new Map(),
): Promise<readonly Judged[]> {
  const judgeOne = judging(context, here, said)
  const names = namesOf(entries)
  const judged: Judged[] = []
  for (const [index, entry] of entries.entries()) {
    if (index > 0 && index % AT_ONCE === 0) {
      context.emit({ type: 'vault.progressed', step: 'judging', done: index, of: entries.length })
      await new Promise((resolve) => setImmediate(resolve))
    }
    judged.push(judgeOne(entry, index, names[index] ?? ''))
  }
  return judged
}

/** Judges one after the other, from the first on; `called`: what the entry's own title makes of it. */
export function judging(
  context: Context,
  here: KeptHere,
  said: Sayings = new Map(),
): (entry: VaultEntry, index: number, called: string) => Judged {
  const known = knownOf(here)
  const around = { vendors: context.registry.all(), known: known.origins }
  const seenNames = new Map<string, VaultEntry>()
  const seenSecrets = new Map<string, VaultEntry>()
  const seenSubjects = new Map<string, VaultEntry>()
  const replacedBy = new Map<string, VaultEntry>()
  return (entry, index, called) => {
    const saying = said.get(index) ?? {}
    const place = placeOf(context, entry, saying, around)
    const name = saying.name ?? called
    const decide = (): Verdict => {
      const fault = secretFault(entry.secret)
      if (fault !== null) return verdict('skipped', fault.reason, { isUnclear: fault.isUnclear })
      const secret = entry.secret ?? ''
      const twin = twinOf(known, here.open, secret)
      if (twin) return verdict('same', twin.name === name ? null : `it is kept as ${twin.name}`, { existing: twin })
      const double = seenSecrets.get(secret)
      if (double) return verdict('same', `${double.where} holds this key too`)
      seenSecrets.set(secret, entry)
      const open = (credential: Credential): string | null => {
        const rotation = context.ports.ledger.openRotationOf(credential.id)
        return rotation ? `a rotation of ${credential.name} is still open (${outcomeOf(rotation)})` : null
      }
      const principal = place.subject === null ? null : subjectKey(place)
      const owner = principal === null ? undefined : known.bySubject.get(principal)
      const sameSubject = principal === null ? undefined : seenSubjects.get(principal)
      /** One credential a principal: another name does not make two of it. */
      const renamed = (): readonly ImportDoing[] => {
        if (owner || sameSubject) return []
        if (saying.do === 'rename' && principal !== null) seenSubjects.set(principal, entry)
        return ['rename']
      }
      /** Why the entry cannot take the place of this one; null: it can. */
      const stands = (credential: Credential): string | null => {
        const before = replacedBy.get(credential.id)
        const why = open(credential) ?? (before ? `${before.where} takes the place of ${credential.name}` : null)
        if (why === null && saying.do === 'replace') replacedBy.set(credential.id, entry)
        return why
      }
      const named = known.byName.get(name.toLowerCase())
      if (named) {
        const why = otherVendor(named, place) ?? stands(named)
        const doings: ImportDoing[] = why === null ? ['skip', 'replace'] : ['skip']
        return verdict('changed', why, { existing: named, doings: [...doings, ...renamed()] })
      }
      const sameName = seenNames.get(name.toLowerCase())
      if (sameName) {
        const reason = `${sameName.where} has this name too`
        return verdict('conflicting', reason, { doings: ['skip', ...renamed()], isUnclear: true })
      }
      if (principal !== null && owner) {
        const why = stands(owner)
        return verdict('conflicting', why ?? `${place.subject} is kept as ${owner.name}`, {
          existing: owner,
          doings: why === null ? ['skip', 'replace'] : ['skip'],
        })
      }
      if (sameSubject)
        return verdict('conflicting', `${sameSubject.where} is ${place.subject} too`, { isUnclear: true })
      seenNames.set(name.toLowerCase(), entry)
      if (principal !== null) seenSubjects.set(principal, entry)
      return verdict('new', null)
    }
    const decided = decide()
    const { existing, doings } = decided
    return {
      index,
      entry,
      name,
      called,
      place,
      kept: keepOf(entry, place),
      outdone: existing && doings.includes('replace') ? outdone(entry, place, existing) : [],
      ...decided,
      // nothing becomes of its vendor where the key is here already
      reason: decided.reason ?? (decided.kind === 'same' ? null : place.reason),
    }
  }
}

const subjectKey = ({ vendor, baseUrl, subject }: Place): string =>
  JSON.stringify([vendor, originOf(baseUrl ?? ''), subject])

type Known = {
  readonly byName: ReadonlyMap<string, Credential>
  readonly byFingerprint: ReadonlyMap<string, Credential>
  readonly bySubject: ReadonlyMap<string, Credential>
  readonly origins: ReadonlySet<string>
}

function knownOf({ kept: all }: KeptHere): Known {
  const byName = new Map(all.map((each) => [each.name.toLowerCase(), each]))
  const byFingerprint = new Map(all.map((each) => [each.fingerprint, each]))
  const bySubject = new Map(
    all
      .filter(({ subject }) => subject !== null)
      .map((each) => [JSON.stringify([each.vendor, originOf(each.baseUrl ?? ''), each.subject]), each]),
  )
  const trusted = all.filter(({ baseUrl, unconfirmed }) => baseUrl !== null && !unconfirmed.includes('address'))
  const origins = new Set(trusted.map(({ vendor, baseUrl }) => `${vendor} ${originOf(baseUrl ?? '')}`))
  return { byName, byFingerprint, bySubject, origins }
}

/** A credential with this very key, in whichever keychain it lies. */
function twinOf(known: Known, open: KeptHere['open'], secret: string): Credential | null {
  for (const custody of open.values()) {
    const twin = known.byFingerprint.get(custody.fingerprint(Secret.of(secret)))
    if (twin) return twin
  }
  return null
}

const otherVendor = (credential: Credential, { vendor }: Place): string | null =>
  credential.vendor === vendor || vendor === 'other' ? null : `here it is a key of ${credential.vendor}`

/** What can be kept: one line of text. Null: this can. */
function secretFault(secret: string | null): { readonly reason: string; readonly isUnclear: boolean } | null {
  if (secret === null || secret === '') return { reason: 'there is no key in it', isUnclear: false }
  const unclear = (reason: string) => ({ reason, isUnclear: true })
  if (/[\r\n\u2028\u2029]/.test(secret)) return unclear('its key has more than one line')
  if (/\p{Cc}/u.test(secret)) return unclear('its key has a control character in it')
  if (!secret.isWellFormed()) return unclear('its key is not text')
  return secret.length > 16_384 ? unclear('its key is longer than 16,384 characters') : null
}
