/** What was said of entries on the command line or at its questions, as the app takes it; and the preview as it looks with that. */
import { fail } from '../../../src-contract/failures.ts'
import type { InputOf } from '../../../src-contract/operations.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { ImportDoing, ImportPreview, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { badInput } from './complaint.ts'
import type { Context } from './context.ts'

export type OnConflict = 'skip' | 'replace' | 'rename'
export type Decided = {
  /** Undefined: nobody said, and the import stops at the first entry that is unclear. */
  readonly onConflict: OnConflict | undefined
  /** Of single entries, by their index. */
  readonly each: ReadonlyMap<number, ImportDoing>
}
type As = Readonly<Record<string, string>>
type Choices = NonNullable<InputOf<'vault.import'>['choices']>

/** Names count without regard to case. */
export const isCalled = (entry: PreviewEntry, name: string): boolean => entry.name.toLowerCase() === name.toLowerCase()

export function choicesOf({ entries }: ImportPreview, as: As, { onConflict = 'skip', each }: Decided): Result<Choices> {
  const choices = new Map<number, Choices[number]>([...each].map(([index, doing]) => [index, { index, do: doing }]))
  for (const [name, vendor] of Object.entries(as)) {
    const entry = entries.find((one) => isCalled(one, name))
    if (!entry) return err(badInput(`no entry is called ${name}`, 'see rekey import … --dry-run'))
    const usual = entry.doings.includes(onConflict) ? onConflict : 'skip'
    const doing = each.get(entry.index) ?? (entry.kind === 'new' ? 'import' : usual)
    choices.set(entry.index, { index: entry.index, do: doing, vendor })
  }
  return ok([...choices.values()])
}

/**
 * Addresses of this file that were confirmed, as it has them. One that no key of it has is a slip, and what it was meant for would stay
 * inactive without a word.
 */
export function confirmedIn({ entries }: ImportPreview, said: readonly string[]): Result<readonly string[]> {
  const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url)
  const there = [...new Set(entries.flatMap(({ baseUrl }) => (baseUrl === null ? [] : [baseUrl])))]
  const missing = said.find((url) => !there.some((address) => originOf(address) === originOf(url)))
  if (missing !== undefined)
    return err(badInput(`no key of this file goes to ${missing}`, 'see rekey import … --dry-run'))
  return ok(there.filter((address) => said.some((url) => originOf(address) === originOf(url))))
}

/** What is shown is what happens. Fails where a name or a vendor is none: that is said before anything is asked or written. */
export async function seenWith(
  { call }: Context,
  preview: ImportPreview,
  as: As,
  onConflict: OnConflict | undefined,
): Promise<Result<ImportPreview>> {
  const vendors = Object.values(as).filter((vendor) => vendor !== 'other')
  if (vendors.length > 0) {
    const listed = await call('vendor.list', {})
    if (!listed.ok) return listed
    const unknown = vendors.find((vendor) => !listed.value.some(({ id }) => id === vendor))
    if (unknown !== undefined) return err(fail('unknown-vendor', { vendor: unknown }))
  }
  const inTheWay = onConflict === undefined ? [] : preview.entries.filter(({ doings }) => doings.includes(onConflict))
  const each = new Map(inTheWay.flatMap(({ kind, index }) => (kind === 'new' ? [] : [[index, onConflict ?? 'skip']])))
  const once = replacedOnce(preview.entries, ({ index }) => each.get(index) ?? 'skip')
  if (!once.ok) return once
  const choices = choicesOf(preview, as, { onConflict, each })
  if (!choices.ok) return choices
  if (choices.value.length === 0) return ok(preview)
  const judged = await call('vault.judge', { id: preview.id, choices: choices.value })
  if (!judged.ok) return judged
  const others = new Map(judged.value.entries.map((entry) => [entry.index, entry]))
  return ok({ ...preview, entries: preview.entries.map((entry) => others.get(entry.index) ?? entry) })
}

/** Which of two takes the place of one that is kept here is for a person to say. */
export function replacedOnce(
  entries: readonly PreviewEntry[],
  doing: (entry: PreviewEntry) => ImportDoing,
): Result<void> {
  const seen = new Map<string, PreviewEntry>()
  for (const entry of entries) {
    if (entry.existing === null || doing(entry) !== 'replace') continue
    const before = seen.get(entry.existing)
    const what = `${before?.where} and ${entry.where} would both replace ${entry.existing}`
    if (before) return err(badInput(what, 'leave one of them out: the window or a terminal asks of each'))
    seen.set(entry.existing, entry)
  }
  return ok(undefined)
}
