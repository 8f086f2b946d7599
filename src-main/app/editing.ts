/** Changes to what is known of a credential. None touches a key at its vendor; all refuse while a rotation is open. */
import { fail } from '../../src-contract/failures.ts'
import type { ParsedInputOf } from '../../src-contract/operations.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { Credential } from '../core/credentials/credential.ts'
import { userItem } from '../core/credentials/custody.ts'
import { originOf } from '../core/rotation/run.ts'
import { Secret } from '../core/secret.ts'
import { prove, putInput, type Proof } from './adding.ts'
import { moveItems, removeItems } from './item-moves.ts'
import { closed, leased, named, view, type Context, type Handler } from './context.ts'
import { checkTraits, type Traits } from './traits.ts'

export const edit: Handler<'credential.edit'> = (context, input) =>
  leased(context, input.name, async (credential) => {
    const free = closed(context, credential)
    if (!free.ok) return free
    const { ledger, clock } = context.ports
    const operatorNow =
      credential.operatorId === null ? null : (ledger.credentialById(credential.operatorId)?.name ?? null)
    const traits = checkTraits(context, {
      name: credential.name,
      vendor: credential.vendor,
      baseUrl: input.baseUrl ?? credential.baseUrl,
      inputs: { ...credential.inputs, ...input.inputs },
      secretInputs: input.secretInputs,
      operator: input.operator ?? operatorNow,
      hasTrust: input.caPem !== undefined || input.pinSha256 !== undefined,
    })
    if (!traits.ok) return traits
    const origin = originOf(traits.value.baseUrl ?? '')
    const isElsewhere = origin !== originOf(credential.baseUrl ?? '')
    if (isElsewhere) {
      const users = ledger.credentials().filter((other) => other.operatorId === credential.id)
      if (users.length > 0) return err(inUse(credential, users))
    }
    const moved = await proveMoved(context, credential, traits.value, input)
    if (!moved.ok) return moved
    const { hasMoved, proof } = moved.value
    const subject = traits.value.subject ?? (isElsewhere ? proof.subject : null) ?? credential.subject
    const same = subject === null ? null : ledger.credentialBySubject(credential.vendor, origin, subject)
    if (same && same.id !== credential.id) {
      return err(fail('known-subject', { subject: subject ?? '', vendor: credential.vendor, name: same.name }))
    }
    const secretNames = Object.keys(input.secretInputs)
    if (secretNames.length > 0) {
      const custody = await context.custody(credential.store)
      if (!custody.ok) return custody
      for (const [name, value] of Object.entries(input.secretInputs)) {
        const isOurs = credential.secretInputs.includes(name)
        const kept = await putInput(custody.value, userItem(credential.name, name), Secret.of(value), { isOurs })
        if (!kept.ok) return kept
      }
    }
    const tags = [...new Set([...credential.tags, ...input.tags])].filter((tag) => !input.removeTags.includes(tag))
    const patch: Partial<Credential> = {
      baseUrl: traits.value.baseUrl,
      inputs: traits.value.inputs,
      secretInputs: [...new Set([...credential.secretInputs, ...secretNames])],
      subject,
      operatorId: traits.value.operator?.id ?? null,
      tags,
      // whoever says it, or says another, has confirmed it
      unconfirmed: credential.unconfirmed.filter((what) =>
        what === 'address' ? input.baseUrl === undefined : input.operator === undefined,
      ),
      usedBy: [...new Set([...credential.usedBy, ...input.usedBy])],
      // what was proven before was proven for another principal or address
      ...(hasMoved ? { verifiedAt: proof.sight === 'works' ? clock.now().toISOString() : null } : {}),
      ...(input.label === undefined ? {} : { label: input.label === '' ? null : input.label }),
      ...(input.maxAgeDays === undefined ? {} : { maxAgeDays: input.maxAgeDays }),
      ...(input.clearExpiresAt
        ? { expiresAt: null }
        : input.expiresAt === undefined
          ? {}
          : { expiresAt: input.expiresAt }),
      ...(input.caPem === undefined && input.pinSha256 === undefined
        ? {}
        : { tls: { caPem: input.caPem ?? null, pinSha256: input.pinSha256 ?? null } }),
    }
    ledger.transaction(() => {
      ledger.updateCredential(credential.id, patch)
      const changed = Object.entries(patch).filter(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify(credential[key as keyof Credential]),
      )
      const detail = { changed: changed.map(([key]) => key) }
      ledger.appendHistory({
        at: clock.now().toISOString(),
        name: credential.name,
        event: 'edited',
        rotationId: null,
        detail,
      })
    })
    context.emit({ type: 'credentials.changed', names: [credential.name] })
    return ok(view(context, { ...credential, ...patch }))
  })

