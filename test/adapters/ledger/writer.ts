/** A child of the tests: writes rotations one commit at a time and says so after each. Arguments: file, first, count, how it ends. */
import { writeSync } from 'node:fs'
import { openLedger } from '../../../src-main/adapters/ledger/open-ledger.ts'
import { sampleCredential, sampleRotation } from './samples.ts'

const [file = '', first = '', count = '', ending = ''] = process.argv.slice(2)
const opened = openLedger({ file, machineId: () => 'this machine' })
if (!opened.ok) throw new Error(`${opened.failure.code} ${JSON.stringify(opened.failure.fields)}`)
const ledger = opened.value

for (let n = Number(first); n < Number(first) + Number(count); n += 1) {
  const credential = sampleCredential(n)
  ledger.transaction(() => {
    // Reads before it writes: in a deferred transaction this is what fails beside another writer.
    ledger.credentials()
    ledger.insertCredential(credential, credential.createdAt)
    ledger.insertRotation(sampleRotation(n, credential), [
      { step: 'mint', mints: true, phase: 'intent', detail: { n } },
      { step: 'mint', mints: true, phase: 'done', detail: { n } },
    ])
  })
  writeSync(1, `${n}\n`)
}
if (ending === 'killed') process.kill(process.pid, 'SIGKILL')
if (ending === 'killed-inside')
  ledger.transaction(() => {
    for (let n = 900; n < 1000; n += 1) ledger.insertCredential(sampleCredential(n), sampleCredential(n).createdAt)
    process.kill(process.pid, 'SIGKILL')
  })
ledger.close()
