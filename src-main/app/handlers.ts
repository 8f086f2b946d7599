/** The operations that stand on vendor files, rotations and keychains: one file a group, loaded together and late. */
import { add } from './adding.ts'
import type { AppPorts } from './app-ports.ts'
import { makeContext, type Context, type Handlers, type Running } from './context.ts'
import * as doctor from './doctor.ts'
import { edit, remove, rename } from './editing.ts'
import * as host from './host.ts'
import * as keychainChoice from './keychain-choice.ts'
import { reveal, set, verify } from './keys.ts'
import { changePassphrase } from './passphrase.ts'
import type { readers } from './reading.ts'
import * as rotating from './rotating.ts'
import * as session from './session.ts'
import { exportVault } from './vaults/exporting.ts'
import { importVault } from './vaults/importing.ts'
import * as previews from './vaults/previews.ts'
import * as vendorFiles from './vendor-files.ts'
import { openRegistry } from './vendor-registry.ts'

export const openContext = (ports: AppPorts, running: Running): Context =>
  makeContext(ports, openRegistry(ports), running)

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
  'vault.formats': previews.listFormats,
  'vault.find': previews.find,
  'vault.preview': previews.preview,
  'vault.import': importVault,
  'vault.forget': previews.forget,
  'vault.export': exportVault,
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
