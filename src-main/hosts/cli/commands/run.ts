import { Option } from 'commander'
import type { Definition } from '../definition.ts'
import { badInput } from '../complaint.ts'
import { collect } from '../flags.ts'
import { runChild } from '../run-child.ts'

const OWN_FAILURE = 125

export const run: Definition = {
  define: (command) =>
    command
      .argument('<command...>', 'the program and its arguments, after --')
      .addOption(
        new Option('--env <VAR=name>', 'put the key of a credential into a variable').argParser(collect).default([]),
      ),
  examples: ['rekey run --env SCRAPEBIT_KEY=prod/scrapebit -- node crawl.js'],
  failsWith: OWN_FAILURE,
  hidesOpenRotations: true,
  run: async (context, command) => {
    const { call, env, refuse } = context
    const fail = (failure: Parameters<typeof refuse>[0]): number => {
      refuse(failure)
      return OWN_FAILURE
    }
    const pairs: (readonly [string, string])[] = []
    for (const pair of command.opts<{ readonly env: readonly string[] }>().env) {
      const [, variable, name] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/.exec(pair) ?? []
      if (variable === undefined || name === undefined)
        return fail(badInput('--env needs a variable and a name', 'like --env API_KEY=prod/scrapebit'))
      if (variable.startsWith('REKEY_'))
        return fail(badInput(`${variable} is not passed on`, 'REKEY_ variables are for rekey itself; choose another'))
      if (pairs.some(([other]) => other === variable))
        return fail(badInput(`${variable} is given twice`, 'one variable holds one key'))
      pairs.push([variable, name])
    }
    // nothing of ours goes along: not the passphrase file, not the data folder
    const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('REKEY_')))
    const keys: Record<string, string> = {}
    for (const [variable, name] of pairs) {
      const found = await call('credential.reveal', { name, evenIfOpen: false })
      if (!found.ok) return fail(found.failure)
      keys[variable] = found.value.secret
    }
    const [file = '', ...args] = command.args
    if (context.stopping.isStopped) return context.stopping.exitCode(OWN_FAILURE)
    await context.handOver()
    return runChild(file, args, { ...inherited, ...keys })
  },
}
