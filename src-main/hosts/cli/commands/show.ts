import { escapeText } from '../../../../src-contract/escape.ts'
import { ago } from '../ages.ts'
import type { Definition } from '../definition.ts'
import { historyLines } from '../history-lines.ts'
import { padTo, widthOf } from '../width.ts'
import { stateColours } from './list.ts'

export const show: Definition = {
  define: (command) => command.argument('<name>').option('--json', 'one object as JSON'),
  examples: ['rekey show prod/scrapebit', 'rekey show prod/scrapebit --json | jq .state'],
  run: async ({ out, call, refuse, now }, command) => {
    const shown = await call('credential.show', { name: command.args[0] ?? '' })
    if (!shown.ok) return refuse(shown.failure)
    const it = shown.value
    if (out.isJson) {
      out.json(it)
      return 0
    }
    const today = now()
    const paint = out.paint('stdout')
    const when = (time: string | null): string => (time === null ? '' : `${time} (${ago(time, today)})`)
    const fields: readonly (readonly [string, string])[] = [
      ['label', it.label ?? ''],
      ['vendor', it.vendor],
      ['address', it.baseUrl ?? ''],
      ...Object.entries(it.inputs).map(([name, value]) => [name, value] as const),
      ['subject', it.subject ?? ''],
      ['operator', it.operator ?? ''],
      ['tags', it.tags.join(', ')],
      ['used by', it.usedBy.join(', ')],
      ['kept in', it.store === 'os' ? 'the keychain' : 'the sealed store'],
      ['key', it.tail === null ? '' : `…${it.tail}`],
      ['fingerprint', it.fingerprint],
      ['state', it.state],
      ['added', when(it.createdAt)],
      ['rotated', when(it.rotatedAt)],
      ['verified', when(it.verifiedAt)],
      ['expires', when(it.expiresAt)],
      ['max age', it.maxAgeDays === null ? '' : `${it.maxAgeDays} days`],
      ['open', it.openRotation === null ? '' : `${it.openRotation.outcome ?? 'a rotation'} since ${when(it.openRotation.startedAt)}`],
    ]
    const shownFields = fields.filter(([, value]) => value !== '').map(([title, value]) => [escapeText(title), escapeText(value)] as const)
    const width = Math.max(...shownFields.map(([title]) => widthOf(title)))
    out.result(paint('bold', escapeText(it.name)))
    for (const [title, value] of shownFields) {
      const text = title === 'state' ? paint(stateColours[it.state], value) : value
      out.result(`  ${paint('dim', padTo(title, width))}  ${text}`)
    }
    if (it.history.length > 0) {
      out.result('')
      for (const line of historyLines(it.history, today, out.width(), false)) out.result(line)
    }
    return 0
  },
}
