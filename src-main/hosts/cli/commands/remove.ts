import { escapeText } from '../../../../src-contract/escape.ts'
import { fail } from '../../../../src-contract/failures.ts'
import { needsYes } from '../complaint.ts'
import type { Definition } from '../definition.ts'
import { eachOnce } from '../names.ts'

export const remove: Definition = {
  define: (command) =>
    command.argument('<name...>').option('--yes', 'do not ask').option('--json', 'an array of what was removed'),
  examples: ['rekey remove trial/scrapebit', 'rekey remove a b c --yes'],
  run: async ({ out, call, refuse, terminal }, command) => {
    const names = eachOnce(command.args)
    const isSure = command.opts<{ yes?: boolean }>().yes === true
    const what = names.length === 1 ? (names[0] ?? '') : `${names.length} keys`
    if (!isSure && terminal === null) return refuse(needsYes(`this removes ${what}`))
    if (!isSure && terminal !== null) {
      for (const name of names) {
        const shown = await call('credential.show', { name })
        if (!shown.ok) return refuse(shown.failure)
        const { vendor, tail, usedBy } = shown.value
        const use = usedBy.length === 0 ? '' : `, used by ${usedBy.join(', ')}`
        out.note(`  ${escapeText(`${shown.value.name} (${vendor}${tail === null ? '' : `, …${tail}`}${use})`)}`)
      }
      out.note('the key stays alive at its vendor, but nobody here knows it any more')
      const answer = await terminal.confirm(`remove ${escapeText(what)}?`)
      if (!answer.ok || !answer.value) return refuse(fail('cancelled'))
    }
    const removed = await call('credential.remove', { names })
    if (!removed.ok) return refuse(removed.failure)
    if (out.isJson) out.json(removed.value)
    else for (const { name } of removed.value) out.result(`${escapeText(name)}  removed`)
    return 0
  },
}
