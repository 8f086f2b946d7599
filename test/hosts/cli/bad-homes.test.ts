import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  lchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type Ran, type World } from './world.ts'

/**
 * What the command line stands on is not as it should be: one clear line that says what is wrong, one that says what to do,
 * exit 2 or 5, and every file is as it was.
 */
const isRoot = process.getuid?.() === 0
let world: World

beforeAll(async () => {
  world = await openWorld()
  const added = await world.rekey(['add', 'other', 'kept'], 'sk_live_0123456789abcdefghij\n')
  expect(added).toMatchObject({ code: 0 })
})

afterAll(() => world.close())

/** Copies the home, which a test then spoils. */
function spoilt(name: string): string {
  const home = join(world.folder, name)
  expect(spawnSync('cp', ['-a', world.home, home]).status).toBe(0)
  return home
}

const contentOf = (home: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/-(wal|shm)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  )

/** Writes until the disk takes no more. */
function fillUp(path: string): void {
  const page = Buffer.alloc(4096)
  const descriptor = openSync(path, 'w')
  try {
    for (;;) writeSync(descriptor, page)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(descriptor)
  }
}

/** One line of what is wrong and one of what to do, no more; nothing on stdout. */
function expectRefusal(ran: Ran, code: number, message: RegExp): void {
  expect(ran).toMatchObject({ code, stdout: '' })
  const lines = ran.stderr.trimEnd().split('\n')
  expect(lines, ran.stderr).toHaveLength(2)
  expect(lines[0]).toMatch(/^rekey: \S/)
  expect(lines[0]).toMatch(message)
  expect(lines[1]).toMatch(/^ {2}\S/)
}

const commands: readonly (readonly [readonly string[], string])[] = [
  [['list'], ''],
  [['get', 'kept'], ''],
  [['add', 'other', 'second'], 'abc\n'],
  [['rotate', 'kept', '--yes'], ''],
]

async function everyCommandRefuses(home: string, code: number, message: RegExp): Promise<void> {
  const before = contentOf(home)
  await Promise.all(
    commands.map(async ([args, stdin]) =>
      expectRefusal(await world.rekey(args, stdin, { REKEY_HOME: home }), code, message),
    ),
  )
  expect(contentOf(home)).toEqual(before)
}

describe('the ledger', () => {
  it('is not a database', async () => {
    const home = spoilt('garbage')
    for (const name of readdirSync(home)) {
      if (name.startsWith('ledger'))
        writeFileSync(join(home, name), 'this is not a database, and never was one\n'.repeat(200))
    }
    await everyCommandRefuses(home, 5, /the ledger .*ledger\.sqlite cannot be read/)
  })

  it('was written by a newer rekey', async () => {
    const home = spoilt('newer')
    const database = new DatabaseSync(join(home, 'ledger.sqlite'))
    database.exec('PRAGMA user_version = 999')
    database.close()
    await everyCommandRefuses(home, 5, /written by a newer rekey \(schema 999, this one knows \d+\)/)
  })

  it('has a row that cannot be', async () => {
    const home = spoilt('row')
    const database = new DatabaseSync(join(home, 'ledger.sqlite'))
    database.exec(`UPDATE credentials SET tags = 'not json'`)
    database.close()
    const before = contentOf(home)
    const message = /the ledger .* cannot be read: credential \S+ has an unreadable tags/
    for (const [args] of commands.filter(([[word]]) => word !== 'add')) {
      expectRefusal(await world.rekey(args, '', { REKEY_HOME: home }), 5, message)
    }
    expect(contentOf(home)).toEqual(before)
  })
})

describe('the data folder', () => {
  it.skipIf(process.platform === 'win32')('is open to others', async () => {
    const home = spoilt('loose')
    chmodSync(home, 0o755)
    await everyCommandRefuses(home, 5, /is not safe: other users can open it \(mode 755\)/)
  })

  it.skipIf(!isRoot)('belongs to another user, or lies behind the link of one', async () => {
    const home = spoilt('another')
    symlinkSync(home, join(world.folder, 'link'))
    lchownSync(join(world.folder, 'link'), 65534, 65534)
    await everyCommandRefuses(join(world.folder, 'link'), 5, /is a link that belongs to another user/)
    expect(spawnSync('chown', ['65534', home]).status).toBe(0)
    await everyCommandRefuses(home, 5, /it belongs to another user/)
  })

  it('is a file', async () => {
    const home = join(world.folder, 'file')
    writeFileSync(home, 'mine\n')
    for (const [args, stdin] of commands) {
      expectRefusal(await world.rekey(args, stdin, { REKEY_HOME: home }), 5, /file is not a folder/)
    }
    expect(readFileSync(home, 'utf8')).toBe('mine\n')
  })

  it.skipIf(!isRoot || process.platform !== 'linux')('is read-only, or on a full disk', async ({ skip }) => {
    const mount = join(world.folder, 'mount')
    mkdirSync(mount, { mode: 0o700 })
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', mount])
    // a container may keep even root from mounting
    if (mounted.status !== 0) skip()
    try {
      const home = join(mount, 'home')
      expect(spawnSync('cp', ['-a', world.home, home]).status).toBe(0)
      fillUp(join(mount, 'filler'))
      const added = await world.rekey(['add', 'other', 'second'], 'abc\n', { REKEY_HOME: home })
      expectRefusal(added, 5, /the disk is full/)
      const listed = await world.rekey(['list', '--json'], '', { REKEY_HOME: home })
      if (listed.code !== 0)
        expect(listed).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('"disk-full"') })

      rmSync(join(mount, 'filler'))
      const well = await world.rekey(['list', '--json'], '', { REKEY_HOME: home })
      expect(JSON.parse(well.stdout)).toMatchObject([{ name: 'kept' }])
      expect((await world.rekey(['get', 'kept'], '', { REKEY_HOME: home })).stdout).toBe(
        'sk_live_0123456789abcdefghij\n',
      )

      expect(spawnSync('mount', ['-o', 'remount,ro', mount]).status).toBe(0)
      const refused = await world.rekey(['add', 'other', 'second'], 'abc\n', { REKEY_HOME: home })
      expectRefusal(refused, 5, /cannot be written|read-only/)
    } finally {
      spawnSync('umount', [mount])
    }
  })
})

