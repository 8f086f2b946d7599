/** Wires the Node adapters to the app: what the command line, the browser host and the desktop host have in common. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StoreKind } from '../../src-contract/views.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import { systemClock } from '../adapters/clock/system-clock.ts'
import { courierStarter } from '../adapters/courier/start-courier.ts'
import { nodeCrypto } from '../adapters/crypto/node-crypto.ts'
import { openEscrow } from '../adapters/escrow/open-escrow.ts'
import { openBackupFolder } from '../adapters/home/backup-folder.ts'
import { readMachineId } from '../adapters/home/machine-id.ts'
import { openHome } from '../adapters/home/open-home.ts'
import { openVendorFolder } from '../adapters/home/vendor-folder.ts'
import { openBegunExports } from '../adapters/vaults/begun-exports.ts'
import { openVaultFiles } from '../adapters/vaults/vault-files.ts'
import { openHttp } from '../adapters/http/exchange.ts'
import { nodeWire } from '../adapters/http/wire.ts'
import { openIds } from '../adapters/ids/ulid-ids.ts'
import { openLedger } from '../adapters/ledger/open-ledger.ts'
import { openLocks } from '../adapters/locks/sqlite-locks.ts'
import { openLog } from '../adapters/log/log.ts'
import { lineDiff } from '../adapters/home/line-diff.ts'
import type { AppPorts, VaultFormats } from '../app/app-ports.ts'
import { compose, type App } from '../app/compose.ts'
import type { WindowServices } from '../app/window-services.ts'
import type { StartChild } from '../adapters/keychain/child-link.ts'
import type { CourierStarter, SecretStore } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'

import { keepRecovering } from './keep-recovering.ts'
import { openStores } from './open-stores.ts'
import { vaultEntryBeside, vaultsInWorker } from './vaults-in-worker.ts'
import { watchLedger } from './watch-ledger.ts'

export type { App }

export type AppOptions = {
  /** REKEY_HOME; undefined: the platform's data folder. */
  readonly homePath: string | undefined
  /** Where new credentials live. */
  readonly storeKind: StoreKind
  readonly passphrase: (purpose: 'unlock' | 'create') => Promise<Result<Secret>>
  /** A person can answer a desktop prompt. */
  readonly isInteractive: boolean
  /** Paths of the built courier and keychain child. */
  readonly courierEntry: string
  readonly keychainEntry: string
  /** Path of the built thread for vault files; beside the courier unless told otherwise. */
  readonly vaultEntry?: string
  /** Vault files, where that thread was started before the app. */
  readonly vaultFormats?: VaultFormats
  readonly replyWaitSeconds: number | null
  readonly environment: Readonly<Record<string, string | undefined>>
  /** How a host whose binary is not Node starts the courier and the keychain's process. */
  readonly processes?: { readonly couriers: CourierStarter; readonly startKeychain: StartChild }
  /** What the host has beside: a window, and what goes with it. */
  readonly window?: WindowServices
  /** Parameters of a sealed store made here; the demo's is quick. */
  readonly sealedKdf?: { readonly memoryKib: number; readonly passes: number; readonly parallelism: number }
}

const IGNORED_SETTINGS = ['NODE_TLS_REJECT_UNAUTHORIZED', 'SSLKEYLOGFILE', 'NODE_EXTRA_CA_CERTS']

const TIDY_MOST_MS = 500

/** Opens the data folder and the ledger; keychains, couriers and vendor files open at their first need. */
export async function createApp(options: AppOptions): Promise<Result<App>> {
  let notice: (sentence: string) => void = () => undefined
  const opened = openPorts(options, (sentence) => notice(sentence))
  if (!opened.ok) return opened
  const { ports } = opened.value
  let stopWatching: () => void = () => undefined
  let stopRecovering: () => void = () => undefined
  // keys in clear may lie about; a disk that does not answer keeps nobody from rotating
  const tidied = ports.vaultFiles.tidy().catch(() => [])
  const app = compose(ports, async () => {
    stopWatching()
    stopRecovering()
    await Promise.race([tidied, sleep(TIDY_MOST_MS, null, { ref: false })])
    await opened.value.close()
  })
  if (ports.window !== null)
    stopWatching = watchLedger(ports.ledger, () => app.announce({ type: 'credentials.changed', names: [] }))
  notice = (sentence) => app.announce({ type: 'notice.given', sentence })
  if (ports.window !== null) stopRecovering = keepRecovering(app)
  return ok(app)
}

