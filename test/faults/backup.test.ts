import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backupReceipt, type BackupReceipt } from '../../src-contract/vault-views.ts'
import { credentialView, type CredentialView } from '../../src-contract/views.ts'
import { catalogTexts } from '../../src-main/vendors/catalog.ts'
import { startKeyring } from '../fixtures/keyring.ts'
import { distCli, openWorld, type Ran, type World } from '../hosts/cli/world.ts'

/** The real `rekey backup`: restored elsewhere, of yesterday, cut short, killed, and without room. */
const KILLS = Number(process.env['KILLS'] ?? 5)
let world: World
let words: string
beforeAll(async () => {
  world = await openWorld()
  words = join(world.folder, 'words')
  writeFileSync(words, 'a passphrase for backups\n', { mode: 0o600 })
})
afterAll(() => world.close())

type Env = Readonly<Record<string, string>>
const run = (args: readonly string[], env: Env = {}, stdin = ''): Promise<Ran> => world.rekey(args, stdin, env)
const well = async (args: readonly string[], env: Env = {}, stdin = ''): Promise<string> => {
  const ran = await run(args, env, stdin)
  expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).toBe(0)
  return ran.stdout
}
const folderNamed = (name: string): string => {
  const path = join(world.folder, name)
  mkdirSync(path, { mode: 0o700 })
  return path
}
/** An empty data folder, with a quick store of its own. */
const emptyHome = async (name: string): Promise<Env> => {
  const made = await openWorld()
  const home = join(world.folder, name)
  cpSync(made.home, home, { recursive: true })
  chmodSync(home, 0o700)
  await made.close()
  return { REKEY_HOME: home }
}
const backUp = async (folder: string, ...more: readonly string[]): Promise<BackupReceipt> =>
  backupReceipt.parse(JSON.parse(await well(['backup', folder, '--passphrase-file', words, '--json', ...more])))
const add = async (
  vendor: keyof World['sandbox']['vendors'],
  name: string,
  who: { key: string; inputs?: object },
  ...more: string[]
) => {
  const inputs = Object.entries(who.inputs ?? {}).flatMap(([input, value]) => ['--input', `${input}=${String(value)}`])
  await well(
    ['add', vendor, name, '--base-url', world.sandbox.vendors[vendor].baseUrl, ...inputs, ...more],
    {},
    `${who.key}\n`,
  )
}
const mints = (): number => world.sandbox.log.filter((entry) => entry.class === 'mint').length

const carried = [
  'name',
  'label',
  'vendor',
  'baseUrl',
  'inputs',
  'subject',
  'operator',
  'tags',
  'usedBy',
  'tail',
  'createdAt',
  'rotatedAt',
  'expiresAt',
  'maxAgeDays',
] as const satisfies readonly (keyof CredentialView)[]
type Seen = { readonly name: string; readonly secret: string; readonly history: readonly string[] }
async function everything(env: Env): Promise<readonly Seen[]> {
  const listed = credentialView.array().parse(JSON.parse(await well(['list', '--json'], env)))
  const same = (view: CredentialView) => Object.fromEntries(carried.map((key) => [key, view[key]]))
  const seen: Seen[] = []
  for (const each of listed) {
    const past = JSON.parse(await well(['history', each.name, '--json'], env)) as readonly { readonly event: string }[]
    const history = past.map(({ event }) => event).filter((event) => event !== 'imported')
    seen.push({
      ...same(each),
      name: each.name,
      secret: await well(['get', each.name, '--even-if-open'], env),
      history,
    })
  }
  return seen
}

