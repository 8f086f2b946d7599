import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok } from '../../../../src-contract/result.ts'
import { Secret } from '../../../core/secret.ts'
import type { Sandbox } from '../../../sandbox/sandbox.ts'
import { startSandbox } from '../../../sandbox/start-sandbox.ts'
import { createApp, type App } from '../../create-app.ts'

/** The smallest parameters the sealed store accepts: this store lives for seconds and guards nothing. */
const QUICK_KDF = { memoryKib: 19 * 1024, passes: 2, parallelism: 1 }

export type Stage = {
  readonly app: App
  readonly sandbox: Sandbox
  readonly home: string
  readonly passphraseFile: string
  close(): Promise<void>
}

/** A data folder, a sealed store and five vendors that exist only for the demo. The OS keychain is never touched. */
export async function openStage(entries: { readonly courier: string; readonly keychain: string }): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-demo-'))
  chmodSync(folder, 0o700)
  const passphrase = randomBytes(24).toString('base64url')
  const passphraseFile = join(folder, 'passphrase')
  writeFileSync(passphraseFile, passphrase, { mode: 0o600 })
  const home = join(folder, 'home')
  const sandbox = await startSandbox({ quiet: true })
  const opened = await createApp({
    homePath: home,
    storeKind: 'sealed',
    passphrase: async () => ok(Secret.of(passphrase)),
    isInteractive: false,
    courierEntry: entries.courier,
    keychainEntry: entries.keychain,
    replyWaitSeconds: null,
    environment: {},
    sealedKdf: QUICK_KDF,
  })
  if (!opened.ok) {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
    throw new Error(opened.failure.code)
  }
  return {
    app: opened.value,
    sandbox,
    home,
    passphraseFile,
    close: async () => {
      await opened.value.close()
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
