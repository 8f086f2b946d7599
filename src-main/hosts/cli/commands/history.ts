import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import type { HistoryEntry } from '../../../../src-contract/views.ts'
import { ago } from '../ages.ts'
import type { Definition } from '../definition.ts'
import { wholeNumber } from '../flags.ts'
import { padTo } from '../width.ts'

/** One line an entry; details that are codes and words, never a value. */
export function historyLines(entries: readonly HistoryEntry[], now: Date, hasName: boolean): readonly string[] {
  const width = Math.max(0, ...entries.map((entry) => entry.event.length))
  const names = Math.max(0, ...entries.map((entry) => entry.name.length))
  return entries.map((entry) => {
    const words = Object.entries(entry.detail).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [`${key} ${value}`] : [],
    )
    const name = hasName ? `${padTo(escapeText(entry.name), names)}  ` : ''
    return `${padTo(ago(entry.at, now), 14)}  ${name}${padTo(escapeText(entry.event), width)}  ${escapeText(words.join(', '))}`.trimEnd()
  })
}

export const history: Definition = {
  define: (command) =>
    command
      .argument('[name]', 'only of this credential')
      .option('--limit <n>', 'so many at most, the newest first', wholeNumber(1, 100_000))
      .addOption(new Option('--json', 'print JSON')),
  examples: ['rekey history', 'rekey history prod/scrapebit --limit 5 --json'],
  run: async ({ call, out, refuse, now }, command) => {
    const [name] = command.args
    const { limit } = command.opts<{ readonly limit?: number }>()
    if (name !== undefined) {
      const found = await call('credential.show', { name })
      const past = found.ok ? null : await call('history.list', { name, limit: 1 })
      // a removed credential keeps its history
      if (!found.ok && !(past?.ok === true && past.value.length > 0)) return refuse(found.failure)
    }
    const listed = await call('history.list', {
      ...(name !== undefined && { name }),
      ...(limit !== undefined && { limit }),
    })
    if (!listed.ok) return refuse(listed.failure)
    if (out.isJson) out.json(listed.value)
    else for (const line of historyLines(listed.value, now(), name === undefined)) out.result(line)
    return 0
  },
}