/** The adapters of this machine behind the app's ports, and the way to let go of them. */
export function openPorts(
  options: AppOptions,
  onNotice: (sentence: string) => void,
): Result<{ readonly ports: AppPorts; readonly close: () => Promise<void> }> {
  const home = options.homePath === undefined ? openHome() : openHome(options.homePath)
  if (!home.ok) return home
  const ledger = openLedger({ file: home.value.ledgerFile, machineId: readMachineId })
  if (!ledger.ok) return ledger
  const log = openLog({ level: options.environment['REKEY_LOG'] === 'debug' ? 'info' : 'off' })
  const http = openHttp({ environment: options.environment })

  const openSealed = async (create: boolean, answer = options.passphrase) => {
    const { openSealedStore } = await import('../adapters/keychain/sealed-store.ts')
    return openSealedStore({
      file: home.value.sealedFile,
      passphrase: (purpose) => answer(purpose === 'open' ? 'unlock' : 'create'),
      create,
      ...(options.sealedKdf ? { kdf: options.sealedKdf } : {}),
    })
  }
  const openOs = async (): Promise<Result<SecretStore>> => {
    const { openOsStore } = await import('../adapters/keychain/os-store.ts')
    return ok(
      openOsStore({
        childPath: options.keychainEntry,
        env: { ...options.environment },
        interactive: options.isInteractive,
        ...(options.processes ? { startChild: options.processes.startKeychain } : {}),
        onWaiting: onNotice,
      }),
    )
  }
  // a store that the ledger knows is never made anew
  const isNew = (kind: StoreKind): boolean => ledger.value.internalKeyId(kind, 'escrow-key') === null
  const stores = openStores(async (kind) => (kind === 'sealed' ? openSealed(isNew(kind)) : openOs()))
  const window = options.window ?? null

  const locks = openLocks(home.value.locksFolder)
  const ports: AppPorts = {
    ledger: ledger.value,
    locks,
    escrow: openEscrow({ folder: home.value.escrowFolder }),
    wire: nodeWire,
    http,
    crypto: nodeCrypto,
    clock: systemClock,
    ids: openIds(),
    log,
    couriers:
      options.processes?.couriers ??
      courierStarter({ entryPath: options.courierEntry, environment: options.environment }),
    openStore: stores.open,
    checkPassphrase: async (passphrase) => {
      const opened = await openSealed(false, async () => ok(passphrase))
      if (!opened.ok) return opened
      const proven = await opened.value.prove()
      await opened.value.close()
      return proven
    },
    changePassphrase: async (from, to) => {
      const opened = await openSealed(false)
      if (!opened.ok) return err(opened.failure)
      const changed = await opened.value.changePassphrase(from, to)
      await opened.value.close()
      return changed
    },
    defaultStore: () => window?.fixedStore ?? window?.settings.read().keychain ?? options.storeKind,
    forgetStores: stores.forget,
    window,
    vendorFolder: openVendorFolder(home.value.vendorsFolder),
    vaultFiles: openVaultFiles({
      userFolder: options.environment['HOME'] ?? options.environment['USERPROFILE'] ?? null,
      begun: openBegunExports({ folder: home.value.exportsFolder, locks }),
    }),
    backupFolder: openBackupFolder(join(home.value.folder, 'backups')),
    vaultFormats: options.vaultFormats ?? vaultsInWorker(options.vaultEntry ?? vaultEntryBeside(options.courierEntry)),
    hash: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    diff: lineDiff,
    replyWaitSeconds: options.replyWaitSeconds,
    home: { folder: home.value.folder, warnings: home.value.warnings },
    ignoredSettings: IGNORED_SETTINGS.filter((name) => (options.environment[name] ?? '') !== ''),
  }
  const close = async (): Promise<void> => {
    await http.close()
    await window?.sandbox.stop()
    await stores.forget()
    ledger.value.close()
  }
  return ok({ ports, close })
}
