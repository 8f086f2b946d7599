import { explain } from '../src-contract/failures.ts'
import { readMachineId } from '../src-main/adapters/home/machine-id.ts'
import { openHome } from '../src-main/adapters/home/open-home.ts'
import { openLedger } from '../src-main/adapters/ledger/open-ledger.ts'

/** Puts that many credentials into a data folder, without their secrets: a list needs none. */
export function fillLedger(path: string, count: number): void {
  const home = openHome(path)
  if (!home.ok) throw new Error(explain(home.failure).message)
  const ledger = openLedger({ file: home.value.ledgerFile, machineId: readMachineId })
  if (!ledger.ok) throw new Error(explain(ledger.failure).message)
  const at = new Date().toISOString()
  ledger.value.transaction(() => {
    for (let n = 0; n < count; n += 1) {
      const digits = String(n).padStart(5, '0')
      ledger.value.insertCredential(
        {
          id: `bench-${digits}`,
          name: `bench/key-${digits}`,
          label: `Key ${digits}`,
          vendor: 'projectdiscovery',
          baseUrl: 'https://api.projectdiscovery.io',
          inputs: {},
          secretInputs: [],
          subject: `${digits}@rekey.example`,
          operatorId: null,
          tags: ['bench'],
          usedBy: [],
          store: 'sealed',
          fingerprint: digits.padStart(16, '0'),
          tail: digits.slice(-4),
          createdAt: at,
          rotatedAt: null,
          verifiedAt: at,
          expiresAt: null,
          maxAgeDays: 90,
          unconfirmed: [],
          tls: { caPem: null, pinSha256: null },
        },
        at,
      )
    }
  })
  ledger.value.close()
}
