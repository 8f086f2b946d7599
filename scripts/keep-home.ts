/**
 * Makes a data folder as people have it, with the command line as it is built, for test/fixtures/homes: `npm run keep-home --
 * 3` writes 3.tar.gz. Run once for each schema of the ledger or the store, and never again: later versions must open them as they are.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok } from '../src-contract/result.ts'
import { openSealedStore } from '../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../src-main/core/secret.ts'
import { startSandbox } from '../src-main/sandbox/start-sandbox.ts'

const PASSPHRASE = 'correct horse battery staple'
const root = join(import.meta.dirname, '..')
const [schema = ''] = process.argv.slice(2)
if (!/^\d+$/.test(schema)) throw new Error('give the number of the schema')
const folder = mkdtempSync(join(tmpdir(), 'rekey-keep-'))
const home = join(folder, 'home')
const words = join(folder, 'words')

spawnSync('mkdir', ['-m', '700', home])
writeFileSync(words, `${PASSPHRASE}\n`, { mode: 0o600 })
const store = await openSealedStore({
  file: join(home, 'sealed.sqlite'),
  passphrase: async () => ok(Secret.of(PASSPHRASE)),
  create: true,
  kdf: { memoryKib: 1024, passes: 1, parallelism: 1 },
})
if (!store.ok || !(await store.value.prove()).ok) throw new Error('the store was not made')
await store.value.close()

const run = (code: number, args: readonly string[], input = ''): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...args], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        REKEY_HOME: home,
        REKEY_KEYCHAIN: 'sealed',
        REKEY_PASSPHRASE_FILE: words,
        REKEY_REPLY_WAIT: '3',
      },
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    child.on('close', (seen) => (seen === code ? resolve() : reject(new Error(`${args[0]} ended with ${seen}`))))
    child.stdin.end(input)
  })

const sandbox = await startSandbox({ quiet: true })
try {
  const { projectdiscovery, conjur } = sandbox.vendors
  const traits = ['--tag', 'prod', '--used-by', 'a/.env', '--max-age', '90', '--label', 'Ünïcode label']
  await run(0, ['add', 'other', 'kept/key', ...traits], 'made-up-kept-key-1\n')
  const address = ['--base-url', projectdiscovery.baseUrl]
  await run(
    0,
    ['add', 'projectdiscovery', 'prod/pd', ...address, '--expires-at', '2099-01-01'],
    `${projectdiscovery.key}\n`,
  )
  await run(0, ['rotate', 'prod/pd', '--yes'])
  const host = sandbox.addPrincipal('conjur')
  const inputs = Object.entries(host.inputs ?? {}).flatMap(([name, value]) => ['--input', `${name}=${value}`])
  const add = ['add', 'conjur', 'ci/conjur', '--base-url', conjur.baseUrl, ...inputs, '--secret-input', 'password']
  await run(0, add, `${host.key}\nmade-up-password\n`)
  const open = sandbox.addPrincipal('projectdiscovery')
  await run(0, ['add', 'projectdiscovery', 'open/pd', ...address], `${open.key}\n`)
  const { principal } = open
  sandbox.inject({ vendor: 'projectdiscovery', kind: 'verify-down', afterMint: true, times: 'all', principal })
  await run(4, ['rotate', 'open/pd', '--yes'])
} finally {
  await sandbox.close()
}
const file = join(root, `test/fixtures/homes/${schema}.tar.gz`)
const parts = ['ledger.sqlite', 'sealed.sqlite', 'escrow', 'vendors']
const { status } = spawnSync('tar', ['-C', home, '-czf', file, '--owner=0', '--group=0', ...parts], {
  stdio: 'inherit',
})
rmSync(folder, { recursive: true })
process.stdout.write(`${file}\n`)
process.exitCode = status ?? 1
