import { fail } from '../../../../src-contract/failures.ts'
import type { Result } from '../../../../src-contract/result.ts'
import type { Secret } from '../../../core/secret.ts'
import { err } from '../../../../src-contract/result.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { askPassphrase, noteOpenFile, readPassphraseFile } from '../passphrase-source.ts'

export const passphrase: Definition = {
  define: (command) => command.option('--new-passphrase-file <file>', 'the new passphrase, instead of asking'),
  examples: ['rekey passphrase'],
  run: async (context, command) => {
    const { call, env, out, refuse } = context
    const { newPassphraseFile } = command.opts<{ readonly newPassphraseFile?: string }>()
    const from = await one(context, env['REKEY_PASSPHRASE_FILE'], 'REKEY_PASSPHRASE_FILE', 'passphrase now', false)
    if (!from.ok) return refuse(from.failure)
    const to = await one(context, newPassphraseFile, '--new-passphrase-file', 'new passphrase', true)
    if (!to.ok) return refuse(to.failure)
    const done = await call('store.changePassphrase', {
      from: from.value.use((text) => text),
      to: to.value.use((text) => text),
    })
    if (!done.ok) return refuse(done.failure)
    out.result('the passphrase is changed')
    return 0
  },
}

async function one(
  { out, terminal }: Context,
  file: string | undefined,
  what: string,
  label: string,
  isRepeated: boolean,
): Promise<Result<Secret>> {
  if (file) {
    noteOpenFile(out, file, what)
    return readPassphraseFile(file, what)
  }
  if (terminal !== null) return askPassphrase(terminal, label, isRepeated)
  if (!isRepeated) return err(fail('needs-passphrase'))
  const unasked = { what: 'there is no terminal to ask for the new passphrase on', fix: `give ${what}` }
  return err(fail('bad-input', unasked))
}
