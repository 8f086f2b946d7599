/** Rotations: what they will do, doing them, going on with what is open, and a person's word. */
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { RotationPlan, RotationResult } from '../../src-contract/views.ts'
import type { Credential } from '../core/credentials/credential.ts'
import { rotateMany } from '../core/rotation/batch.ts'
import { eachOf } from '../core/rotation/gate.ts'
import { beginGuided, cancelGuided, pasteGuided } from '../core/rotation/guided.ts'
import { keepHouse } from '../core/rotation/housekeeping.ts'
import type { RotationRecord } from '../core/rotation/record.ts'
import { recover as recoverRotation } from '../core/rotation/recover.ts'
import { stop } from '../core/rotation/prepare.ts'
import { stopped } from '../core/rotation/rotate.ts'
import { settleByWord } from '../core/rotation/settle.ts'
import { describePlan } from '../vendors/plan.ts'
import { leased, named, select, type Context, type Handler } from './context.ts'
import { checkSecret } from './secret-input.ts'
import { tidyLedger } from './tidy.ts'
import { OTHER } from './vendor-registry.ts'
import { undoImports } from './vaults/undo-imports.ts'

const RECOVER_CONCURRENCY = 8

export const plan: Handler<'rotation.plan'> = (context, input) => {
  const selected = select(context, input)
  if (!selected.ok) return selected
  const rotatable = selected.value.filter((credential) => credential.vendor !== OTHER)
  // a person reads what follows: by the time they have, the processes are there
  if (rotatable.length > 0) context.warmUp(new Set(rotatable.map((credential) => credential.store)))
  return ok(selected.value.map((credential) => planOf(context, credential)))
}

function planOf(context: Context, credential: Credential): RotationPlan {
  const found = context.registry.open(credential.vendor)
  const operator = credential.operatorId === null ? null : context.ports.ledger.credentialById(credential.operatorId)
  const known = {
    name: credential.name,
    vendor: credential.vendor,
    tail: credential.tail,
    usedBy: [...credential.usedBy],
    operator: operator?.name ?? null,
    ...(context.ports.home.warnings.length > 0 && { warnings: [...context.ports.home.warnings] }),
  }
  if (found.ok) return { ...known, ...describePlan(found.value.file) }
  const recovery = 'rotate it at its vendor, then put the new key in'
  return {
    ...known,
    vendorName: credential.vendor,
    strategy: 'none',
    consequences: [],
    limits: [],
    recovery,
    guided: null,
  }
}

export const run: Handler<'rotation.run'> = async (context, input) => {
  const selected = select(context, input.selection)
  if (!selected.ok) return selected
  const housekeeping = keepHouse(context.deps, new Set(selected.value.map((credential) => credential.id))).catch(() =>
    context.deps.log.warn('housekeeping is left to a later start'),
  )
  const results = new Map<string, RotationResult>()
  const rotatable = selected.value.filter((credential) => {
    if (credential.vendor !== OTHER) return true
    const why = stop('not-started', fail('no-vendor-file', { name: credential.name })).stop
    const result = stopped(context.deps, credential, why, context.ports.clock.ticks())
    results.set(credential.name, result)
    context.emit({ type: 'rotation.ended', result })
    return false
  })
  const proven = await proveStores(context, rotatable)
  for (const { credential, result } of proven.stopped) results.set(credential.name, result)
  const ran = await context.courier.during(() => rotateMany(context.deps, proven.ready, input))
  for (const result of ran) results.set(result.name, result)
  await housekeeping
  context.emit({ type: 'credentials.changed', names: [...results.keys()] })
  return ok(selected.value.flatMap((credential) => results.get(credential.name) ?? []))
}

/** The keychain proof of a batch: a sentinel set, read and deleted in every store it needs, before anything else. */
async function proveStores(context: Context, credentials: readonly Credential[]) {
  const ready: Credential[] = []
  const stoppedOnes: { readonly credential: Credential; readonly result: RotationResult }[] = []
  for (const kind of new Set(credentials.map((credential) => credential.store))) {
    const custody = await context.custody(kind)
    const proof = custody.ok ? await custody.value.store.prove() : custody
    for (const credential of credentials.filter((each) => each.store === kind)) {
      if (proof.ok) ready.push(credential)
      else {
        const result = stopped(
          context.deps,
          credential,
          stop('not-sent', proof.failure).stop,
          context.ports.clock.ticks(),
        )
        context.emit({ type: 'rotation.ended', result })
        stoppedOnes.push({ credential, result })
      }
    }
  }
  return { ready: credentials.filter((credential) => ready.includes(credential)), stopped: stoppedOnes }
}

export const guidedBegin: Handler<'guided.begin'> = async (context, input) => {
  const credential = named(context, input.name)
  if (!credential.ok) return credential
  const described = planOf(context, credential.value)
  if (!described.guided) {
    return err(
      fail('bad-input', {
        what: `${credential.value.name} is not rotated in a dashboard`,
        fix: `rekey rotate ${credential.value.name}`,
      }),
    )
  }
  const begun = await beginGuided(context.deps, credential.value)
  if (!begun.ok) return begun
  context.emit({ type: 'credentials.changed', names: [credential.value.name] })
  return ok({ rotationId: begun.value.id, plan: described })
}

