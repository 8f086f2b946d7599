/** What lies beside keys that are kept here already: read where an import meets it again, so that nothing of it is lost or unsaid. */
import { ok, type Result } from '../../../src-contract/result.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import { readItems, userItem } from '../../core/credentials/custody.ts'
import type { Context } from '../context.ts'
import { KEPT, keptOf, type Kept } from './kept.ts'

/** By the credential's id; of those without anything beside them there is none. */
export async function keptHere(
  context: Context,
  credentials: readonly Credential[],
): Promise<Result<ReadonlyMap<string, Kept>>> {
  const found = new Map<string, Kept>()
  const all = [...new Set(credentials)].filter(({ secretInputs }) => secretInputs.includes(KEPT))
  const byStore: ReadonlyMap<StoreKind, readonly Credential[]> = Map.groupBy(all, ({ store }) => store)
  for (const [kind, those] of byStore) {
    const custody = await context.custody(kind)
    if (!custody.ok) return custody
    const items = those.map(({ name }) => userItem(name, KEPT))
    const read = await readItems(custody.value.store, items)
    if (!read.ok) return read
    for (const [at, { id }] of those.entries()) {
      const text = read.value[at]?.use((value) => value)
      if (text !== undefined) found.set(id, keptOf(text))
    }
  }
  return ok(found)
}

/** Both, where the file's word and the one that is here differ: the file's under the name, the other as what it was before. */
export function joined(file: Kept, here: Kept): Kept {
  const before = (name: string, one: string | null, other: string | null): Kept['fields'] =>
    one !== null && other !== null && one !== other ? [{ name: `${name} before`, value: other, isSecret: true }] : []
  const isIn = (field: Kept['fields'][number]): boolean =>
    file.fields.some(({ name, value }) => name === field.name && value === field.value)
  return {
    account: file.account ?? here.account,
    notes: file.notes ?? here.notes,
    urls: [...new Set([...file.urls, ...here.urls])],
    fields: [
      ...file.fields,
      ...here.fields.filter((field) => !isIn(field)),
      ...before('account', file.account, here.account),
      ...before('notes', file.notes, here.notes),
    ],
  }
}
