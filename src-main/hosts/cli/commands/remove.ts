import { Option } from 'commander'
import { fail } from '../../../../src-contract/failures.ts'
import { needsYes } from '../complaint.ts'
import type { Definition } from '../definition.ts'
import { eachOnce } from '../names.ts'

export const remove: Definition = {
  define: (command) =>
    command
      .argument('<name...>', 'the credentials')
      .option('--yes', 'do not ask')
      .addOption(new Option('--json', 'print a JSON line each')),
  examples: ['rekey remove old/scrapebit', 'rekey remove old/scrapebit --yes'],
  run: async ({ call, out, refuse, terminal }, command) => {
    const names = eachOnce(command.args)
    const { yes } = command.opts<{ readonly yes?: boolean }>()
    for (const name of names) {
      const shown = await call('credential.show', { name })
      if (!shown.ok) return refuse(shown.failure)
    }
    if (yes !== true) {
      if (terminal === null) return refuse(needsYes('this forgets a key for good'))
      const sure = await terminal.confirm(
        `forget ${names.join(', ')}? the key stays alive at its vendor, and here it is gone`,
      )
      if (!sure.ok) return refuse(sure.failure)
      if (!sure.value) return refuse(fail('cancelled'))
    }
    const removed = await call('credential.remove', { names })
    if (!removed.ok) return refuse(removed.failure)
    for (const gone of removed.value) {
      if (out.isJson) out.json(gone)
      else out.result(`removed ${gone.name}`)
    }
    return 0
  },
}
