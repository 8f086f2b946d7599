import { badInput } from '../complaint.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { collect } from '../flags.ts'
import { needsAttention } from '../open-rotations.ts'
import { runChild } from '../run-child.ts'

/**
 * Runs a program with keys in its environment and nothing of ours: REKEY_* is stripped. Exits as the program does; what
 * fails on our side, an open rotation too, is 125, so that it cannot be taken for the program's own code.
 */
const ownFailure = 125

type Variable = { readonly variable: string; readonly name: string }

function readVariables(pairs: readonly string[]): readonly Variable[] | string {
  const variables: Variable[] = []
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const variable = pair.slice(0, Math.max(at, 0))
    const name = pair.slice(at + 1)
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) || name === '') return '--env needs a variable, an equals sign and a name'
    if (variable.startsWith('REKEY_')) return 'variables that start with REKEY_ are rekey’s own and are not passed on'
    if (variables.some((other) => other.variable === variable)) return `--env ${variable} is given twice`
    variables.push({ variable, name })
  }
  return variables.length === 0 ? 'no --env is given' : variables
}

/** The environment of the program. Same-user processes can read it: that is the price of a variable. */
async function environment(
  { call, env, refuse }: Context,
  variables: readonly Variable[],
): Promise<Record<string, string | undefined> | null> {
  const result = Object.fromEntries(Object.entries(env).filter(([name]) => !/^REKEY_/i.test(name)))
  const known = new Map<string, string>()
  for (const { variable, name } of variables) {
    let secret = known.get(name.toLowerCase())
    if (secret === undefined) {
      const revealed = await call('credential.reveal', { name })
      if (!revealed.ok) {
        refuse(revealed.failure)
        return null
      }
      secret = revealed.value.secret
      known.set(name.toLowerCase(), secret)
    }
    result[variable] = secret
  }
  return result
}

export const run: Definition = {
  failsWith: ownFailure,
  hidesOpenRotations: true,
  define: (command) =>
    command
      .argument('<program>')
      .argument('[words...]')
      .option('--env <VAR=name>', 'a variable, and the credential whose key it gets; may be repeated', collect, [])
      .passThroughOptions(),
  examples: [
    'rekey run --env SCRAPEBIT_API_KEY=prod/scrapebit -- npm start',
    "rekey run --env A=one --env B=two -- sh -c 'echo ${#A} ${#B}'",
  ],
  run: async (context, command) => {
    const { refuse, stopping, out } = context
    const variables = readVariables(command.opts<{ env: readonly string[] }>().env)
    if (typeof variables === 'string') {
      refuse(badInput(variables, 'like --env API_KEY=prod/scrapebit'))
      return ownFailure
    }
    const env = await environment(context, variables)
    if (env === null || stopping.isStopped) return stopping.exitCode(ownFailure)
    await needsAttention(context)
    await context.handOver()
    const [program = '', ...words] = command.args
    const code = await runChild(program, words, env)
    if (code.failed !== null) out.complain({ code: 'bad-input', message: `${program} ${code.failed}`, hint: '', exit: code.code })
    return code.code
  },
}