export const guidedPaste: Handler<'guided.paste'> = async (context, input) => {
  const credential = named(context, input.name)
  if (!credential.ok) return credential
  const key = checkSecret(input.secret)
  if (!key.ok) return key
  return announced(context, await pasteGuided(context.deps, credential.value, key.value, input.expiryDays))
}

export const guidedCancel: Handler<'guided.cancel'> = async (context, input) => {
  const credential = named(context, input.name)
  if (!credential.ok) return credential
  return announced(context, await cancelGuided(context.deps, credential.value))
}

function announced(context: Context, result: Result<RotationResult>): Result<RotationResult> {
  if (!result.ok) return result
  context.emit({ type: 'rotation.ended', result: result.value })
  context.emit({ type: 'credentials.changed', names: [result.value.name] })
  return result
}

export const recover: Handler<'rotation.recover'> = async (context, input) => {
  const { ledger } = context.ports
  if (!ledger.machine.isHere) {
    if (!input.here) return err(fail('other-machine', { machine: ledger.machine.id.slice(0, 8) }))
    ledger.adoptMachine()
  }
  const undone = await undoImports(context)
  // whoever is importing sees to it
  if (!undone.ok && undone.failure.code !== 'import-running') return undone
  await keepHouse(context.deps)
  tidyLedger(context)
  const ids = new Set<string>()
  for (const name of input.names) {
    const credential = named(context, name)
    if (!credential.ok) return credential
    ids.add(credential.value.id)
  }
  if (input.settle !== undefined) return settle(context, input.names, input.settle)
  const open = ledger.openRotations().filter((record) => input.names.length === 0 || ids.has(record.credentialId))
  const results: RotationResult[] = []
  await eachOf(open, RECOVER_CONCURRENCY, async (record) => {
    const result = await recoverRotation(context.deps, record)
    results.push(result)
    context.emit({ type: 'rotation.ended', result })
  })
  if (results.length > 0) context.emit({ type: 'credentials.changed', names: results.map((result) => result.name) })
  return ok(results)
}

async function settle(
  context: Context,
  names: readonly string[],
  word: 'old' | 'new' | 'neither',
): Promise<Result<RotationResult[]>> {
  if (names.length === 0)
    return err(fail('bad-input', { what: '--settle needs the name of a credential', fix: 'name it' }))
  const results: RotationResult[] = []
  for (const name of names) {
    const settled = await leased(context, name, async (credential) => {
      const open = context.ports.ledger.openRotationOf(credential.id) ?? kept(context, credential, word)
      if (!open) return err(fail('nothing-to-settle', { name: credential.name }))
      return settleByWord(context.deps, credential, open, word)
    })
    if (!settled.ok) return settled
    announced(context, settled)
    results.push(settled.value)
  }
  return ok(results)
}

/**
 * A settled rotation whose escrow is still kept, and that the word can be about. `new`: the one that made the present key, for
 * when the keychain has gone back to an older state and lost it, or one whose odd reply a person believes. `old`: the present key
 * is the one it began with. `neither`: what was kept for a person goes; a `rotated` one goes by itself.
 */
const kept = (context: Context, credential: Credential, word: 'old' | 'new' | 'neither') => {
  const files = new Set(context.ports.escrow.list())
  const isMeant = ({ outcome, newFingerprint, snapshot }: RotationRecord): boolean => {
    const isUnchanged = snapshot.oldFingerprint === credential.fingerprint
    if (outcome === 'rotated') return word === 'new' && newFingerprint === credential.fingerprint
    return word === 'neither' || (outcome === 'not-rotated' && isUnchanged)
  }
  const records = context.ports.ledger.rotationsOf(credential.id)
  return records.find((record) => files.has(record.id) && isMeant(record)) ?? null
}

export const stopRuns: Handler<'rotation.stop'> = (context) => {
  context.stopRuns()
  return ok({})
}

export const sealedReply: Handler<'rotation.sealedReply'> = async (context, input) => {
  const credential = named(context, input.name)
  if (!credential.ok) return credential
  const files = new Set(context.ports.escrow.list())
  const { ledger } = context.ports
  // what is open comes first: its reply is the one that somebody waits for
  const open = ledger.openRotationOf(credential.value.id)
  const records = [...(open ? [open] : []), ...ledger.rotationsOf(credential.value.id)]
  const record = records.find((each) => files.has(each.id))
  if (!record) return err(fail('no-sealed-reply', { name: credential.value.name }))
  const custody = await context.custody(record.snapshot.store)
  if (!custody.ok) return custody
  const read = context.ports.escrow.read(
    { rotationId: record.id, credentialId: credential.value.id },
    custody.value.escrowKey,
  )
  if (!read.ok) return read
  if (!read.value || read.value.wire.length === 0) return err(fail('no-sealed-reply', { name: credential.value.name }))
  return ok({ reply: Array.from(read.value.wire, (byte) => String.fromCharCode(byte)).join('') })
}
