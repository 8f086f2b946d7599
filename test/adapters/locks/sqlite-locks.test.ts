import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLocks } from '../../../src-main/adapters/locks/sqlite-locks.ts'
import { LedgerError } from '../../../src-main/core/ports.ts'
import type { Locks } from '../../../src-main/core/ports.ts'

const holder = join(import.meta.dirname, 'holder.ts')
const racer = join(import.meta.dirname, 'racer.ts')
const id = '01JCREDENTIAL0000000000001'

let folder: string
let locks: Locks
let children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-locks-'))
  locks = openLocks(folder)
})
afterEach(async () => {
  await Promise.all(children.map(ended))
  children = []
  rmSync(folder, { recursive: true, force: true })
})

type Said = { readonly held: boolean; readonly tookMs: number }

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exit
}

function elsewhere(kind: 'exclusive' | 'shared', wrap: readonly string[] = []): Promise<[Said, ChildProcess]> {
  const command = [...wrap, process.execPath, '--expose-gc', holder, folder, id, kind]
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the holder ended with ${code}`)))
    child.stdout.once('data', (line) => resolve([JSON.parse(String(line)) as Said, child]))
  })
}

describe('in one process', () => {
  it('refuses a second connection, until release', () => {
    const lock = locks.exclusive(id)
    expect(lock).not.toBeNull()
    expect(locks.exclusive(id)).toBeNull()
    expect(openLocks(folder).shared(id)).toBeNull()
    expect(locks.exclusive('another')).not.toBeNull()
    lock?.release()
    lock?.release()
    const again = locks.exclusive(id)
    expect(again).not.toBeNull()
    again?.release()
  })

  it('shares with sharers, and lets none of them out by the end of one', () => {
    const [one, two] = [locks.shared(id), locks.shared(id)]
    expect(one && two).toBeTruthy()
    expect(locks.exclusive(id)).toBeNull()
    one?.release()
    expect(locks.exclusive(id)).toBeNull()
    two?.release()
    const lock = locks.exclusive(id)
    expect(lock).not.toBeNull()
    lock?.release()
  })

  it('answers a refusal within 50 ms', () => {
    const lock = locks.exclusive(id)
    for (const ask of [() => locks.exclusive(id), () => locks.shared(id)]) {
      // the quickest of a few: each of them may lose its processor to somebody else
      const took = Array.from({ length: 9 }, () => {
        const started = performance.now()
        expect(ask()).toBeNull()
        return performance.now() - started
      })
      expect(Math.min(...took)).toBeLessThan(50)
    }
    lock?.release()
  })

  it('keeps its files: empty, 0600, nothing beside them', () => {
    const before = process.umask(0)
    locks.exclusive(id)?.release()
    locks.shared(id)?.release()
    process.umask(before)
    expect(readdirSync(folder)).toEqual([id])
    expect(statSync(locks.path(id)).size).toBe(0)
    expect(statSync(locks.path(id)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600)
  })

  it('takes only ids and fixed words as names', () => {
    for (const name of ['', '..', '../x', 'a/b', 'a\0', '-a', 'a.sqlite', 'x'.repeat(65)])
      expect(() => locks.exclusive(name)).toThrow('not a name for a lock')
    expect(() => openLocks('relative')).toThrow('absolute')
    expect(readdirSync(folder)).toEqual([])
  })

  it('does not call a file that it cannot use busy', () => {
    writeFileSync(locks.path(id), 'not a database '.repeat(100))
    expect(() => locks.exclusive(id)).toThrow(LedgerError)
    rmSync(folder, { recursive: true })
    expect(() => locks.exclusive(id)).toThrow(LedgerError)
    expect(existsSync(folder)).toBe(false)
  })
})

describe('between processes (X5)', () => {
  it('refuses both ways, at once, and frees at once when the holder is killed', async () => {
    const [first, child] = await elsewhere('exclusive')
    expect(first.held).toBe(true)
    expect(locks.exclusive(id)).toBeNull()
    expect(locks.shared(id)).toBeNull()
    const [second] = await elsewhere('exclusive')
    expect(second.held).toBe(false)
    expect(second.tookMs).toBeLessThan(50)
    // Long enough for a collector to have taken a handle that nobody keeps.
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(locks.exclusive(id)).toBeNull()
    await ended(child)
    const mine = locks.exclusive(id)
    expect(mine).not.toBeNull()
    const [third] = await elsewhere('shared')
    expect(third.held).toBe(false)
    mine?.release()
  })

  it('shares with sharers and blocks the exclusive', async () => {
    const mine = locks.shared(id)
    const [shared] = await elsewhere('shared')
    expect(shared.held).toBe(true)
    mine?.release()
    expect(locks.exclusive(id)).toBeNull()
    const [exclusive] = await elsewhere('exclusive')
    expect(exclusive.held).toBe(false)
  })

  it('gives a free lock to exactly one of several who try in the same instant', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => elsewhere('exclusive')))
    expect(all.filter(([{ held }]) => held)).toHaveLength(1)
  })

  it('is not refused to both of two who try in the same millisecond, again and again', async () => {
    const start = String(Date.now() + 700)
    const race = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [racer, folder, id, start, '100'], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        children.push(child)
        let said = ''
        child.stdout.on('data', (chunk) => (said += String(chunk)))
        child.once('close', () => resolve(said))
        child.once('error', reject)
      })
    const [one, two] = await Promise.all([race(), race()])
    expect([one.length, two.length]).toEqual([100, 100])
    // Without the wait for a collision it is more than half of them.
    expect([...one].filter((mark, round) => mark === '0' && two[round] === '0').length).toBeLessThan(10)
  })

  it('reaches into another pid namespace', async (context) => {
    const wrap = ['unshare', '--pid', '--fork', '--kill-child']
    if (spawnSync(wrap[0] ?? '', [...wrap.slice(1), 'true']).status !== 0) return context.skip('needs unshare')
    const mine = locks.exclusive(id)
    const [refused] = await elsewhere('exclusive', wrap)
    expect(refused.held).toBe(false)
    mine?.release()
    const [held] = await elsewhere('exclusive', wrap)
    expect(held.held).toBe(true)
    expect(locks.exclusive(id)).toBeNull()
  })
})

it.skipIf(process.platform === 'win32')('is not lost when other files of the folder are closed', () => {
  const lock = locks.exclusive(id)
  locks.exclusive('other')?.release()
  chmodSync(locks.path(id), 0o600)
  expect(locks.exclusive(id)).toBeNull()
  lock?.release()
})
