import type { Scenario } from '../scenario.ts'
import { endBulk, killBulk, stopBulk } from './bulk.ts'
import { killMigration, killRename } from './changes.ts'
import { escrowKey, twins } from './custody.ts'
import { disk } from './disk.ts'
import { killExport } from './exports.ts'
import { containers, fight } from './fight.ts'
import { killApp, killBoth, killCourier, killKeychainChild } from './kill.ts'
import { keychainEmpty, keychainOfYesterday, keychainTrouble } from './keychain.ts'
import { bitFlip, clockJumps, homeMoved, ledgerOfYesterday, otherMachine } from './ledger.ts'
import { meddle } from './meddle.ts'
import { operators } from './operators.ts'
import { keychainPrompt } from './prompt.ts'
import { killRecover } from './recover.ts'
import { names, proxies, tls } from './roads.ts'
import { serve } from './serve.ts'
import { killImport } from './vaults.ts'
import { tornBytes, wire } from './wire.ts'

/** Every scenario, in the order of the table in docs/reliability.md. */
export const scenarios: readonly Scenario[] = [
  killApp,
  killCourier,
  killBoth,
  killKeychainChild,
  killBulk,
  stopBulk,
  endBulk,
  killRecover,
  fight,
  containers,
  meddle,
  operators,
  killRename,
  killImport,
  killExport,
  killMigration,
  tornBytes,
  wire,
  tls,
  names,
  proxies,
  keychainTrouble,
  keychainOfYesterday,
  keychainEmpty,
  keychainPrompt,
  bitFlip,
  ledgerOfYesterday,
  clockJumps,
  homeMoved,
  otherMachine,
  disk,
  serve,
  escrowKey,
  twins,
]
