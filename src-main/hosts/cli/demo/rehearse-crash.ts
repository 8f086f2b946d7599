import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from './stage.ts'

const PATIENCE_MS = 4000

/**
 * Starts `rekey rotate` as a process of its own, waits until the vendor has replaced the key and is still holding back its
 * reply, and kills the process with SIGKILL. Resolves to whether it was killed there.
 */
export async function rehearseCrash(stage: Stage, name: string, vendor: string, cliEntry: string): Promise<boolean> {
  const before = stage.sandbox.log.length
  stage.sandbox.inject({ vendor, kind: 'hang', when: 'after', ms: 700, match: 'mint', times: 1 })
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
  const deadline = Date.now() + PATIENCE_MS
  while (!hasActed(stage, before) && Date.now() < deadline) await sleep(10)
  const isThere = hasActed(stage, before) && child.exitCode === null
  child.kill('SIGKILL')
  await ended
  return isThere
}

const hasActed = (stage: Stage, from: number): boolean =>
  stage.sandbox.log.slice(from).some((entry) => entry.class === 'mint' && entry.acted)
