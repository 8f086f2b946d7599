import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { moduleFailure, readTrouble } from '../../../src-main/adapters/keychain/keytar-errors.ts'
import { openOsStore } from '../../../src-main/adapters/keychain/os-store.ts'
import { mayHaveLanded, sqliteFailure } from '../../../src-main/adapters/keychain/sqlite-trouble.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { startKeyring } from '../../fixtures/keyring.ts'

const folder = mkdtempSync(join(tmpdir(), 'rekey-failures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const item = { service: 'rekey', account: 'prod/key' } as const

describe('what keytar says', () => {
  it.each([
    ['Cannot create an item in a locked collection', 'keychain-locked', 'no'],
    ['User interaction is not allowed.', 'keychain-locked', 'no'],
    ['User canceled the operation.', 'keychain-prompt-dismissed', 'no'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'keychain-unavailable', 'no'],
    ['Could not connect: No such file or directory', 'keychain-unavailable', 'no'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'keychain-unavailable', 'no'],
    ['Timeout was reached', 'keychain-timeout', 'maybe'],
    ['The connection is closed', 'keychain-died', 'maybe'],
    ['Message recipient disconnected from message bus without replying', 'keychain-died', 'maybe'],
    ['words nobody has seen', 'keychain-unavailable', 'maybe'],
  ])('“%s” is %s, landed: %s', (text, code, landed) => {
    expect(readTrouble(text)).toMatchObject({ failure: { code }, mayHaveLanded: landed, isStale: false })
  })

  it('a connection to a daemon that is gone is stale: a fresh child may make the call', () => {
    expect(readTrouble('The name :1.0 was not provided by any .service files')).toMatchObject({
      mayHaveLanded: 'no',
      isStale: true,
    })
  })

  it('never shows the value that was being written, nor moves the cursor', () => {
    expect(JSON.stringify(readTrouble('refused: hunter2-hunter2', 'hunter2-hunter2'))).not.toContain('hunter2')
    expect(readTrouble('odd \u001b[31m words').failure.fields.why).toBe('odd \\x1b[31m words')
  })

  it('names the package where the library is missing', () => {
    expect(moduleFailure('Failed to load keytar native addon', 'linux').fields.why).toContain('libsecret-1-0')
    expect(moduleFailure('Failed to load keytar native addon', 'darwin').fields.why).not.toContain('libsecret')
  })
})

describe('a child that is of no use', () => {
  const child = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const failing = child('failing.mjs', 'process.exit(3)')
  const crashing = child(
    'crashing.mjs',
    `process.on('message', () => process.kill(process.pid, 'SIGSEGV')); process.send({ kind: 'ready' })`,
  )
  const bare = child(
    'bare.mjs',
    `process.on('message', ({ id }) => process.send({ kind: 'error', id, from: 'module', text: 'Failed to load keytar native addon' }))
     process.send({ kind: 'ready' })`,
  )

  it.each([
    ['is not there', { childPath: '/nonexistent/child.js' }, 'keychain-unavailable', 'not-written'],
    ['has no Node', { childPath: failing, nodePath: '/nonexistent/node' }, 'keychain-unavailable', 'not-written'],
    ['ends before it is ready', { childPath: failing }, 'keychain-unavailable', 'not-written'],
    ['cannot load its module', { childPath: bare }, 'keychain-unavailable', 'not-written'],
    ['crashes in every call', { childPath: crashing }, 'keychain-died', 'unknown'],
  ])('because it %s fails at once, and says what it came to', async (_, options, code, kind) => {
    const store = openOsStore({ ...options, interactive: false, deadlineMs: 5000 })
    expect(await store.read(item)).toMatchObject({ ok: false, failure: { code } })
    expect(await store.write(item, Secret.of('value'))).toMatchObject({ kind })
    await store.close()
  })
})

it('a keyring that was never set up is unavailable, and says why', async ({ skip }) => {
  const keyring = await startKeyring({ unlocked: false })
  if (!keyring) return skip()
  const childPath = join(import.meta.dirname, '../../../src-main/adapters/keychain/child.ts')
  const store = openOsStore({ childPath, env: keyring.env, interactive: false, deadlineMs: 5000 })
  const failure = { code: 'keychain-unavailable', fields: { why: 'it has no default collection' } }
  expect(await store.prove()).toMatchObject({ ok: false, failure })
  expect(await store.write(item, Secret.of('value'))).toMatchObject({ kind: 'not-written', failure })
  await store.close()
  await keyring.close()
})

describe('what SQLite says', () => {
  const thrownBy = (task: () => void): unknown => {
    try {
      task()
    } catch (error) {
      return error
    }
    throw new Error('it did not fail')
  }
  const made = (name: string): string => {
    const file = join(folder, name)
    const database = new DatabaseSync(file)
    database.exec('CREATE TABLE t (b BLOB)')
    database.close()
    return file
  }

  it('a full disk is disk-full, and nothing landed', () => {
    const file = made('full.db')
    const database = new DatabaseSync(file)
    database.exec('PRAGMA max_page_count = 2')
    const error = thrownBy(() => database.exec('INSERT INTO t VALUES (zeroblob(100000))'))
    database.close()
    expect(sqliteFailure(error, file)).toEqual({ code: 'disk-full', fields: { folder } })
    expect(mayHaveLanded(error)).toBe(false)
  })

  it('a file that takes no writes is named as such', () => {
    const file = made('read-only.db')
    const database = new DatabaseSync(file, { readOnly: true })
    const error = thrownBy(() => database.exec('INSERT INTO t VALUES (1)'))
    database.close()
    expect(sqliteFailure(error, file).code).toBe('ledger-readonly')
  })

  it('a file that another holds too long is a time-out', () => {
    const file = made('busy.db')
    const [one, two] = [new DatabaseSync(file), new DatabaseSync(file, { timeout: 20 })]
    one.exec('BEGIN EXCLUSIVE')
    const error = thrownBy(() => two.exec('INSERT INTO t VALUES (1)'))
    one.close()
    two.close()
    expect(sqliteFailure(error, file).code).toBe('keychain-timeout')
  })

  it('what is neither SQLite’s nor the file system’s is a bug, and is thrown on', () => {
    const bug = new TypeError('x is not a function')
    expect(() => sqliteFailure(bug, 'any.db')).toThrow(bug)
  })
})
