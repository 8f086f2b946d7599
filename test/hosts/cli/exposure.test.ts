import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childrenOf } from '../../fixtures/children.ts'
import { distCli, openWorld, PASSPHRASE, type World } from './world.ts'

/** What every process of a rotation shows to whoever may read /proc: its arguments and its environment. */
let world: World
let key = ''
beforeAll(async () => {
  world = await openWorld()
  const { baseUrl, key: first } = world.sandbox.vendors.scrapebit
  key = first
  const added = await world.rekey(['add', 'scrapebit', 'prod/key', '--base-url', baseUrl], `${key}\n`)
  expect(added, added.stderr).toMatchObject({ code: 0 })
})
afterAll(() => world.close())

type Shown = {
  readonly pid: number
  readonly args: string
  readonly environment: string
  readonly files: readonly string[]
}

/** What a process has open, by its path; one that closes meanwhile is left out. */
const openFiles = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((each) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${each}`)]
    } catch {
      return []
    }
  })

function shownBelow(parent: number): readonly Shown[] {
  return childrenOf(parent).flatMap((pid) => {
    try {
      const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', '\n')
      return [{ pid, args: read('cmdline'), environment: read('environ'), files: openFiles(pid) }, ...shownBelow(pid)]
    } catch {
      return []
    }
  })
}

describe.skipIf(process.platform !== 'linux')('while a key is rotated', () => {
  it('no process has a secret in its arguments or environment, and the courier none of our settings', async () => {
    world.sandbox.inject({ vendor: 'scrapebit', kind: 'delay', ms: 1500 })
    const canaries = {
      REKEY_CANARY: 'a-setting-of-ours',
      NODE_EXTRA_CA_CERTS: '/nonexistent/ca',
      SSLKEYLOGFILE: '/tmp/keys',
    }
    const child = spawn(process.execPath, [distCli, 'rotate', 'prod/key', '--yes'], {
      cwd: world.folder,
      env: { ...world.env, ...canaries },
      stdio: 'ignore',
    })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const seen = new Map<string, Shown>()
    const own: Shown[] = []
    const looking = setInterval(() => {
      for (const each of shownBelow(process.pid)) {
        if (each.pid === child.pid) own.push(each)
        else if (each.args.includes('courier.js')) seen.set(`${each.pid} ${each.args} ${each.files.length}`, each)
      }
    }, 20)
    expect(await ended).toBe(0)
    clearInterval(looking)
    expect(own.length).toBeGreaterThan(0)
    expect(seen.size).toBeGreaterThan(0)
    const now = (await world.rekey(['get', 'prod/key'])).stdout.trim()
    expect(now).not.toBe(key)
    for (const { args, environment } of [...seen.values(), ...own])
      for (const secret of [key, now, PASSPHRASE]) {
        expect(args).not.toContain(secret)
        expect(environment).not.toContain(secret)
      }
    const files = [...seen.values()].flatMap((each) => each.files)
    expect(files.some((file) => file.startsWith(join(world.home, 'escrow')))).toBe(true)
    expect(files.filter((file) => /\/(ledger|sealed)\.sqlite/.test(file))).toEqual([])
    for (const { environment } of seen.values()) {
      // what exec gave it; empty for a moment before
      if (environment === '') continue
      expect(environment).not.toMatch(/^(REKEY_|NODE_|SSLKEYLOGFILE)/m)
    }
  })
})

describe('rekey run', () => {
  it('gives its child the keys that were named, and nothing of ours', async () => {
    const now = (await world.rekey(['get', 'prod/key'])).stdout.trim()
    const ran = await world.rekey(['run', '--env', 'MY_KEY=prod/key', '--', 'env'], '', { REKEY_CANARY: 'ours' })
    expect(ran.code, ran.stderr).toBe(0)
    const lines = ran.stdout.trim().split('\n')
    expect(lines).toContain(`MY_KEY=${now}`)
    expect(lines.filter((line) => line.startsWith('REKEY_'))).toEqual([])
    expect(lines.filter((line) => line.includes(now) && !line.startsWith('MY_KEY='))).toEqual([])
    expect(ran.stdout).not.toContain(PASSPHRASE)
    expect(ran.stdout).not.toContain(join(world.home, 'sealed'))
  })

  it.skipIf(process.platform !== 'linux')('leaves it no file of ours that is open', async () => {
    const look = ['/bin/sh', '-c', 'ls -l /proc/$$/fd']
    const openIn = (text: string) => [...text.matchAll(/ (\d+) -> /g)].map(([, number]) => number)
    const ran = await world.rekey(['run', '--env', 'MY_KEY=prod/key', '--', ...look])
    expect(ran.code, ran.stderr).toBe(0)
    // whoever runs the tests may leave open files to all of their children; we add none
    const bare = spawnSync(look[0] ?? '', look.slice(1), { encoding: 'utf8' })
    expect(openIn(ran.stdout)).toEqual(openIn(bare.stdout))
    expect(openIn(ran.stdout).length).toBeGreaterThanOrEqual(3)
    expect(ran.stdout).not.toContain(world.home)
  })

  it('leaves the key out of the arguments of every process', async () => {
    const now = (await world.rekey(['get', 'prod/key'])).stdout.trim()
    const look = 'cat /proc/self/cmdline /proc/$PPID/cmdline | tr "\\0" " "'
    const ran = await world.rekey(['run', '--env', 'MY_KEY=prod/key', '--', '/bin/sh', '-c', look])
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stdout).toContain('run')
    expect(ran.stdout).not.toContain(now)
  })
})
