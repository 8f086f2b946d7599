import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { ago } from '../ages.ts'
import type { Definition } from '../definition.ts'
import { padTo } from '../width.ts'
import { historyLines } from './history.ts'

export const show: Definition = {
  define: (command) => command.argument('<name>', 'the credential').addOption(new Option('--json', 'print JSON')),
  examples: ['rekey show prod/scrapebit', 'rekey show prod/scrapebit --json'],
  run: async ({ call, out, refuse, now }, command) => {
    const [name = ''] = command.args
    const shown = await call('credential.show', { name })
    if (!shown.ok) return refuse(shown.failure)
    const it = shown.value
    if (out.isJson) {
      out.json(it)
      return 0
    }
    const time = now()
    const when = (at: string | null): string => (at === null ? '' : `${ago(at, time)} (${at})`)
    const rows: readonly (readonly [string, string])[] = [
      ['vendor', it.vendor],
      ['label', it.label ?? ''],
      ['address', it.baseUrl ?? ''],
      [
        'inputs',
        Object.entries(it.inputs)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
      ],
      ['subject', it.subject ?? ''],
      ['operator', it.operator ?? ''],
      ['key', `${it.tail === null ? '' : `…${it.tail} `}${it.fingerprint}`],
      ['state', it.state],
      [
        'open',
        it.openRotation === null
          ? ''
          : `${it.openRotation.outcome ?? 'rotating'}, rotation ${it.openRotation.rotationId}`,
      ],
      ['tags', it.tags.join(' ')],
      ['used by', it.usedBy.join(', ')],
      ['kept in', it.store === 'os' ? 'the keychain' : 'the sealed store'],
      ['added', when(it.createdAt)],
      ['rotated', when(it.rotatedAt)],
      ['verified', when(it.verifiedAt)],
      ['expires', when(it.expiresAt)],
      ['max age', it.maxAgeDays === null ? '' : `${it.maxAgeDays} days`],
    ]
    const paint = out.paint('stdout')
    out.result(paint('bold', it.name))
    for (const [title, text] of rows) {
      if (text !== '') out.result(`  ${paint('dim', padTo(title, 9))} ${escapeText(text)}`)
    }
    if (it.history.length > 0) out.result('')
    for (const line of historyLines(it.history.slice(0, 10), time, false)) out.result(`  ${line}`)
    return 0
  },
}
