import type { Definition } from '../definition.ts'
import { wholeNumber } from '../flags.ts'
import { historyLines } from '../history-lines.ts'

export const history: Definition = {
  define: (command) =>
    command
      .argument('[name]')
      .option('--limit <n>', 'so many entries, newest first', wholeNumber(1, 100_000))
      .option('--json', 'an array as JSON'),
  examples: ['rekey history', 'rekey history prod/scrapebit --limit 5', 'rekey history --json | jq ".[0]"'],
  run: async ({ out, call, refuse, now }, command) => {
    const [name] = command.args
    const { limit } = command.opts<{ limit?: number }>()
    const found = await call('history.list', { ...(name !== undefined && { name }), ...(limit !== undefined && { limit }) })
    if (!found.ok) return refuse(found.failure)
    if (out.isJson) out.json(found.value)
    else if (found.value.length === 0) out.note('nothing has happened yet')
    else for (const line of historyLines(found.value, now(), out.width(), name === undefined)) out.result(line)
    return 0
  },
}
