import { Option } from 'commander'
import type { VerifyResult } from '../../../../src-contract/views.ts'
import type { Definition } from '../definition.ts'
import { exitOfVerify } from '../exit-code.ts'
import { readSelection, type SelectionFlags } from '../names.ts'

export const verify: Definition = {
  define: (command) =>
    command
      .argument('[name...]', 'the credentials')
      .option('--all', 'every credential')
      .option('--tag <t>', 'with --all: only those with the tag')
      .option('--vendor <v>', 'with --all: only those of the vendor')
      .addOption(new Option('--json', 'print a JSON line each')),
  examples: ['rekey verify prod/scrapebit', 'rekey verify --all --json'],
  run: async ({ call, listen, out, refuse }, command) => {
    const selection = readSelection(command.args, command.opts<SelectionFlags>(), 'verify')
    if (!selection.ok) return refuse(selection.failure)
    const paint = out.paint('stdout')
    const colour = { works: 'green', dead: 'red', unknown: 'yellow' } as const
    const words = { works: 'works', dead: 'does not work', unknown: 'no answer' }
    // asked for by --all, a key with nobody to ask stays as it is: that is no reason to look into anything
    const isAll = !('names' in selection.value)
    const kept = await call('credential.list', { vendor: 'other' })
    if (!kept.ok) return refuse(kept.failure)
    const unasked = new Set(kept.value.map(({ name }) => name))
    const say = ({ name, state }: VerifyResult): string => (unasked.has(name) ? 'cannot be verified' : words[state])
    const print = (result: VerifyResult): void =>
      out.isJson ? out.json(result) : out.result(`${paint(colour[result.state], '●')} ${result.name}  ${say(result)}`)
    const silence = listen((event) => {
      if (event.type === 'credential.verified') print(event.result)
    })
    const done = await call('credential.verify', selection.value)
    silence()
    if (!done.ok) return refuse(done.failure)
    return exitOfVerify(done.value.filter(({ name }) => !(isAll && unasked.has(name))))
  },
}
