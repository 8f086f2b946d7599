/** Operations on the key itself: give it out, put another in, ask its vendor whether it works. */
import { explain, fail, type Failure } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VerifyResult } from '../../src-contract/views.ts'
import type { Credential } from '../core/credentials/credential.ts'
import { unconfirmed } from '../core/credentials/confirmed.ts'
import { userItem, type Custody } from '../core/credentials/custody.ts'
import { eachOf } from '../core/rotation/gate.ts'
import { contextOf, whoIs } from '../core/rotation/prepare.ts'
import { recoverOpen } from '../core/rotation/recover.ts'
import { askVendor } from '../core/rotation/run.ts'
import { setKey } from '../core/rotation/set-key.ts'
import type { Secret } from '../core/secret.ts'
import { closed, leased, named, select, type Context, type Handler } from './context.ts'
import { checkSecret } from './secret-input.ts'
import { KEPT, keptOf, keptValue, nothingKept } from './vaults/kept.ts'

const VERIFY_CONCURRENCY = 16

export const reveal: Handler<'credential.reveal'> = async (context, input) => {
  const key = await giveOut(context, input, 'revealed')
  return key.ok ? ok({ secret: key.value.use((value) => value) }) : key
}

/** The key, for somebody who asked for it. A window's asking is counted, limited and kept in the history. */
export async function giveOut(
  context: Context,
  input: { readonly name: string; readonly evenIfOpen: boolean; readonly field?: string | undefined },
  how: 'revealed' | 'copied',
): Promise<Result<Secret>> {
  const found = named(context, input.name)
  if (!found.ok) return found
  const credential = found.value
  if (!input.evenIfOpen) {
    const free = closed(context, credential)
    if (!free.ok) return free
  }
  const wait = context.revealProblem()
  if (wait) return err(wait)
  const custody = await context.custody(credential.store)
  if (!custody.ok) return custody
  const read = await custody.value.readKnown(userItem(credential.name))
  if (!read.ok) return read
  if (!input.evenIfOpen && custody.value.fingerprint(read.value) !== credential.fingerprint) {
    return err(fail('superseded-before', { name: credential.name }))
  }
  const given = input.field === undefined ? ok(read.value) : await keptField(custody.value, credential, input.field)
  if (!given.ok) return given
  if (context.ports.window !== null) {
    const at = context.ports.clock.now().toISOString()
    context.ports.ledger.appendHistory({ at, name: credential.name, event: how, rotationId: null, detail: {} })
  }
  return given
}

/** What an import kept beside the key, by its name. */
async function keptField(custody: Custody, credential: Credential, field: string): Promise<Result<Secret>> {
  if (!credential.secretInputs.includes(KEPT)) return keptValue(nothingKept, field, credential.name)
  const item = await custody.readKnown(userItem(credential.name, KEPT))
  if (!item.ok) return item
  return item.value.use((text) => keptValue(keptOf(text), field, credential.name))
}

export const set: Handler<'credential.set'> = async (context, input) => {
  const checked = checkSecret(input.secret)
  if (!checked.ok) return checked
  const result = await leased(context, input.name, async (credential) => {
    const open = context.ports.ledger.openRotationOf(credential.id)
    // recovery first: what is sealed may still be the key, and a person's key settles what is left
    if (open) await recoverOpen(context.deps, open)
    const now = context.ports.ledger.credentialById(credential.id) ?? credential
    return setKey(context.deps, now, checked.value, { unproven: input.unproven })
  })
  if (result.ok) {
    context.emit({ type: 'rotation.ended', result: result.value })
    context.emit({ type: 'credentials.changed', names: [result.value.name] })
  }
  return result
}

export const verify: Handler<'credential.verify'> = async (context, input) => {
  const selected = select(context, input)
  if (!selected.ok) return selected
  const results = new Map<string, VerifyResult>()
  for (const kind of new Set(selected.value.map((credential) => credential.store))) {
    const custody = await context.custody(kind)
    if (!custody.ok) return custody
  }
  await eachOf(selected.value, VERIFY_CONCURRENCY, async (credential) => {
    const result = await verifyOne(context, credential)
    results.set(credential.id, result)
    context.emit({ type: 'credential.verified', result })
  })
  return ok(selected.value.flatMap((credential) => results.get(credential.id) ?? []))
}

async function verifyOne(context: Context, credential: Credential): Promise<VerifyResult> {
  const state = await ask(context, credential)
  const checkedAt = context.ports.clock.now().toISOString()
  // a dead key is not taken for unverified for ever: the ledger follows what was seen
  if (state === 'works') context.ports.ledger.updateCredential(credential.id, { verifiedAt: checkedAt })
  if (state === 'dead') context.ports.ledger.updateCredential(credential.id, { verifiedAt: null })
  return { name: credential.name, state, checkedAt }
}

async function ask(context: Context, credential: Credential): Promise<VerifyResult['state']> {
  const unasked = (failure: Failure): 'unknown' => {
    // a key of no vendor is known to have nobody to ask
    if (failure.code !== 'no-vendor-file')
      context.emit({ type: 'notice.given', sentence: `${credential.name}: ${explain(failure).message}` })
    return 'unknown'
  }
  const vendor = context.registry.find(credential.vendor)
  if (!vendor.ok) return unasked(vendor.failure)
  if (!vendor.value.probe) return unasked(fail('no-probe', { vendor: vendor.value.name }))
  const unsaid = unconfirmed(credential, null)
  if (unsaid) return unasked(unsaid)
  const custody = await context.custody(credential.store)
  if (!custody.ok) return unasked(custody.failure)
  const key = await custody.value.readKnown(userItem(credential.name))
  if (!key.ok) return unasked(key.failure)
  const look = {
    vendor: vendor.value,
    context: contextOf(credential, null),
    tls: credential.tls,
    who: whoIs(credential),
  }
  return (await askVendor(context.deps, look, key.value)).answer
}
