/**
 * A key that is kept here already is skipped. What the file says of it beside the key, and nothing here does, stays in the file:
 * the receipt names each, so that nobody removes the file in the belief that all of it is here.
 */
import { ok, type Result } from '../../../src-contract/result.ts'
import type { ImportReceipt } from '../../../src-contract/vault-views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { VaultEntry } from '../../formats/define-format.ts'
import type { Context } from '../context.ts'
import type { Judged } from './judge.ts'
import { namesKept, nothingKept, type Kept } from './kept.ts'
import { keptHere } from './kept-here.ts'
import { tagsOf } from './entry-view.ts'

type NotTaken = ImportReceipt['notTaken']
/** The side on which a key is kept already. */
type Known = {
  readonly kept: Kept
  readonly tags: readonly string[]
  readonly expiresAt: string | null
  /** Values that have a place of their own there. */
  readonly placed: readonly string[]
}

/** Reads the keychain and writes nothing. */
export async function notTaken(context: Context, judged: readonly Judged[]): Promise<Result<NotTaken>> {
  const same = judged.filter(({ kind }) => kind === 'same')
  const kept = await keptHere(
    context,
    same.flatMap(({ existing, kept }) => (existing !== null && namesKept(kept).length > 0 ? [existing] : [])),
  )
  if (!kept.ok) return kept
  const first = new Map<string | null, Judged>()
  for (const each of judged) if (!first.has(each.entry.secret)) first.set(each.entry.secret, each)
  return ok(
    same.flatMap((each) => {
      const { existing, name } = each
      const twin = first.get(each.entry.secret)
      if (existing !== null) {
        const why = `${existing.name} is kept here without it`
        return missing(each, ofCredential(existing, kept.value.get(existing.id))).map((what) => ({ name, what, why }))
      }
      if (twin === undefined || twin === each) return []
      const why = `${twin.entry.where} has the same key, and not this`
      return missing(each, ofEntry(twin)).map((what) => ({ name, what, why }))
    }),
  )
}

const ofCredential = (credential: Credential, kept: Kept = nothingKept): Known => ({
  kept,
  tags: credential.tags,
  expiresAt: credential.expiresAt,
  placed: [...Object.values(credential.inputs), credential.baseUrl, credential.subject].filter((each) => each !== null),
})
const ofEntry = ({ entry, kept, place }: Judged): Known => ({
  kept,
  tags: tagsOf(entry),
  expiresAt: entry.expiresAt,
  placed: [...Object.values(place.inputs), place.baseUrl, place.subject].filter((each) => each !== null),
})

function missing({ entry, kept }: Pick<Judged, 'kept'> & { readonly entry: VaultEntry }, known: Known): string[] {
  const isThere = (value: string): boolean => known.placed.includes(value)
  const { account, notes, urls, fields } = kept
  const isField = (name: string, value: string): boolean =>
    isThere(value) || known.kept.fields.some((field) => field.name === name && field.value === value)
  return [
    ...(account !== null && account !== known.kept.account && !isThere(account) ? ['account'] : []),
    ...(notes !== null && notes !== known.kept.notes ? ['notes'] : []),
    ...(urls.some((url) => !known.kept.urls.includes(url) && !isThere(url)) ? ['urls'] : []),
    ...fields.filter(({ name, value }) => !isField(name, value)).map(({ name }) => name),
    ...tagsOf(entry)
      .filter((tag) => !known.tags.includes(tag))
      .map((tag) => `tag ${tag}`),
    ...(entry.expiresAt !== null && entry.expiresAt !== known.expiresAt ? ['expiry'] : []),
    ...entry.left.map(({ what }) => what),
  ]
}