/** A key that its vendor does not know under the new address or inputs would be called dead by the next rotation. */
async function proveMoved(
  context: Context,
  credential: Credential,
  traits: Traits,
  { unproven, caPem, pinSha256 }: ParsedInputOf<'credential.edit'>,
): Promise<Result<{ readonly hasMoved: boolean; readonly proof: Proof }>> {
  const unasked = { sight: 'not-asked', subject: null } as const
  const isElsewhere = originOf(traits.baseUrl ?? '') !== originOf(credential.baseUrl ?? '')
  const isOther = traits.subject !== null && traits.subject !== credential.subject
  const hasMoved = isOther || traits.baseUrl !== credential.baseUrl
  if (!hasMoved || unproven || !traits.found?.vendor.probe) return ok({ hasMoved, proof: unasked })
  const custody = await context.custody(credential.store)
  if (!custody.ok) return custody
  const key = await custody.value.readKnown(userItem(credential.name))
  if (!key.ok) return key
  const hasTrust = caPem !== undefined || pinSha256 !== undefined
  const draft: Credential = {
    ...credential,
    baseUrl: traits.baseUrl,
    inputs: traits.inputs,
    subject: traits.subject ?? (isElsewhere ? null : credential.subject),
    tls: hasTrust ? { caPem: caPem ?? null, pinSha256: pinSha256 ?? null } : credential.tls,
  }
  const proof = await prove(context, draft, traits, key.value, false)
  if (proof.ok) return ok({ hasMoved, proof: proof.value })
  return proof.failure.code === 'wrong-subject' || proof.failure.code === 'tls-unknown'
    ? proof
    : err(fail('key-does-not-fit', { name: credential.name, vendor: traits.found.file.name }))
}

const inUse = (credential: Credential, users: readonly Credential[]) =>
  fail('operator-in-use', { name: credential.name, users: users.map((user) => user.name).join(', ') })

export const rename: Handler<'credential.rename'> = (context, input) =>
  leased(context, input.name, async (credential) => {
    const free = closed(context, credential)
    if (!free.ok) return free
    const { ledger, clock } = context.ports
    const taken = ledger.credentialByName(input.to)
    if (taken && taken.id !== credential.id) return err(fail('name-taken', { name: taken.name }))
    if (input.to === credential.name) return ok(view(context, credential))
    const opened = await context.custody(credential.store)
    if (!opened.ok) return opened
    const custody = opened.value
    const commit = (): void => {
      ledger.updateCredential(credential.id, { name: input.to })
      const detail = { from: credential.name }
      ledger.appendHistory({
        at: clock.now().toISOString(),
        name: input.to,
        event: 'renamed',
        rotationId: null,
        detail,
      })
    }
    const moved = await moveItems(context, { custody, credential, to: input.to, commit })
    if (!moved.ok) return moved
    context.emit({ type: 'credentials.changed', names: [credential.name, input.to] })
    return ok(view(context, { ...credential, name: input.to }))
  })

export const remove: Handler<'credential.remove'> = async (context, input) => {
  const targets: Credential[] = []
  for (const name of new Set(input.names)) {
    const credential = named(context, name)
    if (!credential.ok) return credential
    const checked = removable(context, credential.value, input.names)
    if (!checked.ok) return checked
    if (!targets.some((target) => target.id === credential.value.id)) targets.push(credential.value)
  }
  for (const target of usersFirst(targets)) {
    const gone = await leased(context, target.name, (credential) => removeOne(context, credential))
    if (!gone.ok) return gone
  }
  const names = targets.map((target) => target.name)
  context.emit({ type: 'credentials.changed', names })
  return ok(names.map((name) => ({ name })))
}

/** An operator goes after those it rotates: its own item must not go while the ledger still refuses to let it go. */
function usersFirst(targets: readonly Credential[]): readonly Credential[] {
  const free = targets.filter((target) => !targets.some((other) => other.operatorId === target.id))
  const left = targets.filter((target) => !free.includes(target))
  return free.length === 0 ? targets : left.length === 0 ? free : [...free, ...usersFirst(left)]
}

function removable(context: Context, credential: Credential, together: readonly string[]): Result<null> {
  const going = new Set(together.map((name) => name.toLowerCase()))
  const users = context.ports.ledger
    .credentials()
    .filter((other) => other.operatorId === credential.id && !going.has(other.name.toLowerCase()))
  return users.length > 0 ? err(inUse(credential, users)) : closed(context, credential)
}

async function removeOne(context: Context, credential: Credential): Promise<Result<void>> {
  const { ledger, clock } = context.ports
  // asked again under the lease: another process may have begun a rotation, or made it an operator
  const free = removable(context, credential, [])
  if (!free.ok) return free
  const custody = await context.custody(credential.store)
  if (!custody.ok) return custody
  const gone = await removeItems(custody.value, credential)
  if (!gone.ok) return gone
  // what escrow still holds of its keys goes with it: nobody would be left to dismiss it
  const files = new Set(context.ports.escrow.list())
  for (const { id } of ledger.rotationsOf(credential.id)) {
    const dropped = files.has(id) ? context.ports.escrow.remove(id) : ok(undefined)
    if (!dropped.ok) return dropped
  }
  ledger.transaction(() => {
    const detail = { vendor: credential.vendor, fingerprint: credential.fingerprint }
    ledger.appendHistory({
      at: clock.now().toISOString(),
      name: credential.name,
      event: 'removed',
      rotationId: null,
      detail,
    })
    ledger.removeCredential(credential.id)
  })
  return ok(undefined)
}
