import { escapeText } from '../../../../src-contract/escape.ts'
import { badInput } from '../complaint.ts'
import type { Definition } from '../definition.ts'

/** On a pipe the secret goes out byte for byte and one newline after it; on a terminal only if the person says so. */
export const get: Definition = {
  define: (command) =>
    command
      .argument('<name>')
      .option('--reveal', 'show it on the terminal')
      .option('--even-if-open', 'even though a rotation is open and it may be dead'),
  examples: ['rekey get prod/scrapebit | wl-copy', 'curl -H "Authorization: Bearer $(rekey get prod/scrapebit)" …'],
  run: async ({ out, call, refuse }, command) => {
    const { reveal, evenIfOpen } = command.opts<{ reveal?: boolean; evenIfOpen?: boolean }>()
    const isTerminal = out.isTerminal('stdout')
    if (isTerminal && reveal !== true) {
      return refuse(badInput('standard output is a terminal, which would show the key', 'add --reveal, or pipe it into something'))
    }
    const revealed = await call('credential.reveal', { name: command.args[0] ?? '', evenIfOpen: evenIfOpen === true })
    if (!revealed.ok) return refuse(revealed.failure)
    out.result(isTerminal ? escapeText(revealed.value.secret) : revealed.value.secret)
    return 0
  },
}
