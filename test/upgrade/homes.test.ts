import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrations } from '../../src-main/adapters/ledger/migrations/list.ts'
import type { Begun } from '../fakes/electron/begin.ts'
import { distCli } from '../hosts/cli/world.ts'

/**
 * Data folders as earlier versions left them (scripts/keep-home.ts made each; they are kept for ever). Every later version opens
 * them, and what was in them is there: keys, history, an open rotation with its sealed reply.
 */
const fixtures = join(import.meta.dirname, '../fixtures/homes')
const kept = readdirSync(fixtures).flatMap((name) => /^(\d+)\.tar\.gz$/.exec(name)?.[1] ?? [])
const newest = migrations.at(-1)?.version ?? 0
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-upgrade-'))
  writeFileSync(join(folder, 'words'), 'correct horse battery staple\n', { mode: 0o600 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function unpack(schema: string, name: string): string {
  const home = join(folder, name)
  mkdirSync(home, { mode: 0o700 })
  const done = spawnSync('tar', ['-C', home, '-xzf', join(fixtures, `${schema}.tar.gz`)])
  expect(done.status, done.stderr.toString()).toBe(0)
  return home
}
const rekey = (home: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [distCli, ...args], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      REKEY_HOME: home,
      REKEY_KEYCHAIN: 'sealed',
      REKEY_PASSPHRASE_FILE: join(folder, 'words'),
    },
  })
/** The desktop's own main entry, under a stand-in for Electron. */
const desktop = (home: string): string =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../fakes/electron/begin.ts'), '{}'], {
    encoding: 'utf8',
    env: { ...process.env, REKEY_HOME: home, REKEY_KEYCHAIN: 'sealed' },
  }).stdout
const versionOf = (file: string): unknown => {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    return database.prepare('PRAGMA user_version').get()?.['user_version']
  } finally {
    database.close()
  }
}

it('there is one for every schema there was', () => {
  expect(kept.map(Number).toSorted((a, b) => a - b)).toEqual(migrations.map(({ version }) => version))
})

describe.each(kept)('a data folder of schema %s', (schema) => {
  it('opens with everything in it, and stays as it was beside', () => {
    const home = unpack(schema, `home-${schema}`)
    const listed = rekey(home, 'list', '--json')
    expect(listed.status, listed.stderr).toBe(0)
    const all = JSON.parse(listed.stdout) as readonly { readonly name: string; readonly state: string }[]
    expect(all.map(({ name }) => name)).toEqual(['ci/conjur', 'kept/key', 'open/pd', 'prod/pd'])
    expect(all.find(({ name }) => name === 'open/pd')?.state).toBe('needs-attention')
    const shown = JSON.parse(rekey(home, 'show', 'kept/key', '--json').stdout) as Record<string, unknown>
    expect(shown).toMatchObject({ label: 'Ünïcode label', tags: ['prod'], usedBy: ['a/.env'], maxAgeDays: 90 })
    expect(rekey(home, 'get', 'kept/key').stdout).toBe('made-up-kept-key-1\n')
    const history = JSON.parse(rekey(home, 'history', 'prod/pd', '--json').stdout) as readonly { event: string }[]
    expect(history.map(({ event }) => event)).toEqual(['rotated', 'added'])
    // its vendor is gone: what is open stays open, and its sealed reply can be read
    const recovered = rekey(home, 'recover', '--json', '--here')
    expect(recovered.status, recovered.stderr).toBe(4)
    expect(recovered.stdout).toContain('"name":"open/pd"')
    expect(rekey(home, 'recover', 'open/pd', '--settle', 'new', '--yes', '--json').status).toBe(0)
    expect(rekey(home, 'get', 'open/pd').stdout).toMatch(/^\S{8,}\n$/)
    expect(versionOf(join(home, 'ledger.sqlite'))).toBe(newest)
    if (Number(schema) === newest) return
    const before = join(home, `ledger.sqlite.schema-${schema}`)
    expect(versionOf(before)).toBe(Number(schema))
    expect(statSync(before).mode & 0o777).toBe(0o600)
  }, 60_000)

  it('that a newer version wrote is refused in one line by each host, and not touched', () => {
    const home = unpack(schema, `newer-${schema}`)
    const database = new DatabaseSync(join(home, 'ledger.sqlite'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    const before = readFileSync(join(home, 'ledger.sqlite'))
    const line = `the ledger was written by a newer rekey (schema 99, this one knows ${newest})`
    for (const args of [['list'], ['get', 'kept/key'], ['rotate', '--all', '--yes'], ['serve', '--no-open']]) {
      const refused = rekey(home, ...args)
      expect(refused, args[0]).toMatchObject({ status: 5, stdout: '', stderr: `rekey: ${line}\n  update rekey\n` })
    }
    const began = JSON.parse(desktop(home)) as Begun
    expect(began).toMatchObject({ exitCode: 5, windows: 0, errors: [`Rekey cannot start: ${line}\n\nupdate rekey`] })
    expect(readFileSync(join(home, 'ledger.sqlite')).equals(before)).toBe(true)
    expect(readdirSync(home).filter((name) => name.startsWith('ledger.sqlite.schema-'))).toEqual([])
  }, 60_000)

  it('whose store a newer version wrote is listed, and its keys are refused in one line', () => {
    const home = unpack(schema, `newer-store-${schema}`)
    const file = join(home, 'sealed.sqlite')
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    const before = readFileSync(file)
    expect(rekey(home, 'list').status).toBe(0)
    const refused = rekey(home, 'get', 'kept/key')
    expect(refused).toMatchObject({ status: 5, stdout: '' })
    expect(refused.stderr.split('\n')[0]).toMatch(
      /^rekey: .* cannot be read: a newer rekey wrote it \(schema 99, this one knows \d+\): update rekey$/,
    )
    expect(readFileSync(file).equals(before)).toBe(true)
  }, 60_000)
})
