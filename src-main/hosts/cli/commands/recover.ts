import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { fail } from '../../../../src-contract/failures.ts'
import { badInput, needsYes } from '../complaint.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { exitOfRecovery } from '../exit-code.ts'
import { showLive } from '../live-results.ts'
import { eachOnce } from '../names.ts'

type Options = {
  readonly settle?: 'old' | 'new' | 'neither'
  readonly showReply?: boolean
  readonly here?: boolean
  readonly yes?: boolean
}

export const recover: Definition = {
  define: (command) =>
    command
      .argument('[name...]', 'only these; without names, all that is open')
      .addOption(new Option('--settle <which>', 'your word on which key works').choices(['old', 'new', 'neither']))
      .option('--show-reply', "show the vendor's sealed answer, on a terminal only")
      .option('--here', 'go on with a data folder that another machine used')
      .option('--yes', 'do not ask')
      .addOption(new Option('--json', 'print a JSON line each')),
  examples: ['rekey recover', 'rekey recover prod/scrapebit --settle old', 'rekey recover prod/scrapebit --show-reply'],
  isRotation: true,
  run: async (context, command) => {
    const names = eachOnce(command.args)
    const options = command.opts<Options>()
    const { call, refuse } = context
    if (options.showReply === true) return showReply(context, names)
    if (options.settle !== undefined) {
      if (names.length === 0) return refuse(badInput('--settle needs a name', 'rekey recover <name> --settle old'))
      if (options.yes !== true) {
        if (context.terminal === null) return refuse(needsYes('--settle takes your word for it'))
        const sure = await context.terminal.confirm(question(names, options.settle))
        if (!sure.ok) return refuse(sure.failure)
        if (!sure.value) return refuse(fail('cancelled'))
      }
    }
    const stop = showLive(context, names.length)
    const done = await call('rotation.recover', {
      names,
      here: options.here === true,
      ...(options.settle !== undefined && { settle: options.settle }),
    })
    stop(done.ok ? done.value : [])
    return done.ok ? exitOfRecovery(done.value.map((result) => result.settled)) : refuse(done.failure)
  },
}

const question = (names: readonly string[], word: 'old' | 'new' | 'neither'): string => {
  const what = {
    old: 'keep the old key of',
    new: 'store the sealed new key of',
    neither: 'close, with neither key, the rotation of',
  }[word]
  return `${what} ${names.join(', ')}, and drop what was kept to recover it?`
}

async function showReply({ call, out, terminal, refuse }: Context, names: readonly string[]): Promise<number> {
  const [name] = names
  if (name === undefined || names.length > 1)
    return refuse(badInput('--show-reply takes one name', 'rekey recover <name> --show-reply'))
  if (terminal === null || !out.isTerminal('stdout'))
    return refuse(fail('not-on-a-pipe', { what: "a vendor's reply may hold a key: it" }))
  const shown = await call('rotation.sealedReply', { name })
  if (!shown.ok) return refuse(shown.failure)
  for (const line of shown.value.reply.split(/\r?\n/)) out.result(escapeText(line))
  return 0
}
