/**
 * What a person at a terminal is asked before an import: what becomes of entries that stand in the way of others, all at once
 * or one by one, and then whether to go on. All of the file is decided once the answer is yes, so nothing is refused behind it;
 * without a word, and without an answer, the import stops at what is unclear.
 */
import { escapeText } from '../../../src-contract/escape.ts'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { ImportDoing, ImportPreview, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { replacedOnce, type Decided, type OnConflict } from './import-choices.ts'
import { entriesOf, tellBriefly } from './import-words.ts'
import type { Output } from './output.ts'
import type { Terminal } from './terminal.ts'

const words: Readonly<Record<OnConflict, string>> = {
  skip: 'leave out what the file has',
  rename: 'keep both: what the file has gets another name',
  replace: 'replace what is kept here with what the file has',
}
const ways = ['skip', 'rename', 'replace'] as const

export async function decide(
  out: Output,
  terminal: Terminal,
  preview: ImportPreview,
  said: OnConflict | undefined,
): Promise<Result<Decided>> {
  tellBriefly(out, preview, said)
  const { entries } = preview
  const inTheWay = entries.filter(({ kind, doings }) => kind !== 'new' && doings.length > 1)
  const answered = said === undefined ? await decideConflicts(terminal, inTheWay) : ok({ said, each: none })
  if (!answered.ok) return answered
  const onConflict = answered.value.said ?? 'skip'
  const { each } = answered.value
  const doing = ({ index, kind, doings }: PreviewEntry): ImportDoing =>
    kind === 'new' ? 'import' : (each.get(index) ?? (doings.includes(onConflict) ? onConflict : 'skip'))
  const once = replacedOnce(entries, doing)
  if (!once.ok) return once
  const count = entries.filter((entry) => doing(entry) !== 'skip').length
  // with nothing to take there is nothing to agree to: what stops it, or the receipt, says why
  if (count === 0) return ok({ onConflict: answered.value.said, each })
  const those = entries.length === 1 ? 'this entry' : `${count} of these ${entries.length} entries`
  const rest = entries.length - count
  const sure = await terminal.confirm(`take ${those} in${rest > 0 ? ` and leave ${rest} out` : ''}?`)
  if (!sure.ok) return sure
  return sure.value ? ok({ onConflict, each }) : err(fail('cancelled'))
}

const none: ReadonlyMap<number, ImportDoing> = new Map()

type Answer = { readonly said: OnConflict | undefined; readonly each: ReadonlyMap<number, ImportDoing> }

async function decideConflicts(terminal: Terminal, entries: readonly PreviewEntry[]): Promise<Result<Answer>> {
  if (entries.length === 0) return ok({ said: undefined, each: none })
  const possible = ways.filter((way) => entries.some(({ doings }) => doings.includes(way)))
  const choices = [...possible.map((way) => words[way]), ...(entries.length > 1 ? ['decide one by one'] : [])]
  const stands = entries.length === 1 ? 'stands' : 'stand'
  const way = await terminal.choose(
    `${entriesOf(entries.length)} ${stands} in the way of another; what to do?`,
    choices,
  )
  if (!way.ok) return way
  const said = possible[way.value]
  if (said !== undefined) return ok({ said, each: none })
  const each = new Map<number, ImportDoing>()
  for (const { index, name, where, doings } of entries) {
    const its = ways.filter((one) => doings.includes(one))
    const one = await terminal.choose(
      `${escapeText(`${name} (${where})`)}?`,
      its.map((doing) => words[doing]),
    )
    if (!one.ok) return one
    each.set(index, its[one.value] ?? 'skip')
  }
  return ok({ said: 'skip', each })
}
