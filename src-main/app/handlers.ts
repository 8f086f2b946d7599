/** The operations that stand on vendor files, rotations and keychains: one file a group, loaded together and late. */
import { add } from './adding.ts'
import type { AppPorts, Emit } from './app-ports.ts'
import { makeContext, type Context, type Handlers } from './context.ts'
import * as doctor from './doctor.ts'
import { edit, remove, rename } from './editing.ts'
import { reveal, set, verify } from './keys.ts'
import { changePassphrase } from './passphrase.ts'
import type { readers } from './reading.ts'
import * as rotating from './rotating.ts'
import * as vendorFiles from './vendor-files.ts'
import { openRegistry } from './vendor-registry.ts'

export const openContext = (ports: AppPorts, emit: Emit, isStopping: () => boolean): Context =>
  makeContext(ports, openRegistry(ports), emit, isStopping)

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
  'rotation.sealedReply': rotating.sealedReply,
  'vendor.list': vendorFiles.list,
  'vendor.check': vendorFiles.check,
  'vendor.review': vendorFiles.review,
  'vendor.trust': vendorFiles.trust,
  'vendor.schema': vendorFiles.schema,
  'doctor.run': doctor.run,
  'store.changePassphrase': changePassphrase,
}
