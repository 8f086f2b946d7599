import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedger } from '../../../src-main/adapters/ledger/open-ledger.ts'
import { describeLedger } from '../../contract/ledger.ts'

describeLedger('node:sqlite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-ledger-'))
  const opened = openLedger({ file: join(folder, 'ledger.sqlite'), machineId: () => 'this machine' })
  if (!opened.ok) throw new Error(opened.failure.code)
  return {
    ledger: opened.value,
    cleanUp() {
      opened.value.close()
      rmSync(folder, { recursive: true })
    },
  }
})
