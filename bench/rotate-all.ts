import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Keyring, startKeyring } from '../test/fixtures/keyring.ts'
import { interleave, ratioRow, type Row, timed } from './measure.ts'
import { cli, mustRun, root } from './processes.ts'
import { startVendorServer, type VendorServer } from './vendor-server.ts'

/**
 * `rekey rotate --all` against the loop a person would write, over as many keys, in one real gnome-keyring. Rekey proves
 * every key before and after; the loop proves nothing. Both must have rotated every key exactly once in every round.
 */

const subjects = 40
const accounts = Array.from({ length: subjects }, (_, n) => `key-${String(n + 1).padStart(2, '0')}`)

async function fillKeyring(keyring: Keyring, vendor: VendorServer, env: NodeJS.ProcessEnv): Promise<void> {
  for (const account of accounts) {
    const key = vendor.addPrincipal(`${account}@rekey.example`)
    const args = ['add', 'projectdiscovery', `bench/${account}`, '--base-url', vendor.baseUrl]
    await mustRun(process.execPath, [cli, ...args], { env, input: `${key}\n` })
    const attributes = ['service', 'rekey-bench', 'account', account]
    await keyring.secretTool(
      ['store', `--label=${account}`, ...attributes],
      vendor.addPrincipal(`${account}@loop.example`),
    )
  }
}

async function checkLoop(keyring: Keyring, vendor: VendorServer): Promise<void> {
  for (const account of accounts) {
    const { stdout } = await keyring.secretTool(['lookup', 'service', 'rekey-bench', 'account', account])
    if (!vendor.works(stdout)) throw new Error(`the loop lost the key of ${account}`)
  }
}

export async function measureRotateAll(rounds: number): Promise<readonly Row[]> {
  const keyring = await startKeyring()
  if (keyring === null) throw new Error('no keyring can be started here')
  const vendor = await startVendorServer()
  const home = mkdtempSync(join(tmpdir(), 'rekey-bench-'))
  try {
    const env = { ...keyring.env, REKEY_HOME: join(home, 'data'), REKEY_KEYCHAIN: 'os' }
    await fillKeyring(keyring, vendor, env)

    const exactlyOnce = async (run: () => Promise<unknown>): Promise<number> => {
      const before = vendor.rotations()
      const ms = await timed(run)
      const rotated = vendor.rotations() - before
      if (rotated !== subjects) throw new Error(`${rotated} of ${subjects} keys were rotated`)
      return ms
    }
    const runs = {
      ours: () =>
        exactlyOnce(async () => {
          const { stdout } = await mustRun(process.execPath, [cli, 'rotate', '--all', '--yes', '--json'], { env })
          const results = stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as { outcome: string })
          if (results.length !== subjects || results.some(({ outcome }) => outcome !== 'rotated'))
            throw new Error(stdout)
        }),
      theirs: () =>
        exactlyOnce(() =>
          mustRun('bash', [join(root, 'bench/loop.sh'), vendor.baseUrl, ...accounts], { env: keyring.env }),
        ),
    }
    const rows: Row[] = []
    for (const { delayMs, limit, words } of [
      { delayMs: 100, limit: 0.25, words: 'a vendor that takes 100 ms' },
      { delayMs: 0, limit: 0.5, words: 'an instant vendor' },
    ]) {
      vendor.delayMs = delayMs
      const { ours, theirs } = await interleave(rounds, runs)
      rows.push(ratioRow(`rotate --all, ${subjects} keys of ${words} / shell loop`, ours, theirs, limit))
    }
    await checkLoop(keyring, vendor)
    return rows
  } finally {
    await keyring.close()
    await vendor.close()
    rmSync(home, { recursive: true, force: true })
  }
}
