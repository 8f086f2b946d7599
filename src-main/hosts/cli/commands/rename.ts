import type { Definition } from '../definition.ts'
import { checkName } from '../names.ts'

export const rename: Definition = {
  define: (command) => command.argument('<old>', 'its name').argument('<new>', 'its new name'),
  examples: ['rekey rename prod/scrapebit prod/crawler'],
  run: async ({ call, out, refuse }, command) => {
    const [name = '', to = ''] = command.args
    const checked = checkName(to)
    if (!checked.ok) return refuse(checked.failure)
    const renamed = await call('credential.rename', { name, to })
    if (!renamed.ok) return refuse(renamed.failure)
    out.result(`renamed ${name} to ${renamed.value.name}`)
    return 0
  },
}
