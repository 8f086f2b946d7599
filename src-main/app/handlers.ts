/** The operations that stand on vendor files, rotations and keychains: one file a group, loaded together and late. */
import { add } from './adding.ts'
import type { AppPorts } from './app-ports.ts'
import type { OperationName } from '../../src-contract/operations.ts'
import { makeContext, type Context, type Handler, type Handlers, type Running } from './context.ts'
import * as doctor from './doctor.ts'
import { edit, remove, rename } from './editing.ts'
import * as host from './host.ts'
import * as keychainChoice from './keychain-choice.ts'
import { reveal, set, verify } from './keys.ts'
import { changePassphrase } from './passphrase.ts'
import type { readers } from './reading.ts'
import * as rotating from './rotating.ts'
import * as session from './session.ts'
import * as vendorFiles from './vendor-files.ts'
import { openRegistry } from './vendor-registry.ts'

export const openContext = (ports: AppPorts, running: Running): Context =>
  makeContext(ports, openRegistry(ports), running)

/** Loaded at its first call: a rotation needs nothing of a vault, and does not wait for it. */
const late =
  <K extends OperationName>(load: () => Promise<Handler<K>>): Handler<K> =>
  async (context, input) =>
    (await load())(context, input)

export type WorkingHandlers = Omit<Handlers, keyof typeof readers>

export const handlers: WorkingHandlers = {
  'credential.add': add,
  'credential.reveal': reveal,
  'credential.set': set,
  'credential.edit': edit,
  'credential.rename': rename,
  'credential.remove': remove,
  'credential.verify': verify,
  'rotation.plan': rotating.plan,
  'rotation.run': rotating.run,
  'guided.begin': rotating.guidedBegin,
  'guided.paste': rotating.guidedPaste,
  'guided.cancel': rotating.guidedCancel,
  'rotation.recover': rotating.recover,
  'rotation.stop': rotating.stopRuns,
  'rotation.sealedReply': rotating.sealedReply,
  'vendor.list': vendorFiles.list,
  'vendor.check': vendorFiles.check,
  'vendor.unusable': vendorFiles.unusable,
  'vendor.review': vendorFiles.review,
  'vendor.trust': vendorFiles.trust,
  'vendor.schema': vendorFiles.schema,
  'vault.formats': late(async () => (await import('./vaults/previews.ts')).listFormats),
  'vault.find': late(async () => (await import('./vaults/previews.ts')).find),
  'vault.preview': late(async () => (await import('./vaults/previews.ts')).preview),
  'vault.vendorFiles': late(async () => (await import('./vaults/brought-vendors.ts')).listBrought),
  'vault.trustVendor': late(async () => (await import('./vaults/brought-vendors.ts')).trustBrought),
  'vault.import': late(async () => (await import('./vaults/importing.ts')).importVault),
  'vault.columns': late(async () => (await import('./vaults/table-columns.ts')).tableColumns),
  'vault.judge': late(async () => (await import('./vaults/judge-choices.ts')).judgeChoices),
  'vault.forget': late(async () => (await import('./vaults/previews.ts')).forget),
  'vault.export': late(async () => (await import('./vaults/exporting.ts')).exportVault),
  'vault.backup': late(async () => (await import('./vaults/backing-up.ts')).backUp),
  'doctor.run': doctor.run,
  'store.changePassphrase': changePassphrase,
  'host.about': host.about,
  'settings.read': host.readSettings,
  'settings.change': host.changeSettings,
  'session.status': session.status,
  'session.lock': session.lock,
  'session.unlock': session.unlock,
  'keychain.status': keychainChoice.status,
  'keychain.choose': keychainChoice.choose,
  'keychain.unlock': keychainChoice.unlock,
  'clipboard.copy': host.copy,
  'clipboard.clear': host.clear,
  'link.open': host.openLink,
  'sandbox.start': host.startSandbox,
  'sandbox.stop': host.stopSandbox,
  'window.another': host.anotherWindow,
}
