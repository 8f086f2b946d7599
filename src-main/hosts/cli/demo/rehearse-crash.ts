import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VendorId } from '../../../sandbox/vendor-id.ts'
import type { Stage } from './stage.ts'

const HOLD_MS = 700

/**
 * Starts `rekey rotate` as a process of its own, waits until the vendor has replaced the key and is still holding back its
 * reply, and kills the process with SIGKILL. Resolves to whether it was killed there.
 */
export async function rehearseCrash(stage: Stage, name: string, vendor: VendorId, cliEntry: string): Promise<boolean> {
  const before = stage.sandbox.currentKey(vendor)
  stage.sandbox.inject({ vendor, kind: 'hang', when: 'after', ms: HOLD_MS })
  const child = spawn(process.execPath, [cliEntry, 'rotate', name, '--yes', '--quiet'], {
    env: {
      ...process.env,
      REKEY_HOME: stage.home,
      REKEY_KEYCHAIN: 'sealed',
      REKEY_PASSPHRASE_FILE: stage.passphraseFile,
    },
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  while (stage.sandbox.currentKey(vendor) === before && child.exitCode === null) await sleep(5)
  const isThere = stage.sandbox.currentKey(vendor) !== before && child.exitCode === null
  child.kill('SIGKILL')
  await ended
  return isThere
}