describe('the sealed store', () => {
  const passphrase = (text: string): string => {
    const path = join(world.folder, `passphrase-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const refused: readonly (readonly [string, () => Record<string, string>, number, RegExp])[] = [
    ['a wrong passphrase', () => ({ REKEY_PASSPHRASE_FILE: passphrase('wrong\n') }), 5, /the passphrase is wrong/],
    ['an empty one', () => ({ REKEY_PASSPHRASE_FILE: passphrase('\n') }), 2, /is empty/],
    ['two lines', () => ({ REKEY_PASSPHRASE_FILE: passphrase('a\nb\n') }), 2, /more than one line/],
    [
      'no such file',
      () => ({ REKEY_PASSPHRASE_FILE: join(world.folder, 'nowhere') }),
      2,
      /nowhere cannot be read: ENOENT/,
    ],
    ['a folder', () => ({ REKEY_PASSPHRASE_FILE: world.folder }), 2, /cannot be read: EISDIR/],
    ['none', () => ({ REKEY_PASSPHRASE_FILE: '' }), 5, /the sealed store needs its passphrase/],
  ]
  for (const [name, env, code, message] of refused) {
    it(`${name}: nothing is read or changed`, async () => {
      const before = contentOf(world.home)
      for (const [args, stdin] of commands.filter(([[word]]) => word === 'get' || word === 'add')) {
        expectRefusal(await world.rekey(args, stdin, env()), code, message)
      }
      const rotated = await world.rekey(['verify', 'kept', '--json'], '', env())
      expect(rotated.code).toBe(code)
      expect((await world.rekey(['list'], '', env())).code).toBe(0)
      expect(contentOf(world.home)).toEqual(before)
    })
  }

  it('is damaged, or gone: named, and never made anew', async () => {
    const home = spoilt('damaged')
    writeFileSync(join(home, 'sealed.sqlite'), 'not a store\n'.repeat(500))
    const before = contentOf(home)
    expectRefusal(await world.rekey(['get', 'kept'], '', { REKEY_HOME: home }), 5, /sealed\.sqlite cannot be read/)
    expect(contentOf(home)).toEqual(before)
    const gone = spoilt('gone')
    expect(spawnSync('rm', [join(gone, 'sealed.sqlite')]).status).toBe(0)
    for (const [args, stdin] of commands.filter(([[word]]) => word === 'get' || word === 'add')) {
      expectRefusal(
        await world.rekey(args, stdin, { REKEY_HOME: gone }),
        5,
        /sealed\.sqlite cannot be read: it is not there/,
      )
    }
    expect(existsSync(join(gone, 'sealed.sqlite'))).toBe(false)
    expect((await world.rekey(['doctor'], '', { REKEY_HOME: gone })).code).toBe(5)
  })

  it('no keychain answers: said, with the way out', async () => {
    const ran = await world.rekey(['add', 'other', 'in/os'], 'abc\n', { REKEY_KEYCHAIN: 'os' })
    expectRefusal(ran, 5, /no keychain answers/)
    expect((await world.rekey(['doctor', '--json'], '', { REKEY_KEYCHAIN: 'os' })).code).toBe(5)
  })
})

describe('an address', () => {
  const addresses: readonly string[] = [
    ...['http://example.com', 'https://user:word@example.com', 'https://example.com/?a=1', 'https://example.com/#a'],
    ...['ftp://example.com', 'example.com', '', 'https://', 'http://127.0.0.1.example.com', 'http://0x7f.1.example'],
    ...[
      'http://10.0.0.1',
      'http://[::ffff:10.0.0.1]',
      'http://169.254.169.254',
      'https://exa mple.com',
      'javascript:alert(1)',
    ],
  ]
  it('that no key may be sent to is refused before anything happens', async () => {
    const before = contentOf(world.home)
    await Promise.all(
      addresses.map(async (url) => {
        const ran = await world.rekey(['add', 'scrapebit', 'bad/address', '--base-url', url], 'sb_live_abc\n')
        expectRefusal(ran, 2, /cannot be used/)
      }),
    )
    expect(contentOf(world.home)).toEqual(before)
  })
})
