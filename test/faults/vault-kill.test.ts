import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importReceipt } from '../../src-contract/vault-views.ts'
import { distCli, openWorld, type World } from '../hosts/cli/world.ts'

/** The real `rekey import` and `rekey export`, killed with SIGKILL at moments spread over their whole life, and without room. */
const KILLS = Number(process.env['KILLS'] ?? 5)
const MANY = 400
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const namesIn = async (home?: string): Promise<readonly string[]> => {
  const listed = await world.rekey(['list', '--json'], '', home === undefined ? {} : { REKEY_HOME: home })
  return (JSON.parse(listed.stdout) as readonly { readonly name: string }[]).map(({ name }) => name)
}
const keyOf = async (name: string): Promise<string> => (await world.rekey(['get', name])).stdout.trim()

function tableOf(prefix: string, changed: string): string {
  const path = join(world.folder, `${prefix}.csv`)
  const rows = Array.from({ length: MANY }, (_, at) => `${prefix}/key-${at},made-up-${prefix}-${at},a note`)
  writeFileSync(path, ['name,password,notes', ...rows, `kept/key,${changed},`].join('\n'))
  return path
}

async function killedAfter(ms: number, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [distCli, ...args], { env: world.env, cwd: world.folder, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await sleep(ms)
  child.kill('SIGKILL')
  await ended
}

/** How long it takes when nobody interrupts it. */
async function lifeOf(args: readonly string[]): Promise<number> {
  const began = performance.now()
  expect((await world.rekey(args)).code).toBe(0)
  return performance.now() - began
}

describe('kill -9', () => {
  it('of an import, at any moment: all of it or nothing, and what was there before is whole', async () => {
    expect((await world.rekey(['add', 'other', 'kept/key'], 'the-first-key\n')).code).toBe(0)
    const life = await lifeOf(['import', tableOf('whole', 'key-of-whole'), '--on-conflict', 'replace'])
    let last = 'key-of-whole'
    let undone = 0
    for (let round = 0; round < KILLS; round += 1) {
      const prefix = `round-${round}`
      const file = tableOf(prefix, `key-of-${prefix}`)
      await killedAfter((life * (round + 1)) / (KILLS + 1), ['import', file, '--on-conflict', 'replace'])
      const recovered = await world.rekey(['recover'])
      expect(recovered.code, recovered.stderr).toBe(0)
      const there = (await namesIn()).filter((name) => name.startsWith(`${prefix}/`)).length
      expect([0, MANY], prefix).toContain(there)
      if (there === MANY) last = `key-of-${prefix}`
      else undone += 1
      expect(await keyOf('kept/key'), prefix).toBe(last)
      if (there > 0) expect(await keyOf(`${prefix}/key-7`)).toBe(`made-up-${prefix}-7`)
      // and it can be done again, since nothing of it stands in the way
      const again = await world.rekey(['import', file, '--on-conflict', 'replace', '--json'])
      expect(again.code, `${prefix}: ${again.stderr}`).toBe(0)
      expect(importReceipt.parse(JSON.parse(again.stdout)).stored).toBe(there === MANY ? 0 : MANY + 1)
      last = `key-of-${prefix}`
      expect(await keyOf('kept/key'), prefix).toBe(last)
    }
    expect(undone).toBeGreaterThan(0)
  }, 180_000)

  it('of an export, at any moment: the old file or the new one, and both are whole', async () => {
    const path = join(world.folder, 'all.csv')
    const args = ['export', path, '--format', 'csv', '--plain-text', '--overwrite']
    const life = await lifeOf(args)
    for (let round = 0; round < KILLS; round += 1) {
      writeFileSync(path, 'the old file\n')
      await killedAfter((life * (round + 1)) / (KILLS + 1), args)
      const text = readFileSync(path, 'utf8')
      if (text === 'the old file\n') continue
      const read = await world.rekey(['import', path, '--dry-run', '--json'])
      expect(read.code, read.stderr).toBe(0)
      const { entries } = JSON.parse(read.stdout) as { readonly entries: readonly { readonly kind: string }[] }
      expect(entries).toHaveLength((await namesIn()).length)
      expect(entries.every(({ kind }) => kind === 'same')).toBe(true)
    }
    // what a kill left beside it is closed to others, and goes with the next export there; a younger one is somebody's work
    const partsHere = () => readdirSync(world.folder).filter((name) => name.endsWith('.part'))
    for (const name of partsHere()) expect(statSync(join(world.folder, name)).mode & 0o777).toBe(0o600)
    const [old, young] = ['.all.csv.0123456789ab.part', '.all.csv.ba9876543210.part']
    for (const name of [old, young]) writeFileSync(join(world.folder, name), 'of a killed export')
    const longAgo = new Date(Date.now() - 120_000)
    utimesSync(join(world.folder, old), longAgo, longAgo)
    expect((await world.rekey(args)).code).toBe(0)
    expect(partsHere()).not.toContain(old)
    expect(partsHere()).toContain(young)
  }, 120_000)

  it('of an export that stood in clear beside its place: the next start removes it, and what it cannot remove is said', async () => {
    const folder = join(world.folder, 'clear')
    mkdirSync(folder)
    expect((await world.rekey(['import', tableOf('clear', 'any'), '--on-conflict', 'skip'])).code).toBe(0)
    const left = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.part'))
    /** Killed as soon as the file shows; a few of them are through by then. */
    const leave = async (name: string): Promise<string> => {
      for (let tries = 0; tries < 20; tries += 1) {
        const args = [distCli, 'export', join(folder, `${tries}-${name}`), '--format', 'csv', '--plain-text']
        const child = spawn(process.execPath, args, { env: world.env, cwd: world.folder, stdio: 'ignore' })
        const ended = new Promise((resolve) => child.once('exit', resolve))
        while (left().length === 0 && child.exitCode === null) await new Promise((resolve) => setImmediate(resolve))
        child.kill('SIGKILL')
        await ended
        const [part] = left()
        if (part !== undefined) return join(folder, part)
      }
      throw new Error('every export was through before it was killed')
    }
    await leave('one.csv')
    expect((await world.rekey(['list'])).code).toBe(0)
    expect(left()).toEqual([])
    const open = await leave('two.csv')
    chmodSync(open, 0o640)
    const doctor = await world.rekey(['doctor'])
    expect(doctor.code).not.toBe(0)
    expect(doctor.stdout).toContain(open)
    expect(doctor.stdout).toContain('others were let in')
    expect(existsSync(open)).toBe(true)
    chmodSync(open, 0o600)
    expect((await world.rekey(['doctor'])).stdout).not.toContain('others were let in')
    expect(left()).toEqual([])
  }, 120_000)
})

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('a full disk', () => {
  const fillUp = (path: string): void =>
    void spawnSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=4k'], { stdio: 'ignore' })

  it('leaves the old file as it is, and an import undone', async ({ skip }) => {
    const mount = join(world.folder, 'mount')
    mkdirSync(mount, { mode: 0o700 })
    // a container may keep even root from mounting
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=700', 'tmpfs', mount]).status !== 0) skip()
    try {
      const [home, file] = [join(mount, 'home'), join(mount, 'all.csv')]
      const small = await openWorld()
      expect(spawnSync('cp', ['-a', small.home, home]).status).toBe(0)
      await small.close()
      const there = { REKEY_HOME: home }
      expect((await world.rekey(['add', 'other', 'kept/key'], 'the-first-key\n', there)).code).toBe(0)
      writeFileSync(file, 'the old file\n')
      const table = tableOf('full', 'the-second-key')
      fillUp(join(mount, 'filler'))

      const all = ['export', file, '--format', 'csv', '--plain-text', '--overwrite', '--json']
      const exported = await world.rekey(all, '', there)
      expect(exported).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('"disk-full"') })
      expect(readFileSync(file, 'utf8')).toBe('the old file\n')
      expect(readdirSync(mount).filter((name) => name.endsWith('.part'))).toEqual([])

      const imported = await world.rekey(['import', table, '--on-conflict', 'replace', '--json'], '', there)
      expect(imported).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('"disk-full"') })
      rmSync(join(mount, 'filler'))
      expect((await world.rekey(['recover'], '', there)).code).toBe(0)
      expect(await namesIn(home)).toEqual(['kept/key'])
      expect((await world.rekey(['get', 'kept/key'], '', there)).stdout).toBe('the-first-key\n')
      const again = await world.rekey(['import', table, '--on-conflict', 'replace', '--json'], '', there)
      expect(again.code, again.stderr).toBe(0)
      expect((await world.rekey(all, '', there)).code).toBe(0)
      expect(existsSync(file)).toBe(true)
    } finally {
      spawnSync('umount', [mount])
    }
  }, 60_000)
})
