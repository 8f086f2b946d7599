import type { Definition } from '../definition.ts'
import { badInput } from '../complaint.ts'

type Options = { readonly reveal?: boolean; readonly evenIfOpen?: boolean; readonly field?: string }

export const get: Definition = {
  define: (command) =>
    command
      .argument('<name>', 'the credential')
      .option('--reveal', 'show it on a terminal too')
      .option('--field <field>', 'what an import kept beside the key, such as notes')
      .option('--even-if-open', 'although a rotation of it is open: it may be the dead one'),
  examples: [
    'rekey get prod/scrapebit | pbcopy',
    'curl -H "Authorization: Bearer $(rekey get prod/scrapebit)" https://api.scrapebit.com/v1/user/profile',
  ],
  run: async ({ call, out, refuse }, command) => {
    const [name = ''] = command.args
    const { reveal, evenIfOpen, field } = command.opts<Options>()
    if (out.isTerminal('stdout') && reveal !== true) {
      return refuse(
        badInput('a terminal shows the key to whoever is looking', `pipe it, or rekey get ${name} --reveal`),
      )
    }
    const found = await call('credential.reveal', {
      name,
      evenIfOpen: evenIfOpen === true,
      ...(field === undefined ? {} : { field }),
    })
    if (!found.ok) return refuse(found.failure)
    out.result(found.value.secret)
    return 0
  },
}
