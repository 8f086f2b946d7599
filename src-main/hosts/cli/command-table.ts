import type { CommandEntry } from './definition.ts'

/** Every command, in the order of the help. A command's own file is loaded only when it is the one. */
export const commandTable: readonly CommandEntry[] = [
  { name: 'add', summary: 'take a key into care', load: async () => (await import('./commands/add.ts')).add },
  { name: 'list', summary: 'list the keys', load: async () => (await import('./commands/list.ts')).list },
  {
    name: 'show',
    summary: 'show one key, without its secret',
    load: async () => (await import('./commands/show.ts')).show,
  },
  { name: 'get', summary: 'print the secret itself', load: async () => (await import('./commands/get.ts')).get },
  {
    name: 'run',
    summary: 'run a program with keys in its environment',
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'rotate',
    summary: 'replace keys at their vendors',
    load: async () => (await import('./commands/rotate.ts')).rotate,
  },
  { name: 'set', summary: 'put in a key you got elsewhere', load: async () => (await import('./commands/set.ts')).set },
  {
    name: 'verify',
    summary: 'ask the vendor whether keys work',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'recover',
    summary: 'settle rotations that are still open',
    load: async () => (await import('./commands/recover.ts')).recover,
  },
  {
    name: 'edit',
    summary: 'change what is known of a key',
    load: async () => (await import('./commands/edit.ts')).edit,
  },
  {
    name: 'rename',
    summary: 'give a key another name',
    load: async () => (await import('./commands/rename.ts')).rename,
  },
  {
    name: 'remove',
    summary: 'forget keys, here and in the keychain',
    load: async () => (await import('./commands/remove.ts')).remove,
  },
  { name: 'history', summary: 'show what happened', load: async () => (await import('./commands/history.ts')).history },
  { name: 'vendors', summary: 'list the vendors', load: async () => (await import('./commands/vendors.ts')).vendors },
  {
    name: 'vendor',
    summary: 'check or trust a vendor file',
    load: async () => (await import('./commands/vendor.ts')).vendor,
  },
  {
    name: 'import',
    summary: 'take keys in from a vault, a table or a tool',
    load: async () => (await import('./commands/import.ts')).importKeys,
  },
  {
    name: 'export',
    summary: 'write keys out to a vault or a table',
    load: async () => (await import('./commands/export.ts')).exportKeys,
  },
  {
    name: 'backup',
    summary: 'write everything into one sealed file, and keep the last few',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    name: 'formats',
    summary: 'list what import and export know',
    load: async () => (await import('./commands/formats.ts')).formats,
  },
  {
    name: 'serve',
    summary: 'open the window in a browser',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'sandbox',
    summary: 'start the vendors on this machine, to try things',
    load: async () => (await import('./commands/sandbox.ts')).sandbox,
  },
  {
    name: 'demo',
    summary: 'see rekey at work, with nothing at stake',
    load: async () => (await import('./commands/demo-entry.ts')).demo,
  },
  {
    name: 'doctor',
    summary: 'see whether everything is in order',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'passphrase',
    summary: 'change the passphrase of the sealed store',
    load: async () => (await import('./commands/passphrase.ts')).passphrase,
  },
  {
    name: 'completion',
    summary: 'print a completion script for your shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    name: '__complete',
    summary: 'words for a completion script',
    isHidden: true,
    load: async () => (await import('./commands/complete-words.ts')).completeWords,
  },
]
