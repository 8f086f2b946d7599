import type { OperationName } from './operations.ts'

/**
 * The names of the operation table, for the far side of a process boundary, where the schemas have no business: the preload
 * and the page carry this list and no validator. The compiler refuses a name that is not in the table, and
 * test/app/window.test.ts a table entry that is not here.
 */
export const operationNames = [
  'credential.list',
  'credential.show',
  'credential.add',
  'credential.reveal',
  'credential.set',
  'credential.edit',
  'credential.rename',
  'credential.remove',
  'credential.verify',
  'history.list',
  'rotation.plan',
  'rotation.run',
  'guided.begin',
  'guided.paste',
  'guided.cancel',
  'rotation.recover',
  'rotation.stop',
  'rotation.open',
  'rotation.sealedReply',
  'vendor.list',
  'vendor.check',
  'vendor.unusable',
  'vendor.review',
  'vendor.trust',
  'vendor.schema',
  'vault.formats',
  'vault.find',
  'vault.preview',
  'vault.judge',
  'vault.import',
  'vault.forget',
  'vault.export',
  'vault.backup',
  'doctor.run',
  'store.changePassphrase',
  'host.about',
  'settings.read',
  'settings.change',
  'session.status',
  'session.lock',
  'session.unlock',
  'keychain.status',
  'keychain.choose',
  'keychain.unlock',
  'clipboard.copy',
  'clipboard.clear',
  'link.open',
  'sandbox.start',
  'sandbox.stop',
  'window.another',
] as const satisfies readonly OperationName[]

/** What a locked app still answers: enough to show that it is locked, and to be unlocked. */
export const answeredWhenLocked: ReadonlySet<OperationName> = new Set<OperationName>([
  'host.about',
  'settings.read',
  'session.status',
  'session.lock',
  'session.unlock',
])
