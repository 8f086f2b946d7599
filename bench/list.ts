import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillLedger } from './ledger.ts'
import { interleave, ratioRow, type Row, timed } from './measure.ts'
import { cleanEnvironment, cli, mustRun } from './processes.ts'

/** `rekey list` with a thousand credentials, against another password tool that only says its version, and bare Node. */

const credentials = 1000
const bitwarden = '@bitwarden/cli@2026.9.0'

/** The Bitwarden command line, kept in the temporary folder; it is measured, never depended on. */
async function bitwardenEntry(): Promise<string> {
  const folder = join(tmpdir(), 'rekey-bench-bitwarden')
  const manifest = join(folder, 'node_modules/@bitwarden/cli/package.json')
  const entry = (): string => {
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { bw: string } }
    return join(folder, 'node_modules/@bitwarden/cli', bin.bw)
  }
  try {
    return entry()
  } catch {
    process.stderr.write(`bench: fetching ${bitwarden} to measure against\n`)
    mkdirSync(folder, { recursive: true })
    const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', bitwarden]
    await mustRun('npm', args, { env: cleanEnvironment() })
    return entry()
  }
}

export async function measureList(rounds: number): Promise<readonly Row[]> {
  const entry = await bitwardenEntry()
  const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-'))
  try {
    const env = {
      ...cleanEnvironment(),
      REKEY_HOME: join(folder, 'data'),
      REKEY_KEYCHAIN: 'sealed',
      BITWARDENCLI_APPDATA_DIR: folder,
    }
    fillLedger(env.REKEY_HOME, credentials)
    const { stdout } = await mustRun(process.execPath, [cli, 'list', '--json'], { env })
    const listed = (JSON.parse(stdout) as unknown[]).length
    if (listed !== credentials) throw new Error(`rekey listed ${listed} of ${credentials} credentials`)
    const node = (...args: string[]) => timed(() => mustRun(process.execPath, args, { env }))
    const { list, bw, bare } = await interleave(rounds, {
      list: () => node(cli, 'list'),
      bw: () => node(entry, '--version'),
      bare: () => node('-e', '0'),
    })
    return [
      ratioRow(`list, ${credentials} credentials / bw --version`, list, bw, 0.5),
      ratioRow(`list, ${credentials} credentials / node -e 0`, list, bare, 5),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
