/** What is done with each entry: what a person chose, else what the whole import was told, else what changes nothing. */
import { fail } from '../../../src-contract/failures.ts'
import type { ParsedInputOf } from '../../../src-contract/operations.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { ImportDoing } from '../../../src-contract/vault-views.ts'
import { freeName } from './entry-name.ts'
import type { Judged } from './judge.ts'

type OnConflict = 'skip' | 'replace' | 'rename'
type Input = ParsedInputOf<'vault.import'>
export type Chosen = { readonly judged: Judged; readonly name: string }
export type Choices = {
  readonly inserts: readonly Chosen[]
  readonly replaces: readonly Judged[]
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  readonly renamed: readonly { readonly from: string; readonly to: string }[]
}

export function choose(
  judged: readonly Judged[],
  input: Pick<Input, 'choices'> & { readonly onConflict: OnConflict },
  isTaken: (name: string) => boolean,
): Result<Choices> {
  const said = new Map(input.choices.map((choice) => [choice.index, choice.do]))
  const taken = new Set(judged.filter(({ kind }) => kind === 'new').map(({ name }) => name.toLowerCase()))
  const inserts: Chosen[] = []
  const replaces: Judged[] = []
  const skipped: { name: string; reason: string }[] = []
  const renamed: { from: string; to: string }[] = []
  for (const each of judged) {
    const asked = said.get(each.index)
    const doing = asked ?? usual(each, input.onConflict)
    if (!each.doings.includes(doing)) {
      const what = `${each.name} (${each.entry.where}) cannot be ${words[doing]}: ${each.reason ?? each.kind}`
      return err(fail('bad-input', { what, fix: `choose ${each.doings.join(' or ')}` }))
    }
    if (doing === 'skip') skipped.push({ name: each.name, reason: reasonOf(each, asked) })
    else if (doing === 'replace') replaces.push(each)
    else if (doing === 'import') {
      if (each.name !== each.called) renamed.push({ from: each.called, to: each.name })
      inserts.push({ judged: each, name: each.name })
    } else {
      const to = freeName(each.name, (name) => taken.has(name.toLowerCase()) || isTaken(name))
      taken.add(to.toLowerCase())
      renamed.push({ from: each.called, to })
      inserts.push({ judged: each, name: to })
    }
  }
  const targets = replaces.map(({ existing }) => existing?.id)
  const twice = replaces.find(({ existing }, at) => targets.indexOf(existing?.id) !== at)
  if (twice) {
    const what = `two entries would replace ${twice.existing?.name}`
    return err(fail('bad-input', { what, fix: 'skip one of them' }))
  }
  return ok({ inserts, replaces, skipped, renamed })
}

const words: Readonly<Record<ImportDoing, string>> = {
  import: 'imported',
  skip: 'skipped',
  replace: 'replaced',
  rename: 'renamed',
}

/** The word for the whole import holds where it is possible; elsewhere nothing is changed. */
const usual = ({ kind, doings }: Judged, onConflict: OnConflict): ImportDoing =>
  kind === 'new' ? 'import' : doings.includes(onConflict) ? onConflict : 'skip'

const kinds: Readonly<Record<Judged['kind'], string>> = {
  new: 'as you chose',
  same: 'it is kept here already',
  changed: 'that name is kept here with another key',
  conflicting: 'something else stands in its way',
  skipped: 'there is no key in it',
}
/** What is said of its vendor is no reason to leave it out. */
const reasonOf = ({ kind, reason, place }: Judged, asked: ImportDoing | undefined): string =>
  reason === null || reason === place.reason || (asked === 'skip' && kind === 'new') ? kinds[kind] : reason
