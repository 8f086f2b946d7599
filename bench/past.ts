import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readMachineId } from '../src-main/adapters/home/machine-id.ts'
import { openLedger } from '../src-main/adapters/ledger/open-ledger.ts'
import type { RotationRecord } from '../src-main/core/rotation/record.ts'
import { sampleRotation } from '../test/adapters/ledger/samples.ts'
import { fillLedger } from './ledger.ts'
import { interleave, ratioRow, type Row, timed } from './measure.ts'
import { cleanEnvironment, cli, mustRun } from './processes.ts'

/** The same hundred keys with a thousand rotations behind them and with a hundred thousand: commands, and a rotation's own commits. */
const keys = 100
const [few, many] = [1_000, 100_000]
const COMMITS = 200

function openPast(folder: string) {
  const ledger = openLedger({ file: join(folder, 'ledger.sqlite'), machineId: readMachineId })
  if (!ledger.ok) throw new Error(ledger.failure.code)
  return ledger.value
}
type Past = ReturnType<typeof openPast>

/** A rotation of one of the keys, an hour after the one before. */
function rotationOf(ledger: Past, n: number): RotationRecord {
  const credential = ledger.credentialByName(`bench/key-${String(n % keys).padStart(5, '0')}`)
  if (!credential) throw new Error('a key is missing')
  const at = new Date(Date.UTC(2015, 0, 1) + n * 3_600_000).toISOString()
  return sampleRotation(n, credential, { startedAt: at, updatedAt: at })
}

const intent = { step: 'mint', mints: true, phase: 'intent', detail: {} } as const
function rotate(ledger: Past, n: number): void {
  const record = rotationOf(ledger, n)
  const { id, startedAt: at } = record
  ledger.insertRotation(record, [intent])
  ledger.advanceRotation(id, { state: 'ended', outcome: 'rotated', settled: true }, [{ ...intent, phase: 'done' }], at)
  const name = record.snapshot.credentialName
  ledger.appendHistory({ at, name, event: 'rotated', rotationId: id, detail: { oldKey: 'dead' } })
}

function fillPast(folder: string, count: number): void {
  fillLedger(folder, keys)
  const ledger = openPast(folder)
  for (let from = 0; from < count; from += 1000)
    ledger.transaction(() => {
      for (let n = from; n < from + 1000; n += 1) rotate(ledger, n)
    })
  ledger.close()
}

export async function measurePast(rounds: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-past-'))
  try {
    const homes = { few: join(folder, 'few'), many: join(folder, 'many') }
    fillPast(homes.few, few)
    fillPast(homes.many, many)
    const command = (home: string, ...args: string[]) => {
      const env = { ...cleanEnvironment(), REKEY_HOME: home, REKEY_KEYCHAIN: 'sealed' }
      return timed(() => mustRun(process.execPath, [cli, ...args], { env }))
    }
    const rows: Row[] = []
    for (const args of [
      ['history'],
      ['history', 'bench/key-00007', '--limit', '20'],
      ['list'],
      ['show', 'bench/key-00007'],
    ]) {
      const seen = await interleave(rounds, {
        few: () => command(homes.few, ...args),
        many: () => command(homes.many, ...args),
      })
      rows.push(
        ratioRow(
          `${args[0]}${args.length > 2 ? ' of one key' : ''}, ${many} rotations / ${few}`,
          seen.many,
          seen.few,
          1.5,
        ),
      )
    }
    const ledgers = { few: openPast(homes.few), many: openPast(homes.many) }
    let next = many
    const commits = (ledger: Past) =>
      timed(async () => {
        for (let n = 0; n < COMMITS; n += 1) rotate(ledger, (next += 1))
      })
    const seen = await interleave(rounds, { few: () => commits(ledgers.few), many: () => commits(ledgers.many) })
    rows.push(ratioRow(`${COMMITS} rotations' commits, ${many} rotations / ${few}`, seen.many, seen.few, 1.5))
    ledgers.few.close()
    ledgers.many.close()
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
