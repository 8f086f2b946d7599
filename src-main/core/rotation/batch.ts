/**
 * Many rotations in one run: a bounded number at the vendors at once, one for each subject, an operator after those who need it and not at
 * all if one of them ended open. Each result is announced as it ends; a stop lets what is in flight finish.
 */
import { fail } from '../../../src-contract/failures.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Credential } from '../credentials/credential.ts'
import { stop, whoIs, type Stop } from './prepare.ts'
import { openGate } from './gate.ts'
import { rotate, stopped, type RotateOptions } from './rotate.ts'
import type { Deps } from './run.ts'

export async function rotateMany(
  deps: Deps,
  credentials: readonly Credential[],
  options: RotateOptions & { readonly concurrency: number },
): Promise<readonly RotationResult[]> {
  const results = new Map<string, RotationResult>()
  const announce = (credential: Credential, result: RotationResult): void => {
    results.set(credential.id, result)
    deps.onEnded(result)
  }
  const stopNow = (credential: Credential, why: Stop): void =>
    announce(credential, stopped(deps, credential, why, deps.clock.ticks()))

  const unique = oncePerSubject(credentials, (credential, first) => {
    const failure = fail('same-subject', { subject: credential.subject ?? credential.name, name: first.name })
    stopNow(credential, stop('not-started', failure).stop)
  })
  // operators last: their users need them; an operator of operators after those
  const gate = openGate(options.concurrency)
  for (const wave of inWaves(unique)) {
    await gate.all(wave, async (credential, leave) => {
      const users = unique.filter((other) => other.operatorId === credential.id)
      // open since an earlier run counts too: this very key may be what rescues it
      if (users.some((user) => deps.ledger.openRotationOf(user.id) !== null)) {
        return stopNow(credential, stop('not-started', fail('users-open', { name: credential.name })).stop)
      }
      if (deps.isStopping()) return stopNow(credential, stop('not-started', fail('stopping')).stop)
      announce(credential, await rotate(deps, credential, { ...options, onVendorDone: leave }))
    })
  }
  return credentials.flatMap((credential) => results.get(credential.id) ?? [])
}

function oncePerSubject(
  credentials: readonly Credential[],
  onTwin: (twin: Credential, first: Credential) => void,
): readonly Credential[] {
  const seen = new Map<string, Credential>()
  return credentials.filter((credential) => {
    if (credential.subject === null) return true
    const key = `${credential.vendor} ${whoIs(credential).origin} ${credential.subject}`
    const first = seen.get(key)
    if (first) onTwin(credential, first)
    else seen.set(key, credential)
    return !first
  })
}

/** Splits so that each credential stands in a later wave than everyone it is the operator of. */
function inWaves(credentials: readonly Credential[]): readonly (readonly Credential[])[] {
  const waves: Credential[][] = []
  let left = [...credentials]
  while (left.length > 0) {
    const needed = new Set(left.map((credential) => credential.operatorId))
    const wave = left.filter((credential) => !needed.has(credential.id))
    // a cycle cannot be added, but a ledger from elsewhere must not hang a run
    const taken = wave.length > 0 ? wave : left
    waves.push(taken)
    left = left.filter((credential) => !taken.includes(credential))
  }
  return waves
}
