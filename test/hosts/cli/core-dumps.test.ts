import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childrenOf } from '../../fixtures/children.ts'
import { findSecrets } from '../../canary/find-secrets.ts'
import { distCli, openWorld, PASSPHRASE, type World } from './world.ts'

/** What a process of Rekey leaves behind when it crashes where core dumps are on: no memory of its own. */
let world: World
let key = ''
let folder = ''
beforeAll(async () => {
  world = await openWorld()
  folder = join(world.folder, 'dumps')
  mkdirSync(folder)
  const { baseUrl, key: first } = world.sandbox.vendors.scrapebit
  key = first
  const added = await world.rekey(['add', 'scrapebit', 'prod/key', '--base-url', baseUrl], `${key}\n`)
  expect(added, added.stderr).toMatchObject({ code: 0 })
})
afterAll(() => world.close())

const filterOf = (pid: number): string => readFileSync(`/proc/${pid}/coredump_filter`, 'utf8').trim()
const dumps = (): readonly string[] => readdirSync(folder).map((name) => join(folder, name))
/** Where dumps go to a program of the system, or are forbidden, none can be looked at. */
const canDump = (): boolean => {
  spawnSync('sh', ['-c', 'ulimit -c unlimited && kill -SEGV $$'], { cwd: folder })
  const isLeft = dumps().length > 0
  spawnSync('rm', ['-f', ...dumps()])
  return isLeft
}

describe.skipIf(process.platform !== 'linux')('a crash where core dumps are on', () => {
  it('leaves no key behind, whichever process it is', async () => {
    const isDumping = canDump()
    world.sandbox.inject({ vendor: 'scrapebit', kind: 'delay', ms: 1500 })
    const line = 'ulimit -c unlimited; exec "$@"'
    const child = spawn('sh', ['-c', line, 'sh', process.execPath, distCli, 'rotate', 'prod/key', '--yes'], {
      cwd: folder,
      env: world.env,
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await world.sandbox.waitFor((entry) => entry.class === 'mint')
    const pid = child.pid ?? 0
    const all = [pid, ...childrenOf(pid)]
    expect(all.length).toBeGreaterThan(1)
    expect(all.map(filterOf)).toEqual(all.map(() => '00000000'))
    process.kill(pid, 'SIGSEGV')
    await ended
    expect(dumps().length > 0).toBe(isDumping)
    const secrets = [
      { label: 'the key', value: key },
      { label: 'the passphrase', value: PASSPHRASE },
    ]
    expect(findSecrets([folder], [], secrets)).toEqual([])
    expect((await world.rekey(['recover'])).code).toBe(0)
  })

  it('leaves the dumps of a program that it runs for somebody as they were', () => {
    const line = 'echo 0x33 > /proc/self/coredump_filter; exec "$@"'
    const run = ['run', '--env', 'K=prod/key', '--', 'cat', '/proc/self/coredump_filter']
    const { stdout } = spawnSync('sh', ['-c', line, 'sh', process.execPath, distCli, ...run], { env: world.env })
    expect(stdout.toString().trim()).toBe('00000033')
  })
})
