import { askKey } from '../ask-secrets.ts'
import type { Definition } from '../definition.ts'
import { exitOfResults } from '../exit-code.ts'
import { Results } from '../results.ts'

export const set: Definition = {
  isRotation: true,
  define: (command) =>
    command
      .argument('<name>')
      .option('--unproven', 'store it even if the vendor does not say that it works')
      .option('--json', 'the result as JSON'),
  examples: ['rekey set prod/scrapebit', 'pass show scrapebit | rekey set prod/scrapebit'],
  run: async (context, command) => {
    const { refuse, call } = context
    const [name = ''] = command.args
    const shown = await call('credential.show', { name })
    if (!shown.ok) return refuse(shown.failure)
    const key = await askKey(context, `new key of ${shown.value.name}`)
    if (!key.ok) return refuse(key.failure)
    const unproven = command.opts<{ unproven?: boolean }>().unproven === true
    const result = await key.value.use((secret) => call('credential.set', { name: shown.value.name, secret, unproven }))
    if (!result.ok) return refuse(result.failure)
    new Results(context.out).print(result.value)
    return exitOfResults([result.value])
  },
}