describe('a backup', () => {
  it('stands up again in an empty data folder with another keychain, and goes on rotating', async ({ skip }) => {
    const keyring = await startKeyring()
    if (!keyring) return skip('no keyring here')
    try {
      const { sandbox } = world
      await add('hienergy', 'admin/energy', sandbox.addPrincipal('hienergy', undefined, { isAdmin: true }))
      const traits = [
        '--tag',
        'prod',
        '--tag',
        'eu',
        '--used-by',
        'crawler/.env',
        '--max-age',
        '90',
        '--label',
        'Énergie',
      ]
      const energy = sandbox.addPrincipal('hienergy')
      await add(
        'hienergy',
        'prod/energy',
        energy,
        '--operator',
        'admin/energy',
        '--expires-at',
        '2099-01-31',
        ...traits,
      )
      await well(['rotate', 'prod/energy', '--yes'])
      await add('userplane', 'waiting/plane', sandbox.addPrincipal('userplane'))
      const lost = sandbox.addPrincipal('projectdiscovery')
      await add('projectdiscovery', 'open/pd', lost)
      sandbox.inject({
        vendor: 'projectdiscovery',
        kind: 'verify-down',
        afterMint: true,
        times: 'all',
        principal: lost.principal,
      })
      expect((await run(['rotate', 'open/pd', '--yes'])).code).toBe(4)
      const acme = (catalogTexts.get('scrapebit') ?? '').replace(/^id: scrapebit$/m, 'id: acme')
      writeFileSync(join(world.folder, 'acme.yaml'), acme)
      await well(['vendor', 'trust', 'acme.yaml', '--yes'])
      const own = sandbox.addPrincipal('scrapebit')
      await well(['add', 'acme', 'own/acme', '--base-url', sandbox.vendors.scrapebit.baseUrl], {}, `${own.key}\n`)
      const before = await everything({})

      const { path, open, vendors, stored } = await backUp(folderNamed('first'))
      expect({ stored, vendors, open: open.map(({ name, outcome }) => [name, outcome]) }).toEqual({
        stored: before.length,
        vendors: ['acme'],
        open: [['open/pd', 'rotated-unverified']],
      })
      rmSync(world.home, { recursive: true })

      const env: Env = { ...keyring.env, REKEY_HOME: join(world.folder, 'restored'), REKEY_KEYCHAIN: 'os' }
      const origins = [...new Set(before.map((each) => (each as unknown as CredentialView).baseUrl ?? ''))]
      const trust = ['--confirm-operators', ...origins.flatMap((url) => ['--confirm-origin', new URL(url).origin])]
      const args = ['import', path, '--passphrase-file', words]
      const untrusted = await run([...args, '--dry-run'], env)
      expect(untrusted).toMatchObject({ code: 0, stderr: expect.stringContaining('--trust-vendor acme') })
      expect((await run([...args, '--trust-vendor', 'acme'], env)).code).toBe(2)
      const taken = await run([...args, ...trust, '--trust-vendor', 'acme', '--yes', '--json'], env)
      expect(taken.code, taken.stderr).toBe(0)
      const receipt = JSON.parse(taken.stdout) as { readonly notes: readonly string[] }
      expect(receipt).toMatchObject({
        in: before.length,
        stored: before.length,
        skipped: [],
        dropped: [],
        unconfirmed: [],
      })
      expect(receipt.notes).toEqual([expect.stringContaining('a rotation of open/pd was not over')])

      expect(await everything(env)).toEqual(before)
      const reply = await well(['get', 'open/pd', '--field', `sealed reply of ${open[0]?.rotationId}`], env)
      expect(reply).toContain(sandbox.currentKey('projectdiscovery', lost.principal))
      expect(await well(['recover'], env)).toBe('')
      await well(['rotate', 'prod/energy', 'own/acme', '--yes'], env)
      expect(await well(['get', 'own/acme'], env)).toBe(`${sandbox.currentKey('scrapebit', own.principal)}\n`)
      expect(await well(['get', 'prod/energy'], env)).toBe(`${sandbox.currentKey('hienergy', energy.principal)}\n`)
    } finally {
      await keyring.close()
      await well(['list'])
    }
  }, 180_000)
})

