/**
 * Takes each mitigation of docs/security-model.md away, one at a time, in a copy of the tree, and runs the test that its row names:
 * it must pass before and fail then. Prints a table; exits 1 where a test does not tell. `--only 4,E3`: these rows.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { testEnvironment } from '../../scripts/test-environment.ts'
import { edited, editsOf, mutations, testOf } from './all.ts'
import { readRows, type Row } from './rows.ts'

const RUN_MS = 240_000
/** Tests that start what is built; others read the source. */
const STARTS_BUILT = /^test\/(app|faults|hosts|adapters\/(courier|keychain))\//

type Seen = readonly { readonly fullName: string; readonly status: string }[]
type Verdict = 'passes' | 'fails' | 'no verdict'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({ options: { only: { type: 'string' } } })
const only = values.only?.split(',')
const rows = new Map(readRows(root).map((row) => [row.row, row]))
const wanted = mutations
  .filter(({ row }) => only?.includes(row) ?? true)
  .map((mutation) => {
    const row = rows.get(mutation.row)
    if (!row) throw new Error(`no row ${mutation.row}`)
    return { mutation, row, shown: testOf(mutation, row) }
  })
if (wanted.length === 0) throw new Error('no such row')

const folder = mkdtempSync(join(tmpdir(), 'rekey-mutate-'))
const copy = join(folder, 'tree')
const reportFile = join(folder, 'report.json')

function makeCopy(): void {
  const left = new Set(['node_modules', '.git', 'release', 'screenshots'])
  cpSync(root, copy, { recursive: true, filter: (path) => relative(root, path) === '' || !left.has(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
}

function build(script: string): boolean {
  return spawnSync('npm', ['run', '-s', script], { cwd: copy, stdio: 'ignore' }).status === 0
}

/** What became of each test of these files; of those with this title, where there is one. */
function run(files: readonly string[], title: string | null): Seen {
  rmSync(reportFile, { force: true })
  const named = title === null ? [] : ['-t', title]
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', `--outputFile=${reportFile}`]
  // what hangs without its mitigation need not hang for long
  spawnSync(process.execPath, [...vitest, '--testTimeout=60000', ...files, ...named], {
    cwd: copy,
    stdio: 'ignore',
    env: testEnvironment(),
    timeout: RUN_MS * files.length,
  })
  try {
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as {
      readonly testResults: readonly { readonly assertionResults: Seen }[]
    }
    return report.testResults.flatMap(({ assertionResults }) => assertionResults)
  } catch {
    return []
  }
}

/** A title as it stands in its file, as a pattern for the names it gets: `%s` is anything. */
const patternOf = (title: string): string =>
  title.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/%[a-z]/g, '.*')

function verdictOf(seen: Seen, title: string): Verdict {
  const pattern = new RegExp(patternOf(title))
  const statuses = seen.filter(({ fullName }) => pattern.test(fullName)).map(({ status }) => status)
  if (statuses.includes('failed')) return 'fails'
  return statuses.includes('passed') ? 'passes' : 'no verdict'
}

function mutated(mutation: (typeof wanted)[number]['mutation'], row: Row, file: string, title: string): Verdict {
  const before = new Map<string, string>()
  for (const edit of editsOf(mutation, row)) {
    const path = join(copy, edit.file)
    const source = readFileSync(path, 'utf8')
    const changed = edited(source, edit)
    if (changed === null) throw new Error(`${mutation.row}: not once in ${edit.file}: ${edit.text}`)
    if (!before.has(path)) before.set(path, source)
    writeFileSync(path, changed)
  }
  try {
    const isBuilt =
      (!STARTS_BUILT.test(file) || build('build:node')) &&
      (!file.startsWith('test/hosts/electron/') || build('build:desktop'))
    return isBuilt ? verdictOf(run([file], patternOf(title)), title) : 'no verdict'
  } finally {
    for (const [path, source] of before) writeFileSync(path, source)
  }
}

try {
  makeCopy()
  if (!build('build')) throw new Error('the copy does not build')
  const plain = run([...new Set(wanted.map(({ shown }) => shown.test))], null)
  let survivors = 0
  process.stdout.write('| row | without its mitigation | test | before | then |\n|---|---|---|---|---|\n')
  for (const { mutation, row, shown } of wanted) {
    const without = verdictOf(plain, shown.title)
    const then = mutated(mutation, row, shown.test, shown.title)
    if (without !== 'passes' || then !== 'fails') survivors += 1
    const test = `\`${shown.test}\` “${shown.title}”`
    process.stdout.write(`| ${mutation.row} | ${mutation.what} | ${test} | ${without} | ${then} |\n`)
  }
  process.stdout.write(`${wanted.length} mitigations taken away, ${survivors} not told\n`)
  process.exitCode = survivors > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
