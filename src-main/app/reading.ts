/** Operations that only read the ledger. None of them opens a keychain. */
import { ok } from '../../src-contract/result.ts'
import { named, view, viewOf, type Reader } from './context.ts'

const list: Reader<'credential.list'> = (context, input) => {
  const { ledger, clock } = context.ports
  const now = clock.now()
  const all = ledger.credentials()
  const names = new Map(all.map((credential) => [credential.id, credential.name]))
  const open = new Map(ledger.openRotations().map((record) => [record.credentialId, record]))
  const views = all
    .filter((credential) => input.tag === undefined || credential.tags.includes(input.tag))
    .filter((credential) => input.vendor === undefined || credential.vendor === input.vendor)
    .map((credential) => {
      const operator = credential.operatorId === null ? null : (names.get(credential.operatorId) ?? null)
      return viewOf(credential, open.get(credential.id) ?? null, operator, now)
    })
    .filter((found) => input.state === undefined || found.state === input.state)
  return ok(views)
}

const show: Reader<'credential.show'> = (context, input) => {
  const credential = named(context, input.name)
  if (!credential.ok) return credential
  const history = context.ports.ledger.history({ name: credential.value.name, limit: 50 })
  return ok({ ...view(context, credential.value), history: [...history] })
}

const history: Reader<'history.list'> = (context, input) => {
  const { name, events, limit } = input
  const query = { limit, ...(name === undefined ? {} : { name }), ...(events === undefined ? {} : { events }) }
  return ok([...context.ports.ledger.history(query)])
}

export const open: Reader<'rotation.open'> = (context) =>
  ok(
    context.ports.ledger.openRotations().map((record) => ({
      name: context.ports.ledger.credentialById(record.credentialId)?.name ?? record.snapshot.credentialName,
      rotationId: record.id,
      outcome: record.outcome,
    })),
  )

export const readers = {
  'credential.list': list,
  'credential.show': show,
  'history.list': history,
  'rotation.open': open,
}
