/**
 * Everything before `sent`: nothing here is durable at the vendor, and any failure ends `not-sent`, `not-started` or
 * `cancelled`. In order: pace, keychain, the old key as the ledger knows it, the baseline probe, the session, the place for
 * the reply, the courier. A captive portal, a wrong address or a stale item is found here, before the point of no return.
 */
import { fail, type Failure } from '../../../src-contract/failures.ts'
import type { KeySight } from '../../../src-contract/outcomes.ts'
import { unconfirmed } from '../credentials/confirmed.ts'
import type { Credential } from '../credentials/credential.ts'
import { userItem, type Custody } from '../credentials/custody.ts'
import { paceStop, type PaceSubject } from '../policy/pace.ts'
import type { PreparedOrder, Vendor, VendorContext } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { hostOf } from './engine.ts'
import { askVendor, originOf, type Deps } from './run.ts'

export type Stop = {
  readonly outcome: 'not-started' | 'not-sent' | 'cancelled' | 'superseded' | 'needs-person'
  readonly failure: Failure
  readonly oldKey: KeySight
  readonly retryAfterSeconds?: number
}

export type Ready = {
  readonly vendor: Vendor
  readonly context: VendorContext
  readonly custody: Custody
  readonly who: PaceSubject
  readonly operator: Credential | null
  readonly old: Secret
  readonly baseline: KeySight
}

export type Prepared = Ready & { readonly order: PreparedOrder; readonly escrowPath: string }

export const stop = (
  outcome: Stop['outcome'],
  failure: Failure,
  oldKey: KeySight = 'unknown',
): { readonly stop: Stop } => ({
  stop: { outcome, failure, oldKey },
})

export const contextOf = (credential: Credential, operator: Credential | null): VendorContext => ({
  baseUrl: credential.baseUrl ?? '',
  inputs: credential.inputs,
  operatorInputs: operator?.inputs ?? null,
})

export const whoIs = (credential: Credential): PaceSubject => ({
  origin: originOf(credential.baseUrl ?? ''),
  subject: credential.subject,
  credentialId: credential.id,
  account: credential.inputs['account'] ?? null,
})

/** Finds everything out without opening a session or a file: what a dry run does too. */
export async function baseline(
  deps: Deps,
  credential: Credential,
  options: { readonly unproven: boolean },
): Promise<Ready | { readonly stop: Stop }> {
  const found = deps.vendors.find(credential.vendor)
  if (!found.ok) return stop('not-started', found.failure)
  const vendor = found.value
  const operator = credential.operatorId === null ? null : deps.ledger.credentialById(credential.operatorId)
  const open = unconfirmed(credential, operator)
  if (open) return stop('not-started', open)
  const context = contextOf(credential, operator)
  const who = whoIs(credential)

  const pace = paceStop(deps.ledger, deps.clock, vendor, who)
  if (pace) {
    const failure = fail('pace', { vendor: vendor.name, limit: pace.limit })
    return { stop: { outcome: 'not-started', failure, oldKey: 'unknown', retryAfterSeconds: pace.retryAfterSeconds } }
  }
  const opened = await deps.custody(credential.store)
  if (!opened.ok) return stop('not-sent', opened.failure)
  const custody = opened.value
  const confirmed = await custody.confirmEscrowKey()
  if (!confirmed.ok) return stop('not-sent', confirmed.failure)
  const old = await custody.readKnown(userItem(credential.name))
  if (!old.ok) return stop('not-sent', old.failure)
  if (custody.fingerprint(old.value) !== credential.fingerprint) {
    return stop('superseded', fail('superseded-before', { name: credential.name }))
  }
  const ready = { vendor, context, custody, who, operator, old: old.value }
  if (options.unproven) return { ...ready, baseline: 'unknown' }
  if (!vendor.probe) return stop('not-sent', fail('no-probe', { vendor: vendor.name }))
  const seen = await askVendor(deps, { vendor, context, tls: credential.tls, who }, old.value)
  if (seen.answer === 'works') {
    if (seen.subject !== null && credential.subject !== null && seen.subject !== credential.subject) {
      return stop('not-sent', fail('wrong-subject', { found: seen.subject, expected: credential.subject }), 'works')
    }
    return { ...ready, baseline: 'works' }
  }
  if (seen.answer === 'dead') return stop('not-sent', fail('old-key-dead-before', { name: credential.name }), 'dead')
  const host = hostOf(context.baseUrl)
  const why = seen.failure
    ? `${host} gave no answer (${seen.failure})`
    : `its answer is not one its file knows (${seen.reply?.status ?? 0})`
  return stop('not-sent', fail('not-proven', { vendor: vendor.name, why }))
}

/** The session, the reply's place and the courier. After it, only the `sent` commit stands before the request. */
export async function prepareOrder(
  deps: Deps,
  rotationId: string,
  credential: Credential,
  ready: Ready,
): Promise<Prepared | { readonly stop: Stop }> {
  const { vendor, context, custody, operator, old } = ready
  const name = { name: credential.name, vendor: vendor.name }
  let key = old
  if (operator) {
    const operatorKey = await custody.readKnown(userItem(operator.name))
    if (!operatorKey.ok) return stop('not-sent', operatorKey.failure, ready.baseline)
    key = operatorKey.value
  }
  let session: string | null = null
  const opening = key.use((value) => vendor.session(context, value))
  if (opening) {
    const answered = await deps.http.exchange(opening, { tls: credential.tls, timeoutMs: deps.probeTimeoutMs })
    const read = answered.ok ? vendor.readSession(answered.value) : answered
    if (!read.ok)
      return stop(
        'not-sent',
        fail('session', { ...name, why: read.failure.fields['why'] ?? read.failure.code }),
        ready.baseline,
      )
    session = read.value
  }
  const id = { rotationId, credentialId: credential.id }
  const place = await deps.escrow.create(id, custody.escrowKey, old)
  if (!place.ok) return stop('not-sent', place.failure, ready.baseline)
  const prepared = await deps.courier().prepare({
    ...id,
    request: key.use((value) => vendor.mint(context, { key: value, session })),
    tls: credential.tls,
    replyWaitMs: deps.replyWaitMs(vendor, context.baseUrl),
    escrowPath: place.value.path,
    escrowKey: custody.escrowKey,
    lockPath: deps.locks.path(rotationId),
  })
  if (!prepared.ok) {
    deps.escrow.remove(rotationId)
    // a courier knows ids, and no names
    const { code, fields } = prepared.failure
    return stop('not-sent', fail(code, { ...fields, ...name }), ready.baseline)
  }
  return { ...ready, order: prepared.value, escrowPath: place.value.path }
}
