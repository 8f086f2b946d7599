import { escapeText } from '../../../../src-contract/escape.ts'
import type { Definition } from '../definition.ts'
import { checkName } from '../names.ts'

export const rename: Definition = {
  define: (command) => command.argument('<old>').argument('<new>'),
  examples: ['rekey rename scrapebit prod/scrapebit'],
  run: async ({ out, call, refuse }, command) => {
    const [name = '', typed = ''] = command.args
    const to = checkName(typed)
    if (!to.ok) return refuse(to.failure)
    const renamed = await call('credential.rename', { name, to: to.value })
    if (!renamed.ok) return refuse(renamed.failure)
    out.result(`${escapeText(name)} is now ${escapeText(renamed.value.name)}`)
    return 0
  },
}
