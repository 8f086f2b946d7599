/** What a person's choices come to before they count: the same judging as the import's own, so that what is shown is what happens. */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { Handler } from '../context.ts'
import { choose } from './choose.ts'
import { judgeHere } from './judge-here.ts'
import { entryView } from './entry-view.ts'

export const judgeChoices: Handler<'vault.judge'> = async (context, input) => {
  const preview = context.previews.get(input.id)
  if (!preview) return err(fail('unknown-preview'))
  const said = new Map(input.choices.map((choice) => [choice.index, choice]))
  const judged = await judgeHere(context, preview, said)
  if (!judged.ok) return judged
  const choices = input.choices.filter((choice) => judged.value[choice.index]?.doings.includes(choice.do))
  const { ledger } = context.ports
  const chosen = choose(judged.value, { choices, onConflict: 'skip' }, (name) => ledger.credentialByName(name) !== null)
  if (!chosen.ok) return chosen
  const names = new Map(chosen.value.inserts.map((insert) => [insert.judged.index, insert.name]))
  const entries = judged.value
    .map((each) => {
      const name = names.get(each.index) ?? each.name
      return entryView(each, name === each.name ? null : name)
    })
    .filter((entry, at) => JSON.stringify(entry) !== JSON.stringify(preview.shown[at]))
  return ok({ entries })
}
