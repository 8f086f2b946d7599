import { Option } from 'commander'
import { askKey } from '../ask-secrets.ts'
import type { Definition } from '../definition.ts'
import { exitOfSet } from '../exit-code.ts'
import { resultLine } from '../result-line.ts'

export const set: Definition = {
  define: (command) =>
    command
      .argument('<name>', 'the credential')
      .option('--unproven', 'do not ask the vendor whether the key works')
      .addOption(new Option('--json', 'print JSON')),
  examples: ['pass show scrapebit | rekey set prod/scrapebit'],
  isRotation: true,
  run: async (context, command) => {
    const [name = ''] = command.args
    const { call, out, refuse } = context
    const known = await call('credential.show', { name })
    if (!known.ok) return refuse(known.failure)
    const key = await askKey(context, `new key of ${known.value.name}`)
    if (!key.ok) return refuse(key.failure)
    const { unproven } = command.opts<{ readonly unproven?: boolean }>()
    const done = await call('credential.set', {
      name,
      secret: key.value.use((value) => value),
      unproven: unproven === true,
    })
    if (!done.ok) return refuse(done.failure)
    if (out.isJson) out.json(done.value)
    else out.result(resultLine(done.value, out.paint('stdout')))
    return exitOfSet(done.value)
  },
}