describe('a backup of yesterday', () => {
  it('brings back a dead key, says so, and asks its vendor for nothing; a newer key is left alone', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    await add('projectdiscovery', 'aged/pd', who)
    const { path } = await backUp(folderNamed('aged'))
    await well(['rotate', 'aged/pd', '--yes'])
    const fresh = await well(['get', 'aged/pd'])
    const counted = mints()

    const args = ['import', path, '--passphrase-file', words, '--json']
    expect(JSON.parse(await well(args))).toMatchObject({ stored: 0 })
    expect(await well(['get', 'aged/pd'])).toBe(fresh)

    const env = await emptyHome('yesterday')
    const origin = new URL(world.sandbox.vendors.projectdiscovery.baseUrl).origin
    await well([...args, '--confirm-origin', origin], env)
    expect(await well(['get', 'aged/pd'], env)).toBe(`${who.key}\n`)
    const verified = await run(['verify', 'aged/pd', '--json'], env)
    expect(verified).toMatchObject({ code: 3, stdout: expect.stringContaining('"state":"dead"') })
    const rotated = await run(['rotate', 'aged/pd', '--yes', '--json'], env)
    expect(rotated).toMatchObject({ code: 3, stdout: expect.stringContaining('"code":"old-key-dead-before"') })
    expect(mints()).toBe(counted)
  }, 120_000)

  it('that is cut short, or opened with another passphrase, changes nothing', async () => {
    await well(['add', 'other', 'some/key'], {}, 'a-key-of-the-tests-1\n')
    const { path } = await backUp(folderNamed('cut'))
    const env = await emptyHome('cut-home')
    writeFileSync(join(world.folder, 'wrong'), 'another passphrase\n')
    const wrong = await run(['import', path, '--passphrase-file', join(world.folder, 'wrong')], env)
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('does not open with that') })
    const whole = statSync(path).size
    for (const size of [whole - 1, 300, 60, 0]) {
      truncateSync(path, size)
      const cut = await run(['import', path, '--passphrase-file', words], env)
      expect(cut.code, `${size} bytes: ${cut.stderr}`).toBe(2)
    }
    expect(await well(['list', '--json'], env)).toBe('[]\n')
  }, 120_000)
})

describe('kill -9 of a backup', () => {
  it('at any moment leaves whole backups only, and never fewer than there were to keep', async () => {
    const folder = folderNamed('killed')
    const identity = await generateX25519Identity()
    const key = join(world.folder, 'identity')
    writeFileSync(key, identity, { mode: 0o600 })
    const args = ['backup', folder, '--keep', '2', '--recipient', await identityToRecipient(identity)]
    await well(['add', 'other', 'killed/key'], {}, 'a-key-of-the-tests-2\n')
    await well(args)
    const began = performance.now()
    await well(args)
    const life = performance.now() - began
    const backups = () => readdirSync(folder).filter((name) => name.startsWith('rekey-'))
    for (let round = 0; round < KILLS; round += 1) {
      const child = spawn(process.execPath, [distCli, ...args], { env: world.env, cwd: world.folder, stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await sleep((life * (round + 1)) / (KILLS + 1))
      child.kill('SIGKILL')
      await ended
      expect(backups().length).toBeGreaterThanOrEqual(2)
      for (const name of backups()) {
        const read = await run(['import', join(folder, name), '--identity', key, '--dry-run', '--json'])
        expect(read.code, `${name}: ${read.stderr}`).toBe(0)
      }
    }
    await well(args)
    expect((await run(['doctor'])).stdout).toContain('backup: the last was made')
  }, 180_000)
})

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('a full disk', () => {
  it('keeps the older backups, and leaves nothing half-written', async ({ skip }) => {
    const mount = folderNamed('mount')
    // a container may keep even root from mounting
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', mount]).status !== 0) return skip()
    try {
      await well(['add', 'other', 'full/key'], {}, 'a-key-of-the-tests-3\n')
      const { path } = await backUp(mount)
      const bytes = readFileSync(path)
      spawnSync('dd', ['if=/dev/zero', `of=${join(mount, 'filler')}`, 'bs=1k'], { stdio: 'ignore' })
      const full = await run(['backup', mount, '--keep', '1', '--passphrase-file', words, '--json'])
      expect(full).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('"disk-full"') })
      expect(readdirSync(mount).toSorted()).toEqual(['filler', path.slice(mount.length + 1)])
      expect(readFileSync(path).equals(bytes)).toBe(true)
    } finally {
      spawnSync('umount', [mount])
    }
  }, 60_000)
})
