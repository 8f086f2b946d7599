import { parseArgs } from 'node:util'
import { measureList } from './list.ts'
import { type Row, table } from './measure.ts'
import { measurePast } from './past.ts'
import { requirePrograms } from './processes.ts'
import { measureRotateAll } from './rotate-all.ts'
import { measureSeal } from './seal.ts'
import { measureVaults } from './vaults.ts'
import { measureWindow } from './window.ts'

/**
 * `npm run bench`: the promised numbers, as ratios within one run. Ends with 1 if a target is missed or could not be
 * measured. `--only rotate,seal,list,vaults,past,window` runs a part; `--rounds N` repeats each pair N times.
 */

const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string' } } })
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) throw new Error('--rounds takes a whole number')

const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  list: () => measureList(rounds ?? 15),
  seal: () => measureSeal((rounds ?? 5) * 100),
  rotate: () => measureRotateAll(rounds ?? 5),
  vaults: () => measureVaults(rounds ?? 3),
  past: () => measurePast(rounds ?? 9),
  window: () => measureWindow(rounds ?? 5),
}
const wanted = values.only?.split(',') ?? Object.keys(parts)
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(parts).join(', ')}; not ${unknown.join(', ')}`)

await requirePrograms(['curl', 'jq', 'secret-tool', 'keepassxc-cli', 'age', 'python3'])
const rows: Row[] = []
let isIncomplete = false
for (const name of wanted) {
  process.stderr.write(`bench: ${name}\n`)
  try {
    rows.push(...((await parts[name]?.()) ?? []))
  } catch (error) {
    isIncomplete = true
    process.stderr.write(`bench: ${name} was not measured: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
process.stdout.write(`${table(rows)}\n`)
process.exit(isIncomplete || rows.some(({ isMet }) => !isMet) ? 1 : 0)
