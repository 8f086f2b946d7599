import type { Secret } from '../../../core/secret.ts'
import { fail } from '../../../../src-contract/failures.ts'
import type { Definition } from '../definition.ts'
import { askPassphrase, readPassphraseFile } from '../passphrase-source.ts'

/** Asks for the old one, the new one, and the new one again; files stand in for either where nobody is there to ask. */
export const passphrase: Definition = {
  define: (command) => command.option('--new-passphrase-file <file>', 'read the new one from the first line of a file'),
  examples: ['rekey passphrase', 'REKEY_PASSPHRASE_FILE=old.txt rekey passphrase --new-passphrase-file new.txt'],
  run: async ({ out, env, call, refuse, terminal }, command) => {
    const oldFile = env['REKEY_PASSPHRASE_FILE']
    const newFile = command.opts<{ newPassphraseFile?: string }>().newPassphraseFile
    if (terminal === null && (!oldFile || newFile === undefined)) return refuse(fail('needs-passphrase'))
    const ask = (label: string, isRepeated: boolean) =>
      terminal === null ? Promise.resolve({ ok: false as const, failure: fail('needs-passphrase') }) : askPassphrase(terminal, label, isRepeated)
    const from = oldFile ? readPassphraseFile(oldFile, 'REKEY_PASSPHRASE_FILE') : await ask('passphrase now', false)
    if (!from.ok) return refuse(from.failure)
    const to = newFile === undefined ? await ask('new passphrase', true) : readPassphraseFile(newFile, '--new-passphrase-file')
    if (!to.ok) return refuse(to.failure)
    const changed = await call('store.changePassphrase', { from: reveal(from.value), to: reveal(to.value) })
    if (!changed.ok) return refuse(changed.failure)
    out.result('the passphrase is changed')
    if (oldFile) out.note('REKEY_PASSPHRASE_FILE still names a file with the old one')
    return 0
  },
}

const reveal = (secret: Secret): string => secret.use((value) => value)
