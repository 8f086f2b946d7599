import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { electronBinary } from './start.ts'
import { provideComponents } from './system-components.ts'
import { testEnvironment } from './test-environment.ts'
import { type Report, summarise, summaryLine } from './test-summary.ts'

/**
 * Runs every test: provides what they need from the system, builds what they start, runs Vitest, and prints one line
 * `N passed, N failed` as its last, computed from Vitest's own numbers. Arguments are passed on to Vitest.
 */

const root = fileURLToPath(new URL('..', import.meta.url))

function end(report: Report | null, exitCode: number): never {
  const summary = summarise(report, exitCode)
  process.stdout.write(`${summaryLine(summary)}\n`)
  process.exit(summary.failed > 0 ? exitCode || 1 : 0)
}

function readReport(path: string): Report | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return null
  }
}

const missing = provideComponents()
if (missing.length > 0) {
  const names = missing.map(({ name, debianPackage }) => `${name} (Debian: ${debianPackage})`).join(', ')
  if (process.env.CI === 'true') {
    process.stderr.write(`test: missing on this machine: ${names}\n`)
    end(null, 1)
  }
  process.stderr.write(`test: missing on this machine, so the suites that need it are skipped: ${names}\n`)
}

if (electronBinary() === null) process.stderr.write('skipped: no Electron binary\n')

const build = spawnSync('npm', ['run', '-s', 'build'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
if (build.status !== 0) {
  process.stderr.write('test: the build failed, so no test was run\n')
  end(null, build.status ?? 1)
}

const folder = mkdtempSync(join(tmpdir(), 'rekey-test-report-'))
const reportPath = join(folder, 'report.json')
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportPath}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: testEnvironment() },
)
const report = readReport(reportPath)
rmSync(folder, { recursive: true, force: true })
end(report, run.status ?? 1)
