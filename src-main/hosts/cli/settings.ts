import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import { homePath } from '../../adapters/home/home-path.ts'
import { badInput } from './complaint.ts'

export type Settings = {
  readonly homePath: string | undefined
  readonly storeKind: StoreKind
  readonly replyWaitSeconds: number | null
}

/** The REKEY_* variables; an empty one counts as unset, a wrong one is said and not guessed at. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Result<Settings> {
  const storeKind = env['REKEY_KEYCHAIN'] || 'os'
  if (storeKind !== 'os' && storeKind !== 'sealed') {
    return err(badInput(`REKEY_KEYCHAIN is ${storeKind}`, 'it is os or sealed'))
  }
  const wait = env['REKEY_REPLY_WAIT'] || null
  const replyWaitSeconds = wait === null ? null : Number(wait)
  if (replyWaitSeconds !== null && !(replyWaitSeconds > 0 && replyWaitSeconds <= 3600)) {
    return err(badInput(`REKEY_REPLY_WAIT is ${wait}`, 'it is a number of seconds, 3600 at most'))
  }
  return ok({ homePath: env['REKEY_HOME'] || undefined, storeKind, replyWaitSeconds })
}

/** Whether there is a ledger to open; makes nothing, and says nothing of what is in it. */
export const hasLedger = (env: Readonly<Record<string, string | undefined>>): boolean =>
  existsSync(join(resolve(homePath({ platform: process.platform, env, userHome: homedir() })), 'ledger.sqlite'))
