/** Whether an entry can be called that here: told at once, before the app is asked. */
import type { PreviewEntry } from '../../src-contract/vault-views.ts'
import { isTaken, type Choices } from './import-choices.ts'

/** What names are made of; the app holds the same rule. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._/@:+-]{0,127}$/

/** What a name may be, in a sentence. */
export const nameRule = 'Letters, digits and . _ / @ : + - without spaces, beginning with a letter or digit.'

/** Null: it can. `others`: every entry of the file, as they will be; `kept`: the names that are kept here. */
export function nameProblem(
  name: string,
  index: number,
  others: readonly PreviewEntry[],
  choices: Choices,
  kept: Iterable<string>,
): string | null {
  if (name === '') return 'Give a name.'
  if (!namePattern.test(name)) return name.length > 128 ? 'At most 128 characters.' : nameRule
  const wanted = name.toLowerCase()
  for (const each of kept) if (each.toLowerCase() === wanted) return `${each} is kept here already.`
  const clash = others.find(
    (entry) =>
      entry.index !== index && isTaken(entry, choices) && (entry.renamedTo ?? entry.name).toLowerCase() === wanted,
  )
  return clash ? `${clash.where} of the file is called that, too.` : null
}
